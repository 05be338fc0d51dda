using System.Globalization;
using Steth.Cli.Commands;
using Steth.Diagnosis.Readiness.Clocks;
using Steth.Diagnosis.Verdicts;

namespace Steth.Cli.Rendering.Checks;

/// <summary>What a reader sees of <c>check clock</c>.</summary>
public static class ClockView
{
    private static readonly Column<ClockResult>[] _columns =
    [
        new("node", "Node", result => Cell.Text(result.Node)),
        new("state", "State", result => Tones.State(result.State)),
        new("skew_ms", "Skew", result => Cell.Real(result.SkewMs).ShownAs(Signed(result.SkewMs))),
        new("uncertainty_ms", "Uncertainty", result => Cell.Real(result.UncertaintyMs).ShownAs(Units.Milliseconds(result.UncertaintyMs))),
        new("rtt_ms", "RTT", result => Cell.Real(result.RttMs).ShownAs(Units.Milliseconds(result.RttMs))),
        new("synchronized", "Synchronized", result => Cell.Flag(result.Synchronized)),
        new("reason", "Reason", result => Cell.Text(result.Reason)),
    ];

    /// <summary>The view of a report.</summary>
    public static CheckView Of(ClockReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var measured = report.Results.Where(r => r.SkewMs is not null).ToList();
        var spread = measured.Count == 0 ? null : measured.Max(r => r.SkewMs) - measured.Min(r => r.SkewMs);
        var headline = string.Create(
            CultureInfo.InvariantCulture,
            $"{measured.Count} of {report.Results.Count} clocks compared, {measured.Count(r => r.State == CheckState.Pass)} within "
            + $"{report.ThresholdMs:0.###} ms of the median"
            + $"{(spread is null ? "" : $"; {Units.Milliseconds(spread)} between first and last")}");
        var table = new CheckTable("Clocks against the median", Sheet.Of(_columns, report.Results, isSingle: false));
        return new CheckView(report, headline, [table], []);
    }

    private static string? Signed(double? ms) => ms is null ? null : $"{(ms < 0 ? "-" : "+")}{Units.Milliseconds(Math.Abs(ms.Value))}";
}
