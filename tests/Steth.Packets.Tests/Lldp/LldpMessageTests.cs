using FsCheck.Fluent;
using Steth.Packets.Decoding;
using Steth.Packets.Lldp;
using static Steth.Packets.Tests.SampleFrames;

namespace Steth.Packets.Tests.Lldp;

public class LldpMessageTests
{
    /// <summary>Of lldpd 1.0.16 on a veth; chassis and port are MACs.</summary>
    private const string Lldpd = """
        0180c200000e aa7daa2fbe9e 88cc 0207 04aa7daa2fbe9e 0407 03aa7daa2fbe9e 0602 0008 0a03 686c32
        0c14 537769746368204f5320342e32206f6620686c32 0e04 009c0080 1018 1102fe80000000000000a87daafffe2fbe9e02000000020 0
        080d 746f20636f6d7031206574683 0 fe09 00120f030100000000 fe09 00120f010080000036 0000
        """;

    private static LldpMessage Message(byte[] frame) => FrameDecoder.Decode(frame).Lldp.ShouldNotBeNull();

    [Fact]
    public void Decode_SwitchPort_TellsAll()
    {
        var message = Message(Switch);
        message.ChassisId.ShouldBe("00:11:22:33:44:55");
        message.PortId.ShouldBe("Ethernet1/12");
        message.TimeToLiveSeconds.ShouldBe(120);
        message.PortDescription.ShouldBe("comp1 bond0 first");
        message.SystemName.ShouldBe("leaf-1a");
        message.SystemDescription.ShouldBe("Switch OS 4.2");
        message.PortVlanId.ShouldBe(100);
        message.Vlans.ShouldBe(new Dictionary<int, string> { [101] = "vnet", [102] = "tenat" });
        message.MaxFrameSize.ShouldBe(9216);
        FrameDecoder.Decode(Switch).Summary.ShouldBe("LLDP leaf-1a port Ethernet1/12");
    }

    [Fact]
    public void Decode_RecordedOfLldpd_IsRead()
    {
        var message = Message(Hex(Lldpd));
        (message.ChassisId, message.PortId, message.TimeToLiveSeconds).ShouldBe(("aa:7d:aa:2f:be:9e", "aa:7d:aa:2f:be:9e", 8));
        (message.SystemName, message.PortDescription).ShouldBe(("hl2", "to comp1 eth0"));
        message.PortVlanId.ShouldBeNull();
        message.Vlans.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("0205 0401020304", "040302 6162", "01020304", "ab")]
    [InlineData("0206 05010a000005", "0406 04010a000006", "10.0.0.5", "10.0.0.6")]
    [InlineData("0212 0502 20010db8000000000000000000000001", "0403 07 3135", "2001:db8::1", "15")]
    [InlineData("0204 06 657468", "0403 05 ff01", "eth", "ff01")]
    public void TryParse_IdsOfOtherSubtypes_AreTextOrHex(string chassis, string port, string chassisId, string portId)
    {
        LldpMessage.TryParse(Hex(chassis + port.Replace("040302", "0403 02", StringComparison.Ordinal) + "06020078"), out var message).ShouldBeTrue();
        (message!.ChassisId, message.PortId).ShouldBe((chassisId, portId));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0207 04aa7daa2fbe9e")]
    [InlineData("0407 03aa7daa2fbe9e 0207 04aa7daa2fbe9e 0602 0008")]
    [InlineData("0207 04aa7daa2fbe9e 0407 03aa7daa2fbe9e 0601 08")]
    [InlineData("0201 04 0407 03aa7daa2fbe9e 0602 0008")]
    public void TryParse_MandatoryPartsMissingOrInDisorder_IsRefused(string bytes) => LldpMessage.TryParse(Hex(bytes), out _).ShouldBeFalse();

    [Fact]
    public void TryParse_CutAtEveryLength_KeepsWhatWasWhole()
    {
        var payload = Switch[14..];
        string?[] names = [.. Enumerable.Range(0, payload.Length + 1)
            .Select(length => LldpMessage.TryParse(payload.AsSpan(0, length).ToArray(), out var message) ? message.SystemName ?? "none" : "refused").Distinct()];
        names.ShouldBe(["refused", "none", "leaf-1a"]);
    }

    [Fact]
    public void TryParse_ControlCharacters_AreNoText()
    {
        LldpMessage.TryParse(Hex("0207 04aa7daa2fbe9e 0407 03aa7daa2fbe9e 0602 0008 0a04 611b5b41 0802 c328"), out var message).ShouldBeTrue();
        message!.SystemName.ShouldBeNull();
        message.PortDescription.ShouldBeNull();
    }

    [Fact]
    public void TryParse_VlanNumbersOutOfRange_AreLeftOut()
    {
        LldpMessage.TryParse(
            Hex("0207 04aa7daa2fbe9e 0407 03aa7daa2fbe9e 0602 0008 fe06 0080c2010000 fe07 0080c203 0fff 00 fe0a 0080c203 0005 ff 616263"), out var message).ShouldBeTrue();
        message!.PortVlanId.ShouldBeNull();
        message.Vlans.ShouldBe(new Dictionary<int, string> { [5] = "abc" });
    }

    [Fact]
    public void TryParse_RandomBytes_NeverThrows() =>
        Prop.ForAll((byte[] bytes) => !LldpMessage.TryParse(bytes, out var message) || message.ChassisId.Length > 0).ShouldHold(2000);

    [Fact]
    public void TryParse_DamagedMessages_NeverThrows() =>
        Prop.ForAll((int[] at, byte[] with) =>
        {
            var payload = Switch[14..];
            for (var i = 0; i < Math.Min(at.Length, with.Length); i++)
                payload[(uint)at[i] % payload.Length] = with[i];
            return !LldpMessage.TryParse(payload, out var message) || message.PortId.Length > 0;
        }).ShouldHold(5000);
}
