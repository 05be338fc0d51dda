using Steth.Contracts.Operations;
using Steth.Diagnosis.Readiness.Vlans;
using Steth.Packets.Addresses;

namespace Steth.Diagnosis.Tests.Readiness.Vlans;

/// <summary>A fabric as a test says, and what a check would measure of it, repetitions included. Nodes are called n0, n1, …</summary>
internal sealed class VlanWorld(int nodes, string vlans)
{
    /// <summary>Whether plain frames of a VLAN (0: untagged) cross: sender, receiver, VLAN.</summary>
    public Func<int, int, int, bool> Crosses { get; init; } = (_, _, _) => true;

    /// <summary>Whether those of another kind do, where plain ones do.</summary>
    public Func<VlanProbeKind, int, int, int, bool> CrossesToo { get; init; } = (_, _, _, _) => true;

    /// <summary>Where frames of a VLAN arrive as well or instead: sender, receiver, VLAN.</summary>
    public Func<int, int, int, int?> ArrivesIn { get; init; } = (_, _, _) => null;

    /// <summary>Whether a copy that crosses is lost nevertheless.</summary>
    public Func<int, int, bool> Loses { get; init; } = (_, _) => false;

    /// <summary>Kinds that are sent beside plain ones.</summary>
    public IReadOnlyList<VlanProbeKind> Kinds { get; init; } = [];

    /// <summary>What else is to be said of a node.</summary>
    public Func<int, VlanNode, VlanNode> Node { get; init; } = (_, node) => node;

    /// <summary>What goes wrong in a round besides: number of the round, the round.</summary>
    public Action<int, VlanRound> Disturb { get; init; } = (_, _) => { };

    /// <summary>Nodes whose frames leave by the NIC of another one: sender, listener.</summary>
    public Func<int, int, bool> SharesNic { get; init; } = (_, _) => false;

    /// <summary>Runs a check.</summary>
    public VlanEvidence Measure()
    {
        var rounds = new List<VlanRound>();
        var asked = VlanSet.Parse(vlans);
        var evidence = new VlanEvidence
        {
            Vlans = asked,
            Nodes = [.. Enumerable.Range(0, nodes).Select(i => Node(i, new VlanNode { Name = $"n{i}", Nic = "eth1", AdminUp = true, Carrier = true }))],
            Rounds = rounds,
            FullSizeBytes = Kinds.Contains(VlanProbeKind.FullSize) ? 1518 : null,
        };
        VlanProbes[] first =
        [
            new() { Kind = VlanProbeKind.Plain, Vlans = asked.Union(VlanSet.UntaggedOnly) },
            .. Kinds.Select(kind => new VlanProbes { Kind = kind, Vlans = asked.Except(VlanSet.UntaggedOnly) }),
        ];
        IReadOnlyList<IReadOnlyList<VlanProbes>> probes = [.. Enumerable.Repeat(first, nodes)];
        while (evidence.Nodes.Count(node => node.IsProbed) > 1 && probes.Any(some => some.Count > 0))
        {
            rounds.Add(Round(evidence, probes));
            Disturb(rounds.Count - 1, rounds[^1]);
            probes = VlanRepeats.Of(evidence);
        }
        return evidence;
    }

    /// <summary>Runs a check and judges it.</summary>
    public VlanReport Judge() => VlanJudge.Judge(Measure());

    private VlanRound Round(VlanEvidence evidence, IReadOnlyList<IReadOnlyList<VlanProbes>> probes)
    {
        var round = new VlanRound(nodes);
        int[] probed = [.. Enumerable.Range(0, nodes).Where(node => evidence.Nodes[node].IsProbed)];
        foreach (var sender in probed)
        {
            foreach (var kind in probes[sender])
            {
                round.AddSent(sender, kind.Kind, kind.Vlans);
                foreach (var listener in probed)
                    Hear(round, sender, listener, kind);
            }
        }
        return round;
    }

    private void Hear(VlanRound round, int sender, int listener, VlanProbes probes)
    {
        if (sender == listener || SharesNic(sender, listener))
        {
            round.AddLeft(sender, listener, probes.Kind, probes.Vlans);
            return;
        }
        round.AddArrived(sender, listener, probes.Kind, new VlanSet(probes.Vlans.Members().Where(vlan => Crosses(sender, listener, vlan)
            && (probes.Kind == VlanProbeKind.Plain || CrossesToo(probes.Kind, sender, listener, vlan)) && !Loses(sender, listener))));
        foreach (var vlan in probes.Vlans.Members())
        {
            if (ArrivesIn(sender, listener, vlan) is { } other)
                round.Moved.Add(new VlanMove(sender, listener, probes.Kind, vlan, other));
        }
    }
}
