using System.Globalization;
using Steth.Diagnosis.Readiness.Pairs;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Readiness.Bandwidth;

/// <summary>What is wrong on one network, folded: one finding for one thing.</summary>
internal sealed class BandwidthFindings(IReadOnlyList<JudgedRun> judged, BandwidthEvidence evidence)
{
    private const int EvidenceLines = 6;

    /// <summary>More patterns of two nodes than this are one finding.</summary>
    private const int MostPairPatterns = 8;

    private readonly string _network = judged[0].Run.Network;

    private readonly Dictionary<DirectedPair, JudgedRun> _runs = judged.ToDictionary(run => PairOf(run));

    /// <summary>All of them, the largest of a kind first.</summary>
    public IReadOnlyList<CheckFinding> All() =>
    [
        .. Folded(BandwidthTrouble.NoConnection, "bandwidth-no-connection", Unconnected, _ => null, UnconnectedRemedy),
        .. Folded(BandwidthTrouble.Low, "bandwidth-low", Slow, Needed, BandwidthWords.SlowRemedy),
        .. Folded(BandwidthTrouble.Outlier, "bandwidth-outlier", Slow, _ => Others(), BandwidthWords.SlowRemedy),
        .. CpuBound(),
        .. LinkUnknown(),
        .. NotRun(),
    ];

    private IEnumerable<CheckFinding> Folded(
        BandwidthTrouble trouble, string id, Func<PairPattern, string> what, Func<PairPattern, string?> control, Func<PairPattern,
            string> remedy)
    {
        // Runs that say nothing of the network are not counted as good.
        var told = judged.Where(run => run.State != CheckState.Unknown).Select(PairOf).ToHashSet();
        var patterns = PairFolding.Fold(told, judged.Where(run => run.Trouble == trouble).Select(PairOf).ToHashSet());
        var small = patterns.Where(pattern => pattern.Kind is PairPatternKind.Between or PairPatternKind.OneWay).ToArray();
        var isMany = small.Length > MostPairPatterns;
        foreach (var pattern in isMany ? patterns.Except(small) : patterns)
        {
            yield return Finding(
                id, CheckState.Fail, what(pattern), pattern.Nodes,
                [.. pattern.Pairs.Take(EvidenceLines).Select(Describe), .. Rest(pattern.Pairs.Count),
                    .. control(pattern) is { } line ? [line] : Array.Empty<string>()],
                remedy(pattern));
        }
        if (isMany)
        {
            yield return Finding(
                id, CheckState.Fail,
                string.Create(CultureInfo.InvariantCulture, $"{small.Length} pairs of nodes that have no node in common {Many(trouble)}"),
                [.. small.SelectMany(pattern => pattern.Nodes).Distinct()],
                [.. small.SelectMany(pattern => pattern.Pairs).Take(4 * EvidenceLines).Select(Describe)],
                "Look for what these pairs share: a switch, a link between switches, a member of a bond or of an ECMP group.");
        }
    }

    private static string Many(BandwidthTrouble trouble) => trouble == BandwidthTrouble.NoConnection ? "do not get together" : "are slow";

    private string Slow(PairPattern pattern) =>
        $"{BandwidthWords.Slow(pattern)}: {BandwidthWords.Range(pattern.Pairs.Select(pair => _runs[pair].Run.Measurement!.BitsPerSecond))}";

    private static string Unconnected(PairPattern pattern) => BandwidthWords.Unconnected(pattern);

    private string UnconnectedRemedy(PairPattern pattern) =>
        $"See with 'steth check mesh --network {_network}' whether packets pass; if they do, a packet filter stops iperf's port (TCP"
        + $"{(evidence.IsUdp ? " and UDP" : "")}) on {BandwidthWords.Names(pattern.Pairs.Select(pair => pair.To))}, or its MTU is "
        + $"larger than the path's.";

    private string Needed(PairPattern pattern) => $"{Least(pattern)}; {Others()}";

    private string Least(PairPattern pattern) => evidence.Least is { PercentOfLink: not null } share
        ? $"needed: {share} of {BandwidthWords.Range(pattern.Pairs.Select(pair => _runs[pair].LinkBitsPerSecond ?? 0))}"
        : $"needed: {BandwidthWords.Range(pattern.Pairs.Select(pair => _runs[pair].NeededBitsPerSecond ?? 0))}";

    /// <summary>The control: what the other runs came to.</summary>
    private string Others()
    {
        var others = _runs.Where(run => run.Value.State == CheckState.Pass).Select(run =>
            run.Value.Run.Measurement!.BitsPerSecond).ToArray();
        return others.Length == 0
            ? "no run was faster"
            : string.Create(CultureInfo.InvariantCulture, $"the {others.Length} good runs had {BandwidthWords.Range(others)}");
    }

