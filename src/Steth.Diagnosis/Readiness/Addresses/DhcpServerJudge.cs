using System.Net;
using Steth.Diagnosis.Verdicts;
using Steth.Packets.Addresses;

namespace Steth.Diagnosis.Readiness.Addresses;

/// <summary>Whether DHCP servers answer that are neither Neutron's nor were named.</summary>
internal sealed class DhcpServerJudge
{
    private readonly MacOwners _owners;
    private readonly IReadOnlyList<IPAddress> _expected;
    private readonly List<Judged> _judged;

    /// <summary>Judges all segments and VLANs.</summary>
    public DhcpServerJudge(AddressesEvidence evidence, MacOwners owners)
    {
        (_owners, _expected) = (owners, evidence.DhcpServers);
        _judged =
        [
            .. from scan in evidence.DhcpScans
               from vlan in scan.Vlans
               group (Scan: scan, Vlan: vlan) by (scan.Segment, vlan.Vlan) into place
               orderby place.Key.Segment, place.Key.Vlan
               select Judge(place.Key.Segment, place.Key.Vlan, [.. place]),
        ];
    }

    /// <summary>One a segment and VLAN.</summary>
    public IEnumerable<AddressResult> Results => _judged.Select(j => new AddressResult
    {
        Kind = AddressResultKind.Dhcp,
        Network = j.Segment,
        Vlan = j.Vlan,
        Macs = [],
        Servers = [.. j.Offers.Select(o => new DhcpServerResult
        {
            Server = o.Offer.Server,
            Mac = o.Offer.Mac,
            Offered = o.Offer.Offered,
            Relay = o.Offer.Relay,
            Expected = IsExpected(o.Offer),
        })],
        State = j.State,
        Reason = j.Reason,
    });

    /// <summary>One server in many VLANs is one finding, and so are VLANs that say nothing for the same reason.</summary>
    public IEnumerable<CheckFinding> Findings =>
    [
        .. from judged in _judged
           from offer in judged.Offers
           where !IsExpected(offer.Offer)
           group (Judged: judged, Offer: offer) by (judged.Segment, offer.Offer.Mac) into server
           select Rogue(server.Key.Segment, [.. server]),
        .. _judged.Where(j => j.State == CheckState.Unknown).GroupBy(j => (j.Segment, j.Reason)).Select(g => Unproven([.. g])),
    ];

    private Judged Judge(string segment, VlanId? vlan, IReadOnlyList<(DhcpScanEvidence Scan, DhcpVlanEvidence Vlan)> scans)
    {
        List<Heard> offers =
        [
            .. from scan in scans
               from offer in scan.Vlan.Offers
               group scan.Scan by (offer.Server, offer.Mac) into server
               select new Heard(
                   scans.SelectMany(s => s.Vlan.Offers).First(o => Equals(o.Server, server.Key.Server) && o.Mac == server.Key.Mac),
                   [.. server.Select(s => $"{s.Node} ({s.Nic})").Distinct()]),
        ];
        var judged = new Judged(segment, vlan, offers, [.. scans.Select(s => s.Scan.Node)]);
        var rogues = offers.Where(o => !IsExpected(o.Offer)).ToList();
        if (rogues.Count > 0)
        {
            var names = string.Join(" and ", rogues.Select(r => Name(r.Offer)));
            return judged with { State = CheckState.Fail, Reason = $"{names} answers there" };
        }
        var doubts = scans.Select(s => Doubt(s.Scan, s.Vlan)).ToList();
        return doubts.Contains(null) ? judged with { State = CheckState.Pass } : judged with { Reason = doubts[0] };
    }

    /// <summary>Why a scan that heard no server proves nothing; null: it does, because others' broadcasts of that VLAN arrived.</summary>
    private static string? Doubt(DhcpScanEvidence scan, DhcpVlanEvidence vlan) =>
        scan.Problem is { } problem ? $"the scan by {scan.Node} ({scan.Nic}) failed: {problem}"
        : scan.Dropped > 0 ? $"{scan.Node} ({scan.Nic}) may have missed {scan.Dropped} frames"
        : vlan.Left == 0 ? $"{scan.Node} ({scan.Nic}) did not see its own request leave"
        : vlan.Heard.Count > 0 || vlan.Offers.Count > 0 ? null
        : $"nothing of what other nodes broadcast there arrived at {scan.Node} ({scan.Nic})";

    private bool IsExpected(DhcpOffer offer) =>
        _owners.IsDhcpServer(offer.Mac) || offer.Server is { } server && _expected.Contains(server)
        || offer.Relay is { } relay && _expected.Contains(relay);

    private string Name(DhcpOffer offer) =>
        $"{offer.Server?.ToString() ?? "a server without a name"} at {_owners.Describe(offer.Mac)}"
        + $"{(offer.Relay is null ? "" : $" by relay {offer.Relay}")}";

    private CheckFinding Rogue(string segment, IReadOnlyList<(Judged Judged, Heard Offer)> of) => new()
    {
        Id = "dhcp-rogue",
        State = CheckState.Fail,
        Summary = $"a DHCP server that is neither Neutron's nor was named answers on "
            + $"{Places(segment, [.. of.Select(o => o.Judged.Vlan)])}: "
            + Name(of[0].Offer.Offer),
        Nodes = [.. of.Select(o => _owners.NodeOf(o.Offer.Offer.Mac)).OfType<string>().Distinct()],
        Network = segment,
        Evidence =
        [
            .. of.Select(o => $"{(o.Judged.Vlan is { } vlan ? $"VLAN {vlan}" : "untagged")}: it offered {o.Offer.Offer.Offered} to "
                + NodeNames.Join(o.Offer.By)),
        ],
        Remedy = "Find its MAC in the switches' address tables and stop it, or name it with --dhcp-server when it is meant to be there.",
    };

    private static CheckFinding Unproven(IReadOnlyList<Judged> of) => new()
    {
        Id = "dhcp-unproven",
        State = CheckState.Unknown,
        Summary = $"whether a DHCP server answers on {Places(of[0].Segment, [.. of.Select(j => j.Vlan)])} could not be proven",
        Nodes = [.. of.SelectMany(j => j.Scanners).Distinct()],
        Network = of[0].Segment,
        Evidence = [of[0].Reason!],
    };

    /// <summary><c>br-ex untagged and in VLANs 101-103</c>.</summary>
    private static string Places(string segment, IReadOnlyList<VlanId?> vlans)
    {
        List<VlanId> tagged = [.. vlans.OfType<VlanId>().Distinct()];
        var vlan = tagged.Count == 0 ? null : tagged.Count == 1 ? $"in VLAN {tagged[0]}" : $"in VLANs {new VlanSet(tagged)}";
        return vlans.Contains(null) ? $"{segment} untagged{(vlan is null ? "" : $" and {vlan}")}" : $"{segment} {vlan}";
    }

    private sealed record Heard(DhcpOffer Offer, IReadOnlyList<string> By);

    private sealed record Judged(string Segment, VlanId? Vlan, IReadOnlyList<Heard> Offers, IReadOnlyList<string> Scanners)
    {
        public CheckState State { get; init; } = CheckState.Unknown;

        public string? Reason { get; init; }
    }
}
