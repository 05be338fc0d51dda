using Steth.Packets.Probe;

namespace Steth.Packets.Tests.Probe;

public class VlanProbeMessageTests
{
    private static readonly VlanProbeMessage _probe = new() { Mark = 0x01020304, Sender = 0x0506, Vlan = 4094, Kind = 2, Copy = 7 };

    [Fact]
    public void Write_IsAsDocumented()
    {
        var bytes = new byte[VlanProbeMessage.Length];
        _probe.Write(bytes);

        Convert.ToHexString(bytes).ShouldBe("5354455448" + "02" + "01020304" + "0506" + "0FFE" + "02" + "07");
        VlanProbeMessage.TryParse(bytes, out var read).ShouldBeTrue();
        read.ShouldBe(_probe);
    }

    [Fact]
    public void TryParse_CutOrForeign_IsRefused()
    {
        var bytes = new byte[VlanProbeMessage.Length];
        _probe.Write(bytes);
        for (var length = 0; length < bytes.Length; length++)
            VlanProbeMessage.TryParse(bytes.AsSpan(0, length), out _).ShouldBeFalse();
        for (var i = 0; i < 6; i++)
        {
            var other = bytes.ToArray();
            other[i]++;
            VlanProbeMessage.TryParse(other, out _).ShouldBeFalse();
        }
        var plain = new byte[VlanProbeMessage.Length];
        new ProbeMessage { Mark = 1, Sequence = 2 }.Write(plain);
        VlanProbeMessage.TryParse(plain, out _).ShouldBeFalse();
    }
}
