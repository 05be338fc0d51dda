using Steth.Contracts.Operations;
using Steth.Diagnosis.Verdicts;
using Steth.Packets.Addresses;

namespace Steth.Diagnosis.Readiness.Vlans;

/// <summary>Probes that arrived in another VLAN than the one they were sent in: translated on the way, or leaking into it.</summary>
internal sealed class VlanMoveFindings(VlanEvidence evidence, VlanMatrix matrix)
{
    /// <summary>The findings: equal moves of the same pairs in one.</summary>
    public IEnumerable<CheckFinding> All() =>
        from move in evidence.Rounds.SelectMany(round => round.Moved).Distinct()
        where matrix.Probed.Contains(move.Sender) && matrix.Probed.Contains(move.Receiver) && move.Sender != move.Receiver
        group move by (move.Kind, move.SentIn, move.ArrivedIn, Leaks: Leaks(move)) into moves
        let pairs = moves.Select(move => (move.Sender, move.Receiver)).Order().ToArray()
        group (moves.Key.SentIn, moves.Key.ArrivedIn) by (moves.Key.Kind, moves.Key.Leaks, Pairs: string.Join(' ', pairs)) into found
        select Finding(found.Key.Kind, found.Key.Leaks, [.. found], PairsOf(found.Key.Kind, found.First()));

    // It arrived in its own VLAN as well.
    private bool Leaks(VlanMove move) => matrix.Pair(move.Sender, move.Receiver, move.Kind).Heard.Contains(move.SentIn);

    private (int Sender, int Receiver)[] PairsOf(VlanProbeKind kind, (int SentIn, int ArrivedIn) way) =>
    [
        .. evidence.Rounds.SelectMany(round => round.Moved)
            .Where(move => move.Kind == kind && move.SentIn == way.SentIn && move.ArrivedIn == way.ArrivedIn)
            .Select(move => (move.Sender, move.Receiver)).Distinct().Order(),
    ];

    private CheckFinding Finding(
        VlanProbeKind kind, bool leaks, IReadOnlyList<(int SentIn, int ArrivedIn)> ways, IReadOnlyList<(int Sender, int Receiver)> pairs)
    {
        int[] senders = [.. pairs.Select(pair => pair.Sender).Distinct()];
        int[] receivers = [.. pairs.Select(pair => pair.Receiver).Distinct().Order()];
        // Where one node is at one end of all, it is that node's port that changes the tag.
        var node = senders is [var sender] ? sender : receivers is [var receiver] ? receiver : (int?)null;
        var from = VlanWords.Names(senders.Select(Name));
        var to = VlanWords.Names(receivers.Select(Name));
        var untagged = ways.All(way => way.ArrivedIn == VlanSet.Untagged && way.SentIn != VlanSet.Untagged);
        return new CheckFinding
        {
            Id = kind == VlanProbeKind.DoubleTagged && ways.All(way => way.SentIn == way.ArrivedIn) ? "vlan-double-tag"
                : leaks ? "vlan-leak"
                : "vlan-translated",
            State = CheckState.Fail,
            Summary = $"what {from} {(senders.Length == 1 ? "sends" : "send")} "
                + $"{VlanWords.Names(ways.Select(way => Way(kind, way, leaks)))} at {to}",
            Nodes = node is { } one ? [Name(one)] : [.. senders.Concat(receivers).Distinct().Order().Select(Name)],
            Evidence =
            [
                .. VlanWords.Pairs(pairs.Select(pair => (Name(pair.Sender), Name(pair.Receiver)))),
                "the VLAN a probe was sent in is written in it",
            ],
            Remedy = (node, untagged) switch
            {
                ({ } its, true) => $"Look at the native VLAN of the switch port of {evidence.Nodes[its].Port}.",
                ({ } its, false) => $"Look at VLAN translation and the native VLAN on the switch port of {evidence.Nodes[its].Port}.",
                (null, true) => "It is the native VLAN of the switch ports: use another one, or let the ports tag it.",
                _ => "Look at VLAN translation and native VLANs on the switch ports between these nodes.",
            },
        };
    }

    private static string Way(VlanProbeKind kind, (int SentIn, int ArrivedIn) way, bool leaks) =>
        kind == VlanProbeKind.DoubleTagged && way.SentIn == way.ArrivedIn
            ? $"in {VlanWords.Tag(way.SentIn)} with two tags arrives with one"
            : $"{In(way.SentIn)} arrives {(leaks ? "also " : "")}{In(way.ArrivedIn)}";

    private static string In(int vlan) => vlan == VlanSet.Untagged ? "untagged" : $"in {VlanWords.Tag(vlan)}";

    private string Name(int node) => evidence.Nodes[node].Name;
}
