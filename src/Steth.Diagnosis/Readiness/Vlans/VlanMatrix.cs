using Steth.Contracts.Operations;
using Steth.Packets.Addresses;

namespace Steth.Diagnosis.Readiness.Vlans;

/// <summary>Every directed pair of nodes that were probed, and what is known of it in each VLAN and kind of probes.</summary>
internal sealed class VlanMatrix
{
    private readonly VlanEvidence _evidence;
    private readonly VlanPair?[] _pairs;
    private readonly Dictionary<(int Sender, int Receiver, VlanProbeKind Kind), VlanSet> _movedAway;

    /// <summary>Reads the evidence.</summary>
    public VlanMatrix(VlanEvidence evidence)
    {
        _evidence = evidence;
        Kinds = [.. VlanRound.Kinds.Where(kind => kind == VlanProbeKind.Plain || WasSent(kind))];
        Probed = [.. Enumerable.Range(0, evidence.Nodes.Count).Where(node => evidence.Nodes[node].IsProbed)];
        var count = evidence.Nodes.Count;
        _pairs = new VlanPair?[count * count * VlanRound.Kinds.Count];
        foreach (var kind in Kinds)
        {
            foreach (var (sender, receiver) in Pairs())
                _pairs[Place(sender, receiver, kind)] = VlanPair.Read(evidence, sender, receiver, kind, Asked(kind));
        }
        _movedAway = evidence.Rounds.SelectMany(round => round.Moved)
            .GroupBy(move => (move.Sender, move.Receiver, move.Kind))
            .ToDictionary(moves => moves.Key, moves => new VlanSet(moves.Select(move => move.SentIn)));
    }

    /// <summary>The kinds of probes that were sent.</summary>
    public IReadOnlyList<VlanProbeKind> Kinds { get; }

    /// <summary>The nodes that were probed.</summary>
    public IReadOnlyList<int> Probed { get; }

    /// <summary>The VLANs a kind of probes is about; plain ones are always sent untagged, too.</summary>
    public VlanSet Asked(VlanProbeKind kind) => kind == VlanProbeKind.Plain
        ? _evidence.Vlans.Union(VlanSet.UntaggedOnly)
        : _evidence.Vlans.Except(VlanSet.UntaggedOnly);

    /// <summary>The directed pairs of probed nodes.</summary>
    public IEnumerable<(int Sender, int Receiver)> Pairs() =>
        Probed.SelectMany(sender => Probed.Where(receiver => receiver != sender).Select(receiver => (sender, receiver)));

    /// <summary>A directed pair of probed nodes.</summary>
    public VlanPair Pair(int sender, int receiver, VlanProbeKind kind) => _pairs[Place(sender, receiver, kind)]!;

    /// <summary>
    /// VLANs of a pair that do not cross and need no further reason: they arrive elsewhere, or plain probes are blocked already.
    /// </summary>
    public VlanSet Explained(int sender, int receiver, VlanProbeKind kind)
    {
        var moved = _movedAway.TryGetValue((sender, receiver, kind), out var away)
            ? away.Except(Pair(sender, receiver, kind).Heard)
            : VlanSet.Empty;
        return kind == VlanProbeKind.Plain ? moved : moved.Union(Pair(sender, receiver, VlanProbeKind.Plain).Broken);
    }

    /// <summary>State of a pair in a VLAN, for whoever looks for reasons.</summary>
    public VlanPairState State(int sender, int receiver, VlanProbeKind kind, int vlan)
    {
        var pair = Pair(sender, receiver, kind);
        return pair.Heard.Contains(vlan) ? VlanPairState.Good
            : pair.Broken.Contains(vlan) && !Explained(sender, receiver, kind).Contains(vlan) ? VlanPairState.Broken
            : VlanPairState.Open;
    }

    /// <summary>VLANs in which the same pairs are blocked, explained and open: what is true of one is true of all.</summary>
    public IReadOnlyList<VlanSet> Patterns(VlanProbeKind kind)
    {
        // Two numbers of 64 bits a VLAN, into which each pair is mixed: that two patterns come out equal by chance will not happen.
        var signs = new (ulong, ulong)[VlanSet.Numbers];
        foreach (var (sender, receiver) in Pairs())
        {
            var pair = Pair(sender, receiver, kind);
            var place = (ulong)Place(sender, receiver, kind) * 3;
            Mix(signs, pair.Broken.Except(Explained(sender, receiver, kind)), place);
            Mix(signs, pair.Broken.Intersect(Explained(sender, receiver, kind)), place + 1);
            Mix(signs, pair.Unknown, place + 2);
        }
        return [.. Asked(kind).Members().GroupBy(vlan => signs[vlan]).Select(vlans => new VlanSet(vlans))];
    }

    private static void Mix((ulong First, ulong Second)[] signs, VlanSet vlans, ulong what)
    {
        if (vlans.IsEmpty)
            return;
        var (first, second) = (Scramble(2 * what + 1), Scramble(2 * what + 2));
        foreach (var vlan in vlans.Members())
            signs[vlan] = (signs[vlan].First ^ first, signs[vlan].Second ^ second);
    }

    // The finaliser of SplitMix64.
    private static ulong Scramble(ulong number)
    {
        number *= 0x9e3779b97f4a7c15;
        number = (number ^ number >> 30) * 0xbf58476d1ce4e5b9;
        number = (number ^ number >> 27) * 0x94d049bb133111eb;
        return number ^ number >> 31;
    }

    private bool WasSent(VlanProbeKind kind) =>
        _evidence.Rounds.Any(round => Enumerable.Range(0, _evidence.Nodes.Count).Any(node => !round.Sent(node, kind).IsEmpty));

    private int Place(int sender, int receiver, VlanProbeKind kind) =>
        (receiver * _evidence.Nodes.Count + sender) * VlanRound.Kinds.Count + (int)kind;
}
