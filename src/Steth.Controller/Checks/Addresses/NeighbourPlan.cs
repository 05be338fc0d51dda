using System.Net;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Readiness.Addresses;
using Steth.Packets.Addresses;

namespace Steth.Controller.Checks.Addresses;

/// <summary>Who asks for which addresses: one node of each subnet for all of them, every node for its own gateways.</summary>
internal sealed class NeighbourPlan
{
    private const int Controls = 2;

    private readonly List<Subnet> _subnets = [];

    /// <summary>Plans.</summary>
    public NeighbourPlan(IReadOnlyList<Node> nodes, IReadOnlyList<NodeFacts> facts, AddressesRequest request)
    {
        var known = facts.ToDictionary(f => f.Node.Name);
        var wanted = nodes
            .SelectMany(n => n.Networks.Where(w => request.Networks.Contains(w.Type)).Select(w => (Node: n, Network: w))).ToList();
        foreach (var (node, network) in wanted)
        {
            if (known.GetValueOrDefault(node.Name) is { } of && of.Nics.Holder(network.Address) is { } device)
            {
                var prefix = device.Addresses.First(a => a.Address.Address.Equals(network.Address)).Address.PrefixLength;
                Subnet(network.Address, prefix).Members.Add((node.Name, device.Name));
            }
        }
        foreach (var subnet in _subnets)
            subnet.Targets.AddRange(wanted.Select(w => w.Network.Address).Where(subnet.Range.Contains).Distinct());
        Addresses =
        [
            .. wanted.Select(w => new ConfiguredAddress(
                w.Network.Type, w.Node.Name, w.Network.Address,
                known.GetValueOrDefault(w.Node.Name) is { } of ? of.Nics.Holder(w.Network.Address) is not null : null)),
        ];
        Gateways = request.Gateways.Count > 0 ? Named(facts, request.Gateways) : Routed(facts, request);
    }

    /// <summary>The addresses of the configuration.</summary>
    public IReadOnlyList<ConfiguredAddress> Addresses { get; }

    /// <summary>The gateways.</summary>
    public IReadOnlyList<ExpectedGateway> Gateways { get; }

    /// <summary>The scans of a round: in the first each subnet's first node, in a later one the next, where a doubt is left.</summary>
    /// <param name="round">From 0.</param>
    /// <param name="done">The scans so far.</param>
    public IReadOnlyList<PlannedScan> Round(int round, IReadOnlyList<NeighbourScanEvidence> done)
    {
        var scans = new Dictionary<(string Node, string Device), HashSet<IPAddress>>();
        foreach (var subnet in _subnets.Where(s => round < s.Members.Count && (round == 0 || !s.IsProven(done))))
            Add(scans, subnet.Members[round], subnet.Targets);
        foreach (var gateway in round == 0 ? Gateways : [])
        {
            if (gateway.Node is { } node && gateway.Device is { } device)
                Add(scans, (node, device), [gateway.Address, .. Others(node, gateway.Address)]);
        }
        return [.. scans.Select(s => new PlannedScan(s.Key.Node, s.Key.Device, [.. s.Value]))];
    }

    private static void Add(Dictionary<(string, string), HashSet<IPAddress>> scans, (string, string) by, IEnumerable<IPAddress> targets)
    {
        if (!scans.TryGetValue(by, out var wanted))
            scans[by] = wanted = [];
        wanted.UnionWith(targets);
    }

    // Other nodes' addresses on a gateway's subnet: when they answer and it does not, it is not the listener's fault.
    private IEnumerable<IPAddress> Others(string node, IPAddress gateway) =>
        _subnets.Where(s => s.Range.Contains(gateway)).SelectMany(s => s.Targets)
            .Where(t => Addresses.Any(a => a.Address.Equals(t) && a.Node != node && a.Present == true)).Take(Controls);

    private Subnet Subnet(IPAddress address, int prefix)
    {
        var range = new IPNetwork(Base(address, prefix), prefix);
        if (_subnets.FirstOrDefault(s => s.Range.Equals(range)) is { } found)
            return found;
        var made = new Subnet(range);
        _subnets.Add(made);
        return made;
    }

    private static IReadOnlyList<ExpectedGateway> Named(IReadOnlyList<NodeFacts> facts, IReadOnlyList<IPAddress> gateways) =>
    [
        .. gateways.SelectMany(gateway =>
        {
            List<ExpectedGateway> users =
            [
                .. from of in facts
                   from device in of.Interfaces
                   where device.Addresses.Any(a => a.Scope == "global" && Contains(a.Address, gateway))
                   select new ExpectedGateway(of.Node.Name, device.Name, gateway),
            ];
            return users.Count > 0 ? users : [new ExpectedGateway(null, null, gateway)];
        }),
    ];

    private static IReadOnlyList<ExpectedGateway> Routed(IReadOnlyList<NodeFacts> facts, AddressesRequest request) =>
    [
        .. from of in facts
           let own = of.Node.Networks.Where(n => request.Networks.Contains(n.Type)).Select(n => of.Nics.Holder(n.Address)?.Name).ToList()
           from route in of.Routes ?? []
           where route is { Kind: null, Gateway: not null, Device: not null } && of.Nics.Find(route.Device) is not null
               && (!request.OnlyNetworks || own.Contains(route.Device))
           group route by (of.Node.Name, route.Device, route.Gateway) into gateway
           select new ExpectedGateway(gateway.Key.Name, gateway.Key.Device, gateway.Key.Gateway!),
    ];

    private static bool Contains(InterfaceAddress address, IPAddress gateway) =>
        address.Address.AddressFamily == gateway.AddressFamily && !address.Address.Equals(gateway)
        && new IPNetwork(Base(address.Address, address.PrefixLength), address.PrefixLength).Contains(gateway);

    private static IPAddress Base(IPAddress address, int prefix)
    {
        var octets = address.GetAddressBytes();
        for (var i = 0; i < octets.Length; i++)
            octets[i] &= (byte)(0xff00 >> Math.Clamp(prefix - 8 * i, 0, 8));
        return new IPAddress(octets);
    }
}

/// <summary>A subnet with the nodes that are on it.</summary>
/// <param name="Range">The subnet.</param>
internal sealed record Subnet(IPNetwork Range)
{
    /// <summary>Nodes with the device they are on it by.</summary>
    public List<(string Node, string Device)> Members { get; } = [];

    /// <summary>Addresses to ask for.</summary>
    public List<IPAddress> Targets { get; } = [];

    /// <summary>Somebody who was listening was answered: what nobody answered for, nobody has.</summary>
    public bool IsProven(IReadOnlyList<NeighbourScanEvidence> done) =>
        Targets.All(t => new ScanReading(t, done).Doubt is null);
}

/// <summary>One scan.</summary>
/// <param name="Node">Who asks.</param>
/// <param name="Device">By which device.</param>
/// <param name="Targets">For what.</param>
internal sealed record PlannedScan(string Node, string Device, IReadOnlyList<IPAddress> Targets);
