using System.Globalization;
using Steth.Diagnosis.Readiness;
using Steth.Diagnosis.Verdicts;

namespace Steth.Cli.Rendering.Checks;

/// <summary>What a check came to, in one line.</summary>
public static class CheckVerdictText
{
    /// <summary><c>FAIL vlan: 3 broken, 1 not measured, 2 nodes silent (1.2 s)</c>.</summary>
    public static string Sentence(CheckReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return string.Create(
            CultureInfo.InvariantCulture, $"{report.Status.ToText()} {report.Check}: {Counts(report)} ({report.TookMs / 1000.0:0.0} s)");
    }

    /// <summary>How many findings of each kind, and silent nodes.</summary>
    public static string Counts(CheckReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var broken = report.Findings.Count(finding => finding.State == CheckState.Fail);
        var unknown = report.Findings.Count(finding => finding.State == CheckState.Unknown);
        string?[] parts =
        [
            broken > 0 ? Number(broken, "broken") : report.Status == CheckState.Fail ? null : "nothing broken",
            unknown > 0 ? Number(unknown, "not measured") : null,
            report.Unreachable.Count switch { 0 => null, 1 => "1 node silent", var count => Number(count, "nodes silent") },
        ];
        return string.Join(", ", parts.OfType<string>());
    }

    private static string Number(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} {what}");
}
