using System.Globalization;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Readiness.Planning;

/// <summary>Judges the configuration by itself and by what the nodes say.</summary>
public static class PlanJudge
{
    /// <summary>Judges.</summary>
    public static PlanReport Judge(PlanEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        var findings = new List<CheckFinding>();
        var notes = new List<string>();
        var overlaps = PlanPrefixes.Overlaps(evidence);
        findings.AddRange(overlaps);
        PlanResult[] agents = [.. PlanAgents.Judge(evidence, findings, notes)];
        PlanResult[] addresses = [.. PlanAddresses.Judge(evidence, findings)];
        findings.AddRange(PlanPrefixes.Outside(evidence, notes));
        var strangers = PlanAgents.Strangers(evidence, notes);
        findings.AddRange(strangers);
        PlanResult[] results =
            [.. evidence.Nodes.SelectMany(node => agents.Concat(addresses).Where(row => row.Node == node.Name))];
        CheckCase[] fileCases =
        [
            Case("networks do not overlap", overlaps),
            .. evidence.Strangers is null ? [] : new[] { Case("every agent that answers is in the file", strangers) },
        ];
        return new PlanReport
        {
            Check = "plan",
            Status = CheckReport.StatusOf([.. results.Select(row => row.State), .. findings.Select(finding => finding.State)]),
            Results = results,
            FileCases = fileCases,
            Findings = [.. findings.OrderBy(finding => finding.State == CheckState.Fail ? 0 : 1)],
            Unreachable = [.. evidence.Nodes.Where(n => n.Silent is not null).Select(n => new UnreachableHost(n.Name, n.Silent!))],
            Notes = notes,
        };
    }

    private static CheckCase Case(string name, IReadOnlyList<CheckFinding> findings) => new(
        "configuration", name, findings.Count == 0 ? CheckState.Pass : CheckState.Fail,
        findings.Count == 0 ? null : string.Join("; ", findings.Select(finding => finding.Summary)));

    internal static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
