using System.Buffers.Binary;
using Steth.Packets.Pcap;
using static Steth.Packets.Tests.SampleFrames;

namespace Steth.Packets.Tests.Pcap;

public class PcapFileTests
{
    [Fact]
    public void Read_TcpdumpsFile_GivesTimesAndLengths()
    {
        var file = PcapFile.Read(Captures.Bytes(Captures.Nic));
        file.Truncated.ShouldBeFalse();
        file.Interfaces.ShouldBe([new PcapInterface { SnapLength = 262144 }]);
        file.Frames.Select(f => f.Length).ShouldBe([346, 379, 346, 379]);
        file.Frames[0].At.ShouldBe(DateTimeOffset.FromUnixTimeSeconds(0x6b023e26).AddMicroseconds(670_160));
    }

    [Fact]
    public void Read_BigEndianNanoseconds_GivesTheSame()
    {
        var file = Hex("a1b23c4d 0002 0004 00000000 00000000 00000100 00000001  00000001 075bcd15 00000002 00000003 abcd");
        var frame = PcapFile.Read(file).Frames.ShouldHaveSingleItem();
        frame.At.ShouldBe(DateTimeOffset.UnixEpoch.AddTicks(10_000_000 + 1_234_567));
        frame.Length.ShouldBe(3);
        frame.Data.ToArray().ShouldBe([0xab, 0xcd]);
    }

    [Fact]
    public void Read_CutWithinAFrame_KeepsTheOthersAndSaysSo()
    {
        var file = PcapFile.Read(Captures.Bytes(Captures.Tap).AsSpan(..^1));
        file.Truncated.ShouldBeTrue();
        file.Frames.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0a0d")]
    [InlineData("7f454c46 00000000")]
    public void Read_OtherFile_SaysSo(string hex) => Should.Throw<FormatException>(() => PcapFile.Read(Hex(hex))).Message.ShouldStartWith("This is no capture file");

    [Fact]
    public void Read_PacketOfAnUnknownInterface_SaysWhere()
    {
        using var stream = new MemoryStream();
        var writer = new PcapNgWriter(stream, "steth");
        writer.AddInterface(new PcapInterface());
        writer.Write(new PcapFrame { Interface = 0, At = DateTimeOffset.UnixEpoch, Length = 4, Data = new byte[4] });
        var bytes = stream.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(bytes.Length - 28), 7);
        Should.Throw<FormatException>(() => PcapFile.Read(bytes)).Message.ShouldContain("names interface 7");
    }
}
