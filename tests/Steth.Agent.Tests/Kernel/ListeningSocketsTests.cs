using System.Net;
using Steth.Agent.Kernel;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tests.Kernel;

public sealed class ListeningSocketsTests
{
    private const string Head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";

    [Fact]
    public void Parse_Tcp_ListenersOnly() =>
        ListeningSockets.Parse("tcp",
        [
            Head,
            "   0: 0100007F:0035 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0000 100 0 0 10 0",
            "   1: 0200000A:25E1 0300000A:9C40 01 00000000:00000000 00:00000000 00000000     0        0 2 1 0000 20 4 30 10 -1",
        ]).ShouldBe([new ListeningSocket("tcp", IPAddress.Loopback, 53)]);

    [Fact]
    public void Parse_Udp6_UnconnectedOnly() =>
        ListeningSockets.Parse("udp",
        [
            Head,
            "  10: B80D0120000000000000000001000000:0223 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000 0 0 3 2 0 0",
            "  11: 00000000000000000000000001000000:9C40 00000000000000000000000001000000:0035 01 00000000:00000000 00:00000000 00000000 0 0 4 2 0 0",
        ]).ShouldBe([new ListeningSocket("udp", IPAddress.Parse("2001:db8::1"), 547)]);

    [Fact]
    public void Parse_SomethingElse_IsRefused() =>
        Should.Throw<FormatException>(() => ListeningSockets.Parse("tcp", [Head, "nothing"]).ToList());
}
