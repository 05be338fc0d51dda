using System.Globalization;
using Steth.Cli.Commands;
using Steth.Diagnosis.Readiness.Together;
using Steth.Diagnosis.Verdicts;

namespace Steth.Cli.Rendering.Checks;

/// <summary>What a reader wants to see of all checks at once.</summary>
public static class AllView
{
    private static readonly Column<AllResult>[] _columns =
    [
        new("check", "Check", row => Cell.Text(row.Check)),
        new("state", "State", row => row.State is { } state ? Tones.State(state) : Cell.Absent),
        new("broken", "Broken", row => Cell.Whole(row.Broken)),
        new("not_measured", "Not measured", row => Cell.Whole(row.NotMeasured)),
        new("consequences", "Consequences", row => Cell.Whole(row.Consequences)),
        new("reason", "Reason", row => Cell.Text(row.Reason)),
        new("took_ms", "Took ms", row => Cell.Whole(row.TookMs)),
    ];

    /// <summary>The view of a report.</summary>
    /// <param name="report">The report.</param>
    /// <param name="parts">The views of the checks that were run.</param>
    public static CheckView Of(AllReport report, IReadOnlyList<CheckView> parts)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(parts);
        var counts = report.Results.CountBy(row => row.State is { } state ? state.ToText() : "left out").ToDictionary();
        string[] words =
        [
            .. new[] { ("PASS", "passed"), ("FAIL", "failed"), ("UNKNOWN", "not decided"), ("left out", "left out") }
                .Where(pair => counts.ContainsKey(pair.Item1))
                .Select(pair => string.Create(CultureInfo.InvariantCulture, $"{counts[pair.Item1]} {pair.Item2}")),
        ];
        return new CheckView(
            report, $"{Units.Count(report.Results.Count, "check", "checks")}: {string.Join(", ", words)}",
            [new CheckTable("Checks", Sheet.Of(_columns, report.Results, isSingle: false))], [])
        {
            Parts = parts,
            Overview = [.. report.Results.Select(row => new CheckLine(
                row.State, row.Check, row.Reason ?? parts.First(part => part.Report.Check == row.Check).Headline))],
        };
    }
}
