using System.Globalization;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Readiness.Bandwidth;

/// <summary>What runs between nodes came to.</summary>
public static class BandwidthJudge
{
    /// <summary>
    /// An outlier has less than this share of its network's median. Half a bond, a link that came up with a tenth of its speed and heavy
    /// loss
    /// are below; what nodes of one kind differ by is not.
    /// </summary>
    private const double OutlierShare = 0.5;

    /// <summary>Fewer runs have no median worth the name: of two, one is always the slower.</summary>
    private const int LeastForMedian = 4;

    /// <summary>What of a UDP stream has to arrive when nothing else is asked for.</summary>
    private const double UdpShare = 0.95;

    /// <summary>From here on a CPU is the limit, in percent of one.</summary>
    private const double BusyPercent = 90;

    /// <summary>Judges it.</summary>
    public static BandwidthReport Judge(BandwidthEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        var usual = evidence.Runs.Where(run => run.Measurement is not null).GroupBy(run => run.Network)
            .Where(runs => runs.Count() >= LeastForMedian)
            .ToDictionary(runs => runs.Key, runs => Median(runs.Select(run => run.Measurement!.BitsPerSecond)));
        JudgedRun[] judged = [.. evidence.Runs.Select(run =>
            Judge(evidence, run, usual.TryGetValue(run.Network, out var rate) ? rate : null))];
        return new BandwidthReport
        {
            Check = "bandwidth",
            Status = CheckReport.StatusOf(judged.Select(run => run.State)),
            Results = [.. judged.Select(run => run.Result(evidence.IsUdp))],
            Findings =
            [
                .. judged.GroupBy(run => run.Run.Network).SelectMany(runs => new BandwidthFindings([.. runs], evidence).All())
                    .OrderBy(finding => finding.State == CheckState.Fail ? 0 : 1),
            ],
            Unreachable = evidence.Unreachable,
            Notes = [.. Notes(evidence, judged)],
        };
    }

    private static JudgedRun Judge(BandwidthEvidence evidence, BandwidthRun run, double? usual)
    {
        double?[] links = [LinkOf(evidence, run.From, run.Network), LinkOf(evidence, run.To, run.Network)];
        var link = links.All(speed => speed is not null) ? links.Min() : null;
        var needed = Needed(evidence, link);
        var (trouble, reason, busy) = Trouble(evidence, run, needed, usual);
        return new JudgedRun(run, trouble, reason) { LinkBitsPerSecond = link, NeededBitsPerSecond = needed, Busy = busy };
    }

    private static (BandwidthTrouble Trouble, string? Reason, string[] Busy) Trouble(
        BandwidthEvidence evidence, BandwidthRun run, double? needed, double? usual)
    {
        if (run.Problem is { } problem)
        {
            var kind = problem.Kind switch
            {
                BandwidthProblemKind.Silent => BandwidthTrouble.Silent,
                BandwidthProblemKind.NotRun => BandwidthTrouble.NotRun,
                _ => BandwidthTrouble.NoConnection,
            };
            return (kind, problem.Reason, []);
        }
        if (run.Measurement is not { BitsPerSecond: > 0 } measured)
            return (BandwidthTrouble.NoConnection, $"connected, but nothing of what {run.From} sent arrived at {run.To}", []);
        string[] busy =
        [
            .. IsBusy(measured.SenderCpuPercent, evidence.Streams) ? [run.From] : Array.Empty<string>(),
            .. IsBusy(measured.ReceiverCpuPercent, evidence.Streams) ? [run.To] : Array.Empty<string>(),
        ];
        var rate = BandwidthWords.Rate(measured.BitsPerSecond);
        if (needed is null && evidence.Least is { } share)
            return (BandwidthTrouble.LinkUnknown, $"{rate}; {share} of the link are needed, whose speed is not known", busy);
        if (measured.BitsPerSecond < needed)
        {
            return busy.Length == 0
                ? (BandwidthTrouble.Low, $"{rate}; {BandwidthWords.Rate(needed.Value)} needed", busy)
                : (BandwidthTrouble.CpuBound, $"{rate}, with a CPU of {string.Join(" and ", busy)} used up; "
                    + $"{BandwidthWords.Rate(needed.Value)} needed", busy);
        }
        // A busy CPU is no fault of the network.
        return needed is null && busy.Length == 0 && measured.BitsPerSecond < usual * OutlierShare
            ? (BandwidthTrouble.Outlier, $"{rate}; {BandwidthWords.Rate(usual!.Value)} is usual here", busy)
            : (BandwidthTrouble.None, null, busy);
    }

    private static double? LinkOf(BandwidthEvidence evidence, string node, string network) =>
        evidence.Nics.GetValueOrDefault((node, network))?.BitsPerSecond;

    private static double? Needed(BandwidthEvidence evidence, double? link) => evidence.Least switch
    {
        { BitsPerSecond: { } rate } => rate,
        { PercentOfLink: { } percent } => percent / 100 * link,
        _ => evidence.IsUdp ? UdpShare * evidence.SendBitsPerSecond : null,
    };

    /// <summary>
    /// Up to version 3.15 iperf3 is one thread, whatever the number of streams; since then each stream has its own.
    /// </summary>
    private static bool IsBusy(double? percent, int streams) =>
        percent > BusyPercent && (percent <= 100 + (100 - BusyPercent) || percent > BusyPercent * streams);

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static IEnumerable<string> Notes(BandwidthEvidence evidence, JudgedRun[] judged)
    {
        foreach (var network in evidence.Lonely)
            yield return $"Nothing was measured on {network}: fewer than two of the nodes are on it.";
        var busy = judged.Where(run => run.Busy.Count > 0 && run.State == CheckState.Pass).ToArray();
        if (busy.Length == 0)
            yield break;
        var nodes = BandwidthWords.Names(busy.SelectMany(run => run.Busy));
        yield return string.Create(CultureInfo.InvariantCulture,
            $"In {busy.Length} of {judged.Length} runs iperf used up a CPU of {nodes}: they show what the CPU can do, and the network "
                + $"may be faster.")
            + (evidence.Streams == 1 ? " More streams (--streams) use more CPUs with iperf3 3.16 and later." : "");
    }
}
