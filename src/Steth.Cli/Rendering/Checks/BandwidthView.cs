using System.Globalization;
using Steth.Cli.Commands;
using Steth.Diagnosis.Readiness.Bandwidth;
using Steth.Diagnosis.Verdicts;

namespace Steth.Cli.Rendering.Checks;

/// <summary>What a reader sees of <c>check bandwidth</c>.</summary>
public static class BandwidthView
{
    private static readonly Column<BandwidthResult>[] _columns =
    [
        new("from", "From", row => Cell.Text(row.From)),
        new("to", "To", row => Cell.Text(row.To)),
        new("network", "Network", row => Cell.Text(row.Network)),
        new("protocol", "Protocol", row => Cell.Text(row.Protocol)),
        new("bits_per_second", "Throughput", row => Rate(row.BitsPerSecond)),
        new("retransmits", "Retransmits", row => Cell.Whole(row.Retransmits)),
        new("jitter_ms", "Jitter", row => Cell.Real(row.JitterMs).ShownAs(Units.Milliseconds(row.JitterMs))),
        new("loss_percent", "Loss", row => Cell.Real(row.LossPercent).ShownAs(Units.Percent(row.LossPercent))),
        new("sender_cpu_percent", "CPU from", row => Cell.Real(row.SenderCpuPercent).ShownAs(Units.Percent(row.SenderCpuPercent))),
        new("receiver_cpu_percent", "CPU to", row => Cell.Real(row.ReceiverCpuPercent).ShownAs(Units.Percent(row.ReceiverCpuPercent))),
        new("link_bits_per_second", "Link", row => Rate(row.LinkBitsPerSecond)),
        new("needed_bits_per_second", "Needed", row => Rate(row.NeededBitsPerSecond)),
        new("state", "State", row => Tones.State(row.State)),
        new("reason", "Reason", row => Cell.Text(row.Reason)),
    ];

    /// <summary>The view of a report.</summary>
    public static CheckView Of(BandwidthReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new CheckView(
            report, Headline(report), [new CheckTable("Every run", Sheet.Of(_columns, report.Results, isSingle: false))],
                [.. Maps(report)]);
    }

    private static string Headline(BandwidthReport report)
    {
        var nodes = report.Results.SelectMany(row => (string[])[row.From, row.To]).Distinct().Count();
        var good = report.Results.Count(row => row.State == CheckState.Pass);
        var bad = report.Results.Count(row => row.State == CheckState.Fail);
        var unknown = report.Results.Count - good - bad;
        var rates = report.Results.Where(row => row.BitsPerSecond is not null).Select(row => row.BitsPerSecond!.Value).Order().ToArray();
        return string.Create(CultureInfo.InvariantCulture,
            $"{nodes} nodes, {Count(report.Results.Select(row => row.Network).Distinct().Count(), "network")}, "
            + $"{Count(report.Results.Count, "run")}: {good} good"
            + $"{(bad > 0 ? $", {bad} bad" : "")}{(unknown > 0 ? $", {unknown} unknown" : "")}")
            + (rates.Length == 0 ? ""
                : $"; {Units.BitRate(rates[0])} to {Units.BitRate(rates[^1])}, median {Units.BitRate(rates[rates.Length / 2])}");
    }

    /// <summary>The slower, the hotter, against the fastest run of the network.</summary>
    private static IEnumerable<HeatMap> Maps(BandwidthReport report) =>
        from runs in report.Results.GroupBy(row => row.Network)
        let fastest = runs.Max(row => row.BitsPerSecond) ?? 0
        select new HeatMap(
            $"Throughput on {runs.Key}",
            [.. runs.SelectMany(row => (string[])[row.From, row.To]).Distinct()],
            [
                .. runs.Select(row => new HeatCell(
                    row.From, row.To, fastest > 0 ? 1 - row.BitsPerSecond / fastest : null, row.State,
                    Units.BitRate(row.BitsPerSecond) ?? "not measured")),
            ]);

    private static Cell Rate(double? bitsPerSecond) => Cell.Real(bitsPerSecond, 0).ShownAs(Units.BitRate(bitsPerSecond));

    private static string Count(int count, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");
}
