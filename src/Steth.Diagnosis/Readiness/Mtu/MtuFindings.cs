using System.Runtime.CompilerServices;
using Steth.Diagnosis.Readiness.Pairs;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Readiness.Mtu;

/// <summary>What is wrong on one network, folded: one finding for one thing.</summary>
internal sealed class MtuFindings(IReadOnlyList<JudgedWay> judged)
{
    private const int EvidenceLines = 6;

    /// <summary>More patterns of two nodes than this are one finding.</summary>
    private const int MostPairPatterns = 8;

    private readonly MtuPair _any = judged[0].Pair;

    private string Network => _any.IpVersion == 6 ? $"{_any.Network} (IPv6)" : _any.Network;

    /// <summary>All of them: what passes the fabric, then what the nodes are set to, then what could not be measured.</summary>
    public IReadOnlyList<CheckFinding> All() => [.. Paths(), .. Differing(), .. TooSmall(), .. Unknown()];

    private IEnumerable<CheckFinding> Paths()
    {
        var byPair = judged.Where(j => j.Pair.Mtu is not null).ToDictionary(Key);
        var bad = byPair.Where(j => j.Value.Trouble == MtuTrouble.Path).Select(j => j.Key).ToHashSet();
        var patterns = PairFolding.Fold(byPair.Keys, bad);
        var small = patterns.Where(p => p.Kind is PairPatternKind.Between or PairPatternKind.OneWay).ToArray();
        foreach (var pattern in small.Length > MostPairPatterns ? patterns.Except(small) : patterns)
        {
            JudgedWay[] ways = [.. pattern.Pairs.Select(p => byPair[p])];
            yield return Fault(
                "mtu-path-too-small",
                Words($"only {ways.Min(w => w.Pair.Mtu)} bytes pass {Where(pattern)}; {ways.Max(w => w.Needed)} are needed"),
                pattern.Nodes,
                [.. ways.Take(EvidenceLines).Select(Describe), .. Control(byPair.Values.Where(w => w.Trouble == MtuTrouble.None))],
                Remedy(pattern, ways));
        }
        if (small.Length <= MostPairPatterns)
            yield break;
        JudgedWay[] many = [.. small.SelectMany(p => p.Pairs).Select(p => byPair[p])];
        yield return Fault(
            "mtu-path-too-small",
            Words($"only {many.Min(w => w.Pair.Mtu)} bytes pass between {small.Length} pairs of nodes that have no node in common"),
            [.. small.SelectMany(p => p.Nodes).Distinct()],
            [.. many.Take(4 * EvidenceLines).Select(Describe)],
            "Look for what these pairs share: a switch, a link between switches, a member of a bond or of an ECMP group.");
    }

    private IEnumerable<CheckFinding> Differing()
    {
        var groups = Interfaces().GroupBy(i => i.Mtu).OrderByDescending(g => g.Count()).ThenByDescending(g => g.Key).ToArray();
        if (groups.Length < 2)
            yield break;
        yield return Fault(
            "mtu-interfaces-differ",
            "the nodes' interfaces have different MTUs: " + string.Join("; ", groups.Select(g => Words($"{g.Key} on {Names(g)}"))),
            [.. groups.Skip(1).SelectMany(g => g).Select(i => i.Node)],
            [.. groups.Skip(1).SelectMany(g => g).Take(EvidenceLines).Select(i => Words($"{i.Name} of {i.Node} has an MTU of {i.Mtu}"))],
            Words($"Give them one MTU on every node of {_any.Network}: ip link set IFACE mtu {groups[0].Key}, and in the host's "
                + $"network configuration."));
    }

    private IEnumerable<CheckFinding> TooSmall()
    {
        if (judged[0].Need is not { } need)
            yield break;
        MtuInterface[] small = [.. Interfaces().Where(i => i.Mtu < need.Bytes)];
        if (small.Length == 0)
            yield break;
        yield return Fault(
            "mtu-interface-too-small",
            Words($"the MTU of {Names(small)} is {small.Min(i => i.Mtu)}; {need.Bytes} are needed by {need.Why}"),
            [.. small.Select(i => i.Node)],
            [.. small.Take(EvidenceLines).Select(i => Words($"{i.Name} of {i.Node} has an MTU of {i.Mtu}"))],
            Words($"Raise the MTU of these interfaces, and of the switch ports, to {need.Bytes} or more; or make the tenant networks' "
                + $"MTU smaller."));
    }

