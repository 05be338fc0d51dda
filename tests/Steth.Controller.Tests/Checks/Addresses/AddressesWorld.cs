using System.Net;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Checks.Addresses;
using Steth.Controller.Inventory;
using Steth.Controller.Tests.Agents;
using Steth.Diagnosis.Readiness.Addresses;
using Steth.Packets.Addresses;

namespace Steth.Controller.Tests.Checks.Addresses;

/// <summary>
/// Nodes n1, n2, … with 10.0.0.N on eth0 (mgmt) and 10.1.0.N on br-phy, a bridge of Open vSwitch with eth2 (net); br-ex has eth1. Everybody
/// answers for everybody and hears everybody.
/// </summary>
internal sealed class AddressesWorld
{
    public AddressesWorld(int nodes)
    {
        Nodes = [.. Enumerable.Range(1, nodes).Select(i => FakeAgents.Node($"n{i}",
            new NodeNetwork("mgmt", IPAddress.Parse($"10.0.0.{i}"), null), new NodeNetwork("net", IPAddress.Parse($"10.1.0.{i}"), null)))];
        foreach (var (i, node) in Nodes.Index())
            Furnish(node, i + 1);
    }

    public FakeAgents Agents { get; } = new();

    public Node[] Nodes { get; }

    /// <summary>MACs beside the node's own that answer for an address.</summary>
    public Dictionary<string, MacAddress> Thieves { get; } = [];

    /// <summary>Nodes that nobody answers.</summary>
    public HashSet<string> Deaf { get; } = [];

    public IEnumerable<string> NeighbourScans => Agents.Asked.Where(a => a.Parameters is NeighbourScanParams)
        .Select(a => (a.Node, Scan: (NeighbourScanParams)a.Parameters))
        .Select(a => $"{a.Node} {a.Scan.Device}: {string.Join(' ', a.Scan.Targets)}").Order(StringComparer.Ordinal);

    public IEnumerable<string> DhcpScans => Agents.Asked.Where(a => a.Parameters is DhcpScanParams)
        .Select(a => (a.Node, Scan: (DhcpScanParams)a.Parameters))
        .Select(a => $"{a.Node} {a.Scan.Device}: {(a.Scan.Untagged ? "untagged " : "")}{string.Join(',', a.Scan.Vlans)}".TrimEnd())
        .Order(StringComparer.Ordinal);

    public Task<AddressesReport> RunAsync(Func<AddressesRequest, AddressesRequest>? change = null)
    {
        var request = new AddressesRequest { Networks = ["mgmt", "net"] };
        return new AddressesCheck(Agents.WithTimeout()).RunAsync(
            Nodes, change?.Invoke(request) ?? request, null, TestContext.Current.CancellationToken);
    }

    public static MacAddress MacOf(int node, int nic) => MacAddress.Parse($"02:00:00:00:0{nic}:{node:x2}");

    private void Furnish(Node node, int number)
    {
        Agents.On(node, AgentOperations.InterfaceList, _ => new InterfaceListResult
        {
            Interfaces =
            [
                Device("eth0", number, 0, $"10.0.0.{number}/24"), Device("eth1", number, 1), Device("eth2", number, 2),
                Device("br-phy", number, 2, $"10.1.0.{number}/24") with { Kind = "tun" },
            ],
        });
        Agents.On(node, AgentOperations.OvsShow, _ => new OvsShowResult
        {
            Running = true,
            ExternalIds = new Dictionary<string, string>(),
            Bridges =
            [
                Bridge("br-ex", Port("eth1", ""), Port("phy", "patch", "int")), Bridge("br-phy", Port("eth2", ""), Port("br-phy", "internal")),
                Bridge("br-int", Port("int", "patch", "phy"), Provider(100 + number)),
            ],
        });
        Agents.On(node, AgentOperations.NamespaceInspect, _ => new NamespaceInspectResult
        {
            Routes =
            [
                new RouteFacts { Destination = "default", Gateway = IPAddress.Parse("10.0.0.254"), Device = "eth0" },
                new RouteFacts { Destination = "10.0.0.0/24", Device = "eth0" },
            ],
            Problems = [],
        });
        Agents.On(node, AgentOperations.NeighbourScan, p => new NeighbourScanResult
        {
            Sent = 2 * p.Targets.Count,
            Left = 2 * p.Targets.Count,
            Dropped = 0,
            Problems = [],
            Neighbours = [.. p.Targets.Select(t => new ScannedNeighbour(t, Deaf.Contains(node.Name) ? [] : Answers(t, number)))],
        });
        Agents.On(node, AgentOperations.DhcpScan, p => new DhcpScanResult
        {
            Dropped = 0,
            Vlans = [.. (p.Untagged ? new VlanId?[] { null } : []).Concat(p.Vlans.Select(v => (VlanId?)v))
                .Select(v => new ScannedVlan { VlanId = v, Left = 2, Heard = [1 << 12], Offers = [] })],
        });
    }

    private List<MacAddress> Answers(IPAddress target, int asker)
    {
        var (octets, macs) = (target.GetAddressBytes(), new List<MacAddress>());
        if (octets[3] == 254)
            macs.Add(MacAddress.Parse("02:00:00:00:00:fe"));
        else if (octets[3] != asker)
            macs.Add(MacOf(octets[3], octets[1] == 0 ? 0 : 2));
        if (Thieves.TryGetValue(target.ToString(), out var thief))
            macs.Add(thief);
        return macs;
    }

    private static InterfaceFacts Device(string name, int node, int nic, string? address = null) => new()
    {
        Name = name,
        Index = nic + 2,
        Mac = MacOf(node, nic),
        Mtu = 1500,
        AdminUp = true,
        Carrier = true,
        OperState = "UP",
        Addresses = address is null ? [] : [new InterfaceAddressFacts { Address = InterfaceAddress.Parse(address), Scope = "global" }],
    };

    private static OvsBridge Bridge(string name, params OvsPort[] ports) => new() { Name = name, DatapathType = "netdev", Ports = ports };

    private static OvsPort Port(string name, string type, string? peer = null) => new()
    {
        Name = name,
        Trunks = [],
        OtherConfig = new Dictionary<string, string>(),
        Interfaces =
        [
            new OvsInterface
            {
                Name = name,
                Type = type,
                ExternalIds = new Dictionary<string, string>(),
                Options = peer is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["peer"] = peer },
                Statistics = new Dictionary<string, long>(),
            },
        ],
    };

    private static OvsPort Provider(int vlan) => Port("tap1", "") with
    {
        OtherConfig = new Dictionary<string, string> { ["network_type"] = "vlan", ["segmentation_id"] = $"{vlan}" },
    };
}
