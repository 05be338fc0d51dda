using System.Globalization;
using Steth.Diagnosis.Readiness.Pairs;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Readiness.Mesh;

/// <summary>Judges what was measured between nodes. Pure.</summary>
public static class MeshJudge
{
    /// <summary>Longer than this, a prober's own delay is worth a note.</summary>
    private const double NotedSelfDelayMs = 1;

    /// <summary>Judges it.</summary>
    public static MeshReport Judge(MeshEvidence evidence, MeshThresholds allowed)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        ArgumentNullException.ThrowIfNull(allowed);
        var judged = JudgePairs(evidence, allowed);
        MeshResult[] results = [.. judged.Select(j => j.Result())];
        return new MeshReport
        {
            Check = "mesh",
            Status = CheckReport.StatusOf(results.Select(r => r.State)),
            Results = results,
            Findings =
            [
                .. judged.GroupBy(j => (j.Pair.Network, j.Pair.IpVersion)).SelectMany(g => new MeshFindings([.. g]).All())
                    .OrderBy(f => f.State == CheckState.Fail ? 0 : 1),
            ],
            Unreachable = evidence.Unreachable,
            Notes = [.. Notes(evidence)],
        };
    }

    /// <summary>The pairs that do not pass, or lost anything: they are worth more probes before a verdict.</summary>
    public static IReadOnlyList<MeshPair> Doubtful(MeshEvidence evidence, MeshThresholds allowed)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        ArgumentNullException.ThrowIfNull(allowed);
        return
        [
            .. JudgePairs(evidence, allowed)
                .Where(j => j.Pair.Problem is null && j.Pair.Sent > 0 && (j.Trouble != MeshTrouble.None || j.Pair.Received < j.Pair.Sent))
                .Select(j => j.Pair),
        ];
    }

    private static JudgedPair[] JudgePairs(MeshEvidence evidence, MeshThresholds allowed)
    {
        var typical = evidence.Pairs.Where(p => p.RttP50Ms is not null).GroupBy(p => (p.Network, p.IpVersion))
            .ToDictionary(g => g.Key, g => Median(g.Select(p => p.RttP50Ms!.Value)));
        return
        [
            .. evidence.Pairs.Select(p => JudgedPair.Of(
                p, allowed, typical.TryGetValue((p.Network, p.IpVersion), out var median) ? median : null)),
        ];
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[(sorted.Length - 1) / 2];
    }

    private static IEnumerable<string> Notes(MeshEvidence evidence)
    {
        if (evidence.Pairs.Count == 0)
            yield return "No two of the nodes are on one network: there is nothing to probe.";
        var busy = evidence.SelfDelayP99Ms.Where(d => d.Value > NotedSelfDelayMs).OrderByDescending(d => d.Value).ToArray();
        if (busy.Length > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"Busy nodes: the probers of {PairWords.Names([.. busy.Select(d => d.Key)])} took up to {busy[0].Value:0.#} ms (99%) "
                    + $"themselves. ")
                + "It is subtracted, as the kernel stamps packets.";
        }
    }
}