    private IEnumerable<CheckFinding> CpuBound()
    {
        var bound = judged.Where(run => run.Trouble == BandwidthTrouble.CpuBound).ToArray();
        if (bound.Length == 0)
            yield break;
        var nodes = bound.SelectMany(run => run.Busy).Distinct().Order(StringComparer.Ordinal).ToArray();
        yield return Finding(
            "bandwidth-cpu-bound", CheckState.Unknown,
            string.Create(CultureInfo.InvariantCulture,
                $"a CPU of {BandwidthWords.Names(nodes)} was used up in {bound.Length} runs that fell short: what the network can do "
                    + $"was not measured"),
            nodes, [.. bound.Take(EvidenceLines).Select(run => Describe(PairOf(run))), .. Rest(bound.Length)],
            "Try more streams (--streams 4; iperf3 3.16 and later use a CPU a stream), and see what else runs on these nodes.");
    }

    private IEnumerable<CheckFinding> LinkUnknown()
    {
        var unknown = judged.Where(run => run.Trouble == BandwidthTrouble.LinkUnknown).ToArray();
        if (unknown.Length == 0)
            yield break;
        var nodes = unknown.SelectMany(run => (string[])[run.Run.From, run.Run.To]).Distinct()
            .Where(node => evidence.Nics.GetValueOrDefault((node, _network))?.BitsPerSecond is null).Order(StringComparer.Ordinal)
                .ToArray();
        yield return Finding(
            "bandwidth-link-unknown", CheckState.Unknown,
            $"the link speed of {BandwidthWords.Names(nodes)} is not known, so whether runs reach {evidence.Least} of it is not, "
                + $"either", nodes,
            [.. nodes.Take(EvidenceLines).Select(node => evidence.Nics.GetValueOrDefault((node, _network))?.Nic is { } nic
                ? $"{node}: {nic} has no link speed, or its driver tells none" : $"{node}: which NIC leads to {_network} is not "
                    + $"known"), .. Rest(nodes.Length)],
            "Ask for a rate instead: --bandwidth-min 8G.");
    }

    private IEnumerable<CheckFinding> NotRun() =>
        from run in judged
        where run.Trouble == BandwidthTrouble.NotRun
        group run by run.Run.Problem! into refused
        select Finding(
            "bandwidth-not-measured", CheckState.Unknown,
                $"{refused.Key.Node} could not take part: {refused.Key.Reason}", [refused.Key.Node],
            [.. refused.Take(EvidenceLines).Select(run =>
                $"not measured: {run.Run.From} to {run.Run.To}"), .. Rest(refused.Count())], null);

    private string Describe(DirectedPair pair)
    {
        var (judged, measured) = (_runs[pair], _runs[pair].Run.Measurement);
        if (measured is null)
            return $"{pair.From} to {pair.To}: {judged.Reason}";
        string?[] parts =
        [
            BandwidthWords.Rate(measured.BitsPerSecond),
            measured.Retransmits is { } again ? string.Create(CultureInfo.InvariantCulture, $"{again} retransmits") : null,
            measured.LossPercent is { } loss ? string.Create(CultureInfo.InvariantCulture, $"{loss:0.##}% lost") : null,
            measured.SenderCpuPercent is { } sender && measured.ReceiverCpuPercent is { } receiver
                ? string.Create(CultureInfo.InvariantCulture, $"CPU {sender:0}% and {receiver:0}%") : null,
            judged.LinkBitsPerSecond is { } link ? $"link {BandwidthWords.Rate(link)}" : null,
            judged.Run.Beside > 0 ? string.Create(CultureInfo.InvariantCulture, $"{judged.Run.Beside} other runs at the same time") : null,
        ];
        return $"{pair.From} to {pair.To}: {string.Join(", ", parts.OfType<string>())}";
    }

    private NicSpeed? NicOf(string node) => evidence.Nics.GetValueOrDefault((node, _network));

    private static string[] Rest(int count) =>
        count > EvidenceLines ? [string.Create(CultureInfo.InvariantCulture, $"and {count - EvidenceLines} more")] : [];

    private static DirectedPair PairOf(JudgedRun run) => new(run.Run.From, run.Run.To);

    private CheckFinding Finding(
        string id, CheckState state, string what, IReadOnlyList<string> nodes, IReadOnlyList<string> shown, string? remedy) => new()
        {
            Id = id,
            State = state,
            Summary = $"{_network}: {what}",
            Nodes = nodes,
            Network = _network,
            Evidence = shown,
            Remedy = remedy,
        };
}
