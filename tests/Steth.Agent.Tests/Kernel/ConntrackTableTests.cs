using System.Net;
using System.Net.Sockets;
using Steth.Agent.Kernel;

namespace Steth.Agent.Tests.Kernel;

public sealed class ConntrackTableTests
{
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
}
