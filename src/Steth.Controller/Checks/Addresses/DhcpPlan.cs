using Steth.Packets.Addresses;

namespace Steth.Controller.Checks.Addresses;

/// <summary>Which nodes ask for DHCP servers by which NICs in which VLANs: a few of each, since two of them hear each other.</summary>
internal sealed class DhcpPlan
{
    private const int Scanners = 3;
    private const int VlanBits = 12;
    private const uint ScannerBits = 0xfff;

    private readonly AddressesRequest _request;
    private readonly IReadOnlyList<NodeFacts> _facts;
    private readonly List<Place> _places = [];

    /// <summary>Plans.</summary>
    /// <param name="facts">The nodes.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="run">8 bits by which the scanners of this run know each other.</param>
    public DhcpPlan(IReadOnlyList<NodeFacts> facts, AddressesRequest request, byte run)
    {
        (_facts, _request) = (facts, request);
        foreach (var of in facts)
        {
            foreach (var network in of.Node.Networks.Where(n => request.Networks.Contains(n.Type)))
            {
                if (of.Nics.Holder(network.Address) is { } device)
                    AddNetwork(of, network.Type, of.Nics.Uplinks(device.Name));
            }
            foreach (var trunk in request.OnlyNetworks ? [] : of.Nics.Trunks())
                PlaceOf(of, trunk).IsTrunk = true;
        }
        JoinByNetwork();
        Scans = Planned(run);
    }

    /// <summary>One a node and NIC.</summary>
    public IReadOnlyList<PlannedDhcpScan> Scans { get; }

    private void AddNetwork(NodeFacts of, string type, IReadOnlyList<Uplink> uplinks)
    {
        foreach (var uplink in uplinks)
        {
            var place = PlaceOf(of, uplink);
            place.Networks.Add(type);
            if (uplink.Vlan is { } vlan && VlanId.IsValid(vlan))
                place.Uses.Add(new VlanId(vlan));
        }
    }

    private Place PlaceOf(NodeFacts of, Uplink uplink)
    {
        if (_places.FirstOrDefault(p => p.Of == of && p.Nic == uplink.Nic) is { } found)
            return found;
        var made = new Place(of, uplink.Nic, uplink.Bridge);
        _places.Add(made);
        return made;
    }

    /// <summary>NICs that carry a network in common are on one segment, whatever their names; others are known by their bridge.</summary>
    private void JoinByNetwork()
    {
        for (var again = true; again;)
        {
            again = false;
            foreach (var place in _places)
            {
                foreach (var network in _places.Where(p => p.Networks.Overlaps(place.Networks)).SelectMany(p => p.Networks).ToList())
                    again |= place.Networks.Add(network);
            }
        }
    }

    private List<PlannedDhcpScan> Planned(byte run)
    {
        var scans = new Dictionary<Place, (bool Untagged, List<VlanId> Vlans)>();
        foreach (var segment in _places.GroupBy(SegmentOf))
        {
            foreach (var place in segment.Take(Scanners))
                scans[place] = (true, scans.GetValueOrDefault(place).Vlans ?? []);
            foreach (var (vlan, users) in VlansOf([.. segment]))
            {
                foreach (var place in users.Take(Scanners))
                {
                    var (untagged, vlans) = scans.GetValueOrDefault(place);
                    scans[place] = (untagged, [.. vlans ?? [], vlan]);
                }
            }
        }
        return
        [
            .. scans.Select((s, i) => new PlannedDhcpScan(
                s.Key.Of.Node.Name, s.Key.Nic, SegmentOf(s.Key), (uint)run << 24 | ((uint)i & ScannerBits) << VlanBits,
                s.Value.Untagged, s.Value.Vlans)),
        ];
    }

    /// <summary>The VLANs of a segment, each with its NICs: those whose nodes use it first.</summary>
    private IEnumerable<(VlanId Vlan, IReadOnlyList<Place> Users)> VlansOf(IReadOnlyList<Place> segment)
    {
        var trunks = segment.Where(p => p.IsTrunk).ToList();
        // On nodes without bridges any NIC may be the trunk of what is yet to come.
        var anywhere = trunks.Count > 0 || _places.Any(p => p.IsTrunk) ? trunks : segment;
        var used = segment.SelectMany(p => p.Uses)
            .Concat(trunks.Count > 0 ? _facts.SelectMany(f => f.Nics.ProviderVlans()).Select(v => new VlanId(v)) : []);
        var vlans = _request.Vlans is { } given
            ? anywhere.Count > 0 ? given : []
            : used.Concat(anywhere.Count > 0 ? _request.ExpectedVlans : []);
        foreach (var vlan in vlans.Distinct().Order())
        {
            var places = anywhere.Concat(segment.Where(p => p.Uses.Contains(vlan))).Distinct();
            bool Uses(Place place) => place.Uses.Contains(vlan) || place.Of.Nics.ProviderVlans().Contains(vlan.Value);
            yield return (vlan, [.. places.OrderByDescending(Uses)]);
        }
    }

    private string SegmentOf(Place place) => place.Networks.Count > 0
        ? string.Join('+', _request.Networks.Where(place.Networks.Contains))
        : place.Bridge ?? place.Nic;

    /// <summary>A NIC of a node.</summary>
    private sealed class Place(NodeFacts of, string nic, string? bridge)
    {
        public NodeFacts Of => of;

        public string Nic => nic;

        public string? Bridge => bridge;

        /// <summary>Network types whose frames it carries, its segment's others too.</summary>
        public HashSet<string> Networks { get; } = [];

        /// <summary>VLANs of the node's own addresses on it.</summary>
        public HashSet<VlanId> Uses { get; } = [];

        /// <summary>It leads out of the bridges of the provider networks.</summary>
        public bool IsTrunk { get; set; }
    }
}

/// <summary>One scan for DHCP servers.</summary>
/// <param name="Node">Who asks.</param>
/// <param name="Nic">By which NIC.</param>
/// <param name="Segment">What the NIC is on.</param>
/// <param name="FirstXid">As in <see cref="Contracts.Operations.DhcpScanParams.FirstXid"/>.</param>
/// <param name="Untagged">Ask untagged.</param>
/// <param name="Vlans">Ask in these.</param>
internal sealed record PlannedDhcpScan(string Node, string Nic, string Segment, uint FirstXid, bool Untagged, IReadOnlyList<VlanId> Vlans);