    private IEnumerable<CheckFinding> Unknown()
    {
        foreach (var group in judged.Where(j => j.Pair.Problem is { Silent: false }).GroupBy(j => j.Pair.Problem!))
        {
            yield return Finding(
                CheckState.Unknown, "mtu-not-measured", $"{group.Key.Node} could not take part: {group.Key.Reason}", [group.Key.Node],
                [.. group.Take(EvidenceLines).Select(j => $"not measured: {j.Pair.From} to {j.Pair.To}")], null);
        }
        var tried = judged.Where(j => j.Pair.Problem is null).ToDictionary(Key);
        var silent = tried.Where(j => j.Value.Trouble == MtuTrouble.Silent).Select(j => j.Key).ToHashSet();
        foreach (var pattern in PairFolding.Fold(tried.Keys, silent))
        {
            yield return Finding(
                CheckState.Unknown, "mtu-nothing-passes", $"not even small packets are answered {PairWords.Where(pattern)}", pattern.Nodes,
                [.. pattern.Pairs.Take(EvidenceLines).Select(p => $"{p.From} to {p.To}: {tried[p].Reason}")],
                "That is not about sizes: steth check mesh says what is lost where.");
        }
    }

    private static DirectedPair Key(JudgedWay way) => new(way.Pair.From, way.Pair.To);

    private static string Where(PairPattern pattern) => pattern.Kind switch
    {
        PairPatternKind.NodeSends => $"from {pattern.Nodes[0]} to {PairWords.PeersOf(pattern)}",
        PairPatternKind.NodeReceives => $"from {PairWords.PeersOf(pattern)} to {pattern.Nodes[0]}",
        _ => PairWords.Where(pattern),
    };

    private static string Describe(JudgedWay way) => $"{way.Pair.From} to {way.Pair.To}: {way.Reason}";

    private IEnumerable<string> Control(IEnumerable<JudgedWay> good)
    {
        var passed = good.Select(w => w.Pair.Mtu!.Value).ToArray();
        return passed.Length == 0 ? []
            : [Words($"on the other ways of {_any.Network} up to {passed.Max()} bytes pass, and small packets pass on these ways, too")];
    }

    private static string Remedy(PairPattern pattern, JudgedWay[] ways)
    {
        var needed = ways.Max(w => w.Needed);
        return pattern.Kind switch
        {
            PairPatternKind.Node or PairPatternKind.NodeSends or PairPatternKind.NodeReceives => Words(
                $"Look at the MTU of the switch port of {pattern.Nodes[0]} and of what is below {Below(pattern.Nodes[0], ways)}; each "
                    + $"has to take {needed} bytes."),
            PairPatternKind.Everywhere =>
                Words($"Look at the MTU of the switches, and of the VLAN's interface on them: {needed} bytes are needed."),
            _ => Words($"Look at the MTU of every link between {PairWords.Names(pattern.Nodes)}: {needed} bytes are needed."),
        };
    }

    private static string Below(string node, JudgedWay[] ways) =>
        ways.SelectMany(w => (MtuInterface?[])[w.From, w.To]).FirstOrDefault(i => i?.Node == node)?.Name ?? "its interface";

    private MtuInterface[] Interfaces() =>
        [.. judged.SelectMany(j => (MtuInterface?[])[j.From, j.To]).OfType<MtuInterface>().Distinct().OrderBy(i => i.Node,
            StringComparer.Ordinal)];

    private static string Names(IEnumerable<MtuInterface> interfaces) =>
        PairWords.Names([.. interfaces.Select(i => $"{i.Node} ({i.Name})")]);

    private CheckFinding Fault(string id, string what, IReadOnlyList<string> nodes, IReadOnlyList<string> evidence, string remedy) =>
        Finding(CheckState.Fail, id, what, nodes, evidence, remedy);

    private CheckFinding Finding(
        CheckState state, string id, string what, IReadOnlyList<string> nodes, IReadOnlyList<string> evidence, string? remedy) => new()
        {
            Id = id,
            State = state,
            Summary = $"{Network}: {what}",
            Nodes = nodes,
            Network = _any.Network,
            Evidence = evidence,
            Remedy = remedy,
        };

    private static string Words(ref DefaultInterpolatedStringHandler text) => text.ToStringAndClear();
}
