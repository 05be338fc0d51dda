using System.Net;
using System.Net.Sockets;
using Steth.Agent.Kernel;

namespace Steth.Agent.Tests.Kernel;

public sealed class ConntrackTableTests
{
    private const string Names =
        "entries  clashres found new invalid ignore delete chainlength insert insert_failed drop early_drop icmp_error  expect_new\n";

    [Fact]
    public void Read_Namespace_CountsItsOwnConnections()
    {
        Privilege.NeedsRoot();
        Assert.SkipUnless(File.Exists("/proc/sys/net/netfilter/nf_conntrack_count"), "needs nf_conntrack in the kernel");
        using var scratch = new ScratchNamespace();
        // Connections are tracked where a rule asks for it.
        scratch.Exec("iptables", "-A OUTPUT -m conntrack --ctstate INVALID -j DROP");
        using var socket = NetworkNamespace.Run(scratch.Name, () => new UdpClient(AddressFamily.InterNetwork));
        socket.Send([1], new IPEndPoint(IPAddress.Loopback, 9));

        var table = NetworkNamespace.Run(scratch.Name, ConntrackTable.Read).ShouldNotBeNull();

        table.Count.ShouldBe(1);
        table.Max.ShouldBeGreaterThan(1);
        table.Dropped.ShouldBe(File.Exists("/proc/net/stat/nf_conntrack") ? 0 : null);
    }

    // As a namespace with 262144 of 262144 connections printed it when three pings were lost in it.
    [Fact]
    public void Dropped_Recorded_IsTheSumOverTheProcessors() => ConntrackTable.Dropped(Names
        + "00040000  00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000003 00000000 00000000  00000000\n"
        + "00040000  00000000 00000000 00000000 00000000 00000000 00000000 00000000 00040000 00000000 0000001f 00000000 00000000  00000000\n")
        .ShouldBe(34);

    [Theory]
    [InlineData("")]
    [InlineData("entries searched found\n00000000 00000000 00000000\n")]
    public void Dropped_NoSuchColumn_IsNotMeasured(string text) => ConntrackTable.Dropped(text).ShouldBeNull();

    [Theory]
    [InlineData("00000000\n")]
    [InlineData("0 0 0 0 0 0 0 0 0 0 many 0 0 0\n")]
    public void Dropped_LineWithoutANumber_IsRefused(string line) => Should.Throw<FormatException>(() => ConntrackTable.Dropped(Names + line));
}
