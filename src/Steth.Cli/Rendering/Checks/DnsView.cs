using System.Globalization;
using Steth.Cli.Commands;
using Steth.Diagnosis.Readiness.Dns;
using Steth.Diagnosis.Verdicts;

namespace Steth.Cli.Rendering.Checks;

/// <summary>What a reader sees of <c>check dns</c>.</summary>
public static class DnsView
{
    private static readonly Column<DnsResult>[] _columns =
    [
        new("node", "On node", result => Cell.Text(result.Node)),
        new("name", "Name", result => Cell.Text(result.Name)),
        new("state", "State", result => Tones.State(result.State)),
        new("addresses", "Addresses", result => Cell.List(result.Addresses.Select(a => a.ToString()))),
        new("configured", "Configured", result => Cell.List(result.Configured.Select(a => a.ToString()))),
        new("took_ms", "Took", result => Cell.Real(result.TookMs).ShownAs(Units.Milliseconds(result.TookMs))),
        new("reason", "Reason", result => Cell.Text(result.Reason)),
    ];

    /// <summary>The view of a report.</summary>
    public static CheckView Of(DnsReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var tried = report.Results.Where(r => r.Name is not null).ToList();
        var headline = string.Create(
            CultureInfo.InvariantCulture,
            $"{tried.Select(r => r.Name).Distinct().Count()} names on {tried.Select(r => r.Node).Distinct().Count()} nodes: "
            + $"{tried.Count(r => r.State == CheckState.Pass)} of {tried.Count} lookups as configured");
        return new CheckView(report, headline, [new CheckTable("Lookups", Sheet.Of(_columns, report.Results, isSingle: false))], []);
    }
}
