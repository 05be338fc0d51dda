using System.Net;
using FsCheck.Fluent;
using Steth.Packets.Dhcp;
using static Steth.Packets.Tests.SampleFrames;

namespace Steth.Packets.Tests.Dhcp;

public class DhcpMessageTests
{
    private static DhcpMessage Message(params DhcpOption[] options) => new() { IsReply = true, Xid = 9, ClientMac = Guest, Options = options };

    private static DhcpMessage Parsed(byte[] bytes) => DhcpMessage.TryParse(bytes, out var message) ? message : throw new InvalidOperationException("not DHCP");

    [Fact]
    public void Build_AnyOption_ParsesToTheSame() =>
        Prop.ForAll((byte code, byte[] value, uint address) =>
        {
            if (code is 0 or 52 or 255)
                code = 60;
            var message = Message(new DhcpOption((DhcpOptionCode)code, value)) with { YourIp = new IPAddress(address), Seconds = (ushort)address };
            var parsed = Parsed(message.Build());
            return parsed.Find((DhcpOptionCode)code)!.Value.Span.SequenceEqual(value)
                && parsed.YourIp.Equals(message.YourIp) && parsed.Seconds == message.Seconds && parsed.Xid == 9u && parsed.IsReply;
        }).ShouldHold();

    [Fact]
    public void Build_ShortMessage_HasBootpsLength() => Message().Build().Length.ShouldBe(300);

    [Fact]
    public void Build_OptionOver255Octets_IsRefused() =>
        Should.Throw<InvalidOperationException>(() => Message(new DhcpOption(DhcpOptionCode.HostName, new byte[256])).Build());

    [Fact]
    public void TryParse_OptionInTwoParts_JoinsThem() =>
        Parsed(Message(new DhcpOption(DhcpOptionCode.HostName, "vm-"u8.ToArray()), new DhcpOption(DhcpOptionCode.HostName, "1"u8.ToArray())).Build())
            .HostName.ShouldBe("vm-1");

    [Fact]
    public void TryParse_OverloadedFileAndSname_ReadsThemToo()
    {
        var bytes = Message(new DhcpOption(DhcpOptionCode.Overload, new byte[] { 3 })).Build();
        Hex("35 01 05 ff").CopyTo(bytes, 108);
        Hex("1a 02 05dc ff").CopyTo(bytes, 44);
        Parsed(bytes).MessageType.ShouldBe(DhcpMessageType.Ack);
        Parsed(bytes).InterfaceMtu.ShouldBe(1500);
    }

    [Fact]
    public void TryParse_CutAtEveryLength_KeepsWhatIsWhole()
    {
        var bytes = Message(new DhcpOption(DhcpOptionCode.MessageType, new byte[] { 6 }), new DhcpOption(DhcpOptionCode.Message, "no"u8.ToArray())).Build();
        for (var length = 0; length < bytes.Length; length++)
        {
            DhcpMessage.TryParse(bytes.AsSpan(0, length).ToArray(), out var message).ShouldBe(length >= 34);
            if (message is not null)
                message.MessageType.ShouldBe(length >= 243 ? DhcpMessageType.Nak : null, $"at {length}");
        }
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(1, 6)]
    [InlineData(2, 16)]
    public void TryParse_NotBootpOverEthernet_IsRefused(int at, byte value)
    {
        var bytes = Message().Build();
        bytes[at] = value;
        DhcpMessage.TryParse(bytes, out _).ShouldBeFalse();
    }
}
