using FsCheck.Fluent;
using Steth.Packets.Probe;

namespace Steth.Packets.Tests.Probe;

public class ReflectedProbeTests
{
    private static readonly ReflectedProbe Sample = new()
    {
        Kind = ReflectedProbeKind.Answer,
        Token = 0x0102030405060708,
        Sequence = 0x11121314,
        Key = 0x21222324,
        ReceivedAt = 0x3132333435363738,
        AnsweredAt = 0x4142434445464748,
    };

    [Fact]
    public void Write_AProbe_LaysItOutInNetworkOrder()
    {
        var bytes = new byte[ReflectedProbe.Length];

        Sample.Write(bytes);

        Convert.ToHexString(bytes).ShouldBe("53544504" + "0102030405060708" + "11121314" + "21222324" + "3132333435363738" + "4142434445464748");
        ReflectedProbe.TryParse(bytes, out var read).ShouldBeTrue();
        read.ShouldBe(Sample);
    }

    [Fact]
    public void TryParse_CutAnywhere_IsNone()
    {
        var bytes = new byte[ReflectedProbe.Length];
        Sample.Write(bytes);

        for (var length = 0; length < bytes.Length; length++)
            ReflectedProbe.TryParse(bytes.AsSpan(0, length), out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(255)]
    public void TryParse_UnknownKind_IsNone(byte kind)
    {
        var bytes = new byte[ReflectedProbe.Length];
        Sample.Write(bytes);
        bytes[3] = kind;

        ReflectedProbe.TryParse(bytes, out _).ShouldBeFalse();
    }

    [Fact]
    public void TryParse_Padding_IsNotLookedAt()
    {
        var bytes = new byte[1400];
        bytes.AsSpan().Fill(0xff);
        Sample.Write(bytes);

        ReflectedProbe.TryParse(bytes, out var read).ShouldBeTrue();
        read.ShouldBe(Sample);
    }

    [Fact]
    public void TryParse_AnyBytes_NeverThrows() =>
        Prop.ForAll<byte[]>(bytes => !ReflectedProbe.TryParse(bytes, out _) || bytes.Length >= ReflectedProbe.Length).ShouldHold();
}
