using System.Net;
using Steth.Contracts.Operations;
using Steth.Diagnosis.Readiness.Planning;
using Steth.Packets.Addresses;

namespace Steth.Diagnosis.Tests.Readiness.Planning;

/// <summary>Three nodes on two networks, all as the file says; tests change one thing.</summary>
internal static class PlanWorld
{
    public static PlanEvidence Healthy() => Of(Node("a", 1), Node("b", 2), Node("c", 3));

    public static PlanEvidence Of(params PlanNode[] nodes) => new()
    {
        Source = "steth.conf",
        Networks = ["mgmt", "net"],
        Nodes = nodes,
        Owners = [.. nodes.SelectMany(node => node.Addresses.Select(address => new PlanOwner(node.Name, address.Network, address.Address)))],
        Strangers = [],
    };

    public static PlanNode Node(string name, int last, string? nic = "eth1") => new()
    {
        Name = name,
        Agent = IPEndPoint.Parse($"192.0.2.{last}:9698"),
        Addresses =
        [
            new PlanAddress("mgmt", IPAddress.Parse($"192.0.2.{last}"), nic is null ? null : "eth0"),
            new PlanAddress("net", IPAddress.Parse($"198.51.100.{last}"), nic),
        ],
        Info = Info(name, last),
        Interfaces = [Device("lo", "127.0.0.1/8"), Device("eth0", $"192.0.2.{last}/24"), Device("eth1", $"198.51.100.{last}/24"), Device("eth2")],
        Ovs = new OvsShowResult { Running = false, ExternalIds = new Dictionary<string, string>(), Bridges = [] },
    };

    public static PlanNode Silent(string name, int last) =>
        Node(name, last) with { Info = null, Interfaces = null, Ovs = null, Silent = $"No agent listens on 192.0.2.{last}:9698." };

    public static AgentInfoResult Info(string host, int started = 0) => new()
    {
        Hostname = host,
        Version = "0.1.0",
        Kernel = "6.1.0",
        StartedAt = DateTimeOffset.UnixEpoch.AddSeconds(started),
        Insecure = true,
        Tools = [],
    };

    public static InterfaceFacts Device(string name, params string[] addresses) => new()
    {
        Name = name,
        Index = 1,
        Mtu = 1500,
        AdminUp = true,
        Carrier = true,
        OperState = "UP",
        Addresses = [.. addresses.Select(a => new InterfaceAddressFacts { Address = InterfaceAddress.Parse(a), Scope = "global" })],
    };

    /// <summary>The node with one of its interfaces replaced, or another added.</summary>
    public static PlanNode With(this PlanNode node, params InterfaceFacts[] devices) => node with
    {
        Interfaces = [.. node.Interfaces!.Where(i => !devices.Any(d => d.Name == i.Name)), .. devices],
    };

    public static PlanNode Without(this PlanNode node, string device) => node with { Interfaces = [.. node.Interfaces!.Where(i => i.Name != device)] };
}
