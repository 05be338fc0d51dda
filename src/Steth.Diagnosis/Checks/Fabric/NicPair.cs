using System.Globalization;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Intent;
using Steth.Diagnosis.Paths;

namespace Steth.Diagnosis.Checks.Fabric;

/// <summary>Two NICs between which a probe's lost leg goes, and may be lost.</summary>
/// <param name="Probe">Whose leg.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="From">The NIC it leaves by.</param>
/// <param name="To">The NIC it should arrive at.</param>
/// <param name="Network">The network it is on there.</param>
internal sealed record NicPair(ProbeEvidence Probe, ProbeOutcome Outcome, PathHop From, PathHop To, NetworkIntent Network)
{
    /// <summary>It was seen leaving the one NIC, and reliably not at the other.</summary>
    public bool IsLostBetween => Outcome.State == ProbeState.Lost && Outcome.LastSeen >= 0
        && Outcome.Leg[Outcome.LastSeen] == From && Outcome.NotSeen is { } at && Outcome.Leg[at] == To;

    /// <summary>It may have left the one NIC.</summary>
    public bool MayHaveLeft => Outcome.Suspects.Contains(To);

    /// <summary>The VLAN of the network between the NICs; null: untagged.</summary>
    public int? Vlan => Network.Type == "vlan" ? Network.SegmentationId : null;

    /// <summary>The VLAN for a reader.</summary>
    public string VlanText => Text(Vlan);

    /// <summary>Both hops.</summary>
    public IReadOnlyList<PathHop> Hops => [From, To];

    /// <summary>A VLAN for a reader.</summary>
    public static string Text(int? vlan) => vlan is { } tag ? string.Create(CultureInfo.InvariantCulture, $"VLAN {tag}")
        : "untagged frames";

    /// <summary>The pairs of every probe that was lost somewhere from the one NIC to the other, or did not come to leave the one.</summary>
    public static IEnumerable<NicPair> Suspected(DiagnosisCase situation)
    {
        foreach (var (probe, outcome) in situation.Probes)
        {
            var suspects = outcome.Suspects;
            for (var i = 0; i + 1 < outcome.Leg.Count; i++)
            {
                var (from, to) = (outcome.Leg[i], outcome.Leg[i + 1]);
                if (from.Kind == HopKind.Nic && to.Kind == HopKind.Nic && from.Host != to.Host && suspects.Contains(from))
                    yield return new NicPair(probe, outcome, from, to, NetworkAt(situation, probe, outcome, from, to));
            }
        }
    }

    /// <summary>The exchanges whose leg goes from the one to the other: what is between these two stops no other.</summary>
    public IReadOnlyList<ProbeKind> Crossing(DiagnosisCase situation) =>
    [
        .. situation.Probes.Where(p => p.Outcome.Leg.Zip(p.Outcome.Leg.Skip(1)).Any(pair => From.IsAt(pair.First) && To.IsAt(pair.Second)))
            .Select(p => p.Probe.Kind).Distinct(),
    ];

    /// <summary>A NIC that is known to be down: nothing can be said of what lies behind it.</summary>
    public PathHop? DownNic(DiagnosisCase situation) => Hops.FirstOrDefault(hop =>
    {
        var facts = (situation.Evidence.Host(hop.Host)?.Interfaces ?? []).Where(f => hop.Has(f.Name)).ToList();
        return facts.Count > 0 && facts.All(f => !f.AdminUp || !f.Carrier);
    });

    // Behind the second router port a packet is on the peer's network.
    private static NetworkIntent NetworkAt(DiagnosisCase situation, ProbeEvidence probe, ProbeOutcome outcome, PathHop from, PathHop to)
    {
        var ports = outcome.Path.Hops.TakeWhile(h => h != from && h != to).Count(h => h.Kind == HopKind.RouterInterface);
        var routed = outcome.Path.Hops.Count(h => h.Kind == HopKind.RouterInterface) > 1;
        var isPeers = probe.Kind switch
        {
            ProbeKind.EchoPeer or ProbeKind.EchoLarge => ports > 1,
            ProbeKind.EchoFromPeer => routed && ports == 0,
            _ => false,
        };
        return isPeers && situation.Evidence.Peer is { } peer ? peer.Network : situation.Port.Network;
    }
}
