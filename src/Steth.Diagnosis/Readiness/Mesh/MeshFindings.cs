using System.Globalization;
using Steth.Diagnosis.Readiness.Pairs;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Readiness.Mesh;

/// <summary>What is wrong on one network, folded: one finding for one thing.</summary>
internal sealed class MeshFindings(IReadOnlyList<JudgedPair> judged)
{
    private const int EvidenceLines = 6;

    /// <summary>More patterns of two nodes than this are one finding.</summary>
    private const int MostPairPatterns = 8;

    private readonly MeshPair _any = judged[0].Pair;

    private string Network => _any.IpVersion == 6 ? $"{_any.Network} (IPv6)" : _any.Network;

    /// <summary>All of them, the largest of a kind first.</summary>
    public IReadOnlyList<CheckFinding> All() =>
    [
        .. Losses(),
        .. Delays(MeshTrouble.Slow, "mesh-slow", "round trips take too long"),
        .. Delays(MeshTrouble.Outlier, "mesh-outlier", "round trips take longer than elsewhere on this network"),
        .. Delays(MeshTrouble.Unsteady, "mesh-jitter", "round trips are unsteady"),
        .. NotSent(),
        .. Unknown(),
        .. Crowded(),
    ];

    private IEnumerable<CheckFinding> Losses()
    {
        var legs = MeshLegs.Of(judged);
        var patterns = PairFolding.Fold(legs.Measured, legs.Bad);
        var small = patterns.Where(p => p.Kind is PairPatternKind.Between or PairPatternKind.OneWay).ToArray();
        foreach (var pattern in small.Length > MostPairPatterns ? patterns.Except(small) : patterns)
        {
            var lost = legs.PercentLost(pattern.Pairs);
            yield return Finding(
                lost == 100 ? "mesh-cut-off" : "mesh-loss", MeshWords.Loss(pattern, lost), pattern,
                pattern.Pairs.Take(EvidenceLines).Select(legs.Describe).Append(legs.Control()), MeshWords.LossRemedy(pattern));
        }
        if (small.Length > MostPairPatterns)
            yield return Many("mesh-loss", "packets are lost between", small, pair => legs.Describe(pair));
    }

    private IEnumerable<CheckFinding> Delays(MeshTrouble trouble, string id, string what)
    {
        var answered = judged.Where(j => j.Pair.Received > 0).ToArray();
        var byPair = answered.ToDictionary(j => new DirectedPair(j.Pair.From, j.Pair.To));
        var bad = answered.Where(j => j.Trouble == trouble).Select(j => new DirectedPair(j.Pair.From, j.Pair.To)).ToHashSet();
        var patterns = PairFolding.Fold(byPair.Keys, bad);
        var small = patterns.Where(p => p.Kind is PairPatternKind.Between or PairPatternKind.OneWay).ToArray();
        foreach (var pattern in small.Length > MostPairPatterns ? patterns.Except(small) : patterns)
        {
            yield return Finding(
                id, $"{what} {PairWords.Where(pattern)}", pattern, pattern.Pairs.Take(EvidenceLines).Select(Describe),
                MeshWords.DelayRemedy(pattern));
        }
        if (small.Length > MostPairPatterns)
            yield return Many(id, $"{what} between", small, Describe);

        string Describe(DirectedPair pair) => $"{pair.From} to {pair.To}: {byPair[pair].Reason}";
    }

    private IEnumerable<CheckFinding> NotSent() =>
        from pair in judged
        where pair.Trouble == MeshTrouble.NotSent
        group pair by (pair.Pair.From, pair.Reason) into refused
        select new CheckFinding
        {
            Id = "mesh-not-sent",
            State = CheckState.Fail,
            Summary = $"{Network}: {refused.Key.From} cannot send to {Names(refused.Select(p => p.Pair.To))}: {refused.Key.Reason}",
            Nodes = [refused.Key.From],
            Network = _any.Network,
            Evidence = [$"the kernel of {refused.Key.From} took no probe: {refused.Key.Reason}"],
            Remedy = $"Look at addresses, routes and packet filters of {refused.Key.From}: ip addr, ip route, nft list ruleset.",
        };

    private IEnumerable<CheckFinding> Unknown()
    {
        foreach (var group in judged.Where(j => j.Pair.Problem is { Silent: false }).GroupBy(j => j.Pair.Problem!))
        {
            yield return NotMeasured(
                "mesh-not-measured", $"{group.Key.Node} could not take part: {group.Key.Reason}", [group.Key.Node],
                [.. group.Take(EvidenceLines).Select(j => $"not measured: {j.Pair.From} to {j.Pair.To}")], null);
        }
        foreach (var (trouble, id) in ((MeshTrouble, string)[])[(MeshTrouble.Unproven, "mesh-not-proven"),
            (MeshTrouble.Overload, "mesh-overload")])
        {
            var group = judged.Where(j => j.Trouble == trouble).ToArray();
            if (group.Length == 0)
                continue;
            yield return NotMeasured(
                id, $"probes between {Names(group.SelectMany(j => (string[])[j.Pair.From, j.Pair.To]).Distinct())} were lost, and it "
                    + $"is not "
                    + (trouble == MeshTrouble.Overload ? "known whether by the network: the nodes were too slow"
                        : "shown that they were heard"),
                [.. group.SelectMany(j => (string[])[j.Pair.From, j.Pair.To]).Distinct()],
                [.. group.Take(EvidenceLines).Select(j => $"{j.Pair.From} to {j.Pair.To}: {j.Reason}")],
                trouble == MeshTrouble.Overload ? "Try again with a lower --pps." : null);
        }
    }

    private IEnumerable<CheckFinding> Crowded()
    {
        var group = judged.Where(j => j.Trouble == MeshTrouble.Crowded).ToArray();
        if (group.Length == 0)
            yield break;
        string[] nodes = [.. group.SelectMany(j => j.Pair.Crowded).Distinct()];
        yield return NotMeasured(
            "mesh-neighbours-full", $"the neighbour table of {Names(nodes)} was full, and what was lost may be lost there", nodes,
            [.. group.Take(EvidenceLines).Select(j => $"{j.Pair.From} to {j.Pair.To}: {j.Reason}")],
            "Make room for all neighbours of the node: sysctl net.ipv4.neigh.default.gc_thresh1, 2 and 3 (128, 512, 1024 when never "
            + "set), and net.ipv6.neigh for IPv6; all network namespaces of the node share them.");
    }

    private CheckFinding NotMeasured(string id, string summary, string[] nodes, string[] evidence, string? remedy) => new()
    {
        Id = id,
        State = CheckState.Unknown,
        Summary = $"{Network}: {summary}",
        Nodes = nodes,
        Network = _any.Network,
        Evidence = evidence,
        Remedy = remedy,
    };

    private CheckFinding Finding(string id, string what, PairPattern pattern, IEnumerable<string> evidence, string? remedy) => new()
    {
        Id = id,
        State = CheckState.Fail,
        Summary = $"{Network}: {what}",
        Nodes = pattern.Nodes,
        Network = _any.Network,
        Evidence = [.. evidence],
        Remedy = remedy,
    };

    private CheckFinding Many(string id, string what, PairPattern[] patterns, Func<DirectedPair, string> describe) => new()
    {
        Id = id,
        State = CheckState.Fail,
        Summary = string.Create(CultureInfo.InvariantCulture,
            $"{Network}: {what} {patterns.Length} pairs of nodes that have no node in common"),
        Nodes = [.. patterns.SelectMany(p => p.Nodes).Distinct()],
        Network = _any.Network,
        Evidence = [.. patterns.SelectMany(p => p.Pairs).Take(4 * EvidenceLines).Select(describe)],
        Remedy = "Look for what these pairs share: a switch, a link between switches, a member of a bond or of an ECMP group.",
    };

    private static string Names(IEnumerable<string> nodes) => PairWords.Names([.. nodes]);
}
