using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Readiness.Together;

/// <summary>Holds all checks of a run against each other.</summary>
public static class AllJudge
{
    /// <summary>One report of all: each thing that is broken once, with the check that found it first.</summary>
    public static AllReport Judge(AllEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        var kept = new List<(CheckFinding Finding, string? Network)>();
        var notes = new List<string>(evidence.LeftOut);
        var rows = new List<AllResult>();
        foreach (var part in evidence.Parts)
        {
            if (part.Report is not { } report)
            {
                rows.Add(new AllResult
                {
                    Check = part.Check,
                    State = part.IsUnwanted ? null : CheckState.Unknown,
                    Broken = 0,
                    NotMeasured = 0,
                    Consequences = 0,
                    Reason = part.Reason,
                    TookMs = 0,
                });
                continue;
            }
            var own = new List<(CheckFinding Finding, string? Network)>();
            var consequences = 0;
            foreach (var finding in report.Findings)
            {
                var network = finding.Network ?? part.Network;
                var cause = kept.FirstOrDefault(k => Consequences.MayFollow(finding, network, k.Finding, k.Network)).Finding;
                if (cause is null)
                {
                    own.Add((finding, network));
                    continue;
                }
                consequences++;
                notes.Add($"{part.Check}: {finding.Summary} ({finding.Id}). It may follow from {cause.Id}: "
                    + $"'steth check {part.Check}' again when that is put right.");
            }
            kept.AddRange(own);
            notes.AddRange(report.Notes.Select(note => $"{part.Check}: {note}"));
            rows.Add(new AllResult
            {
                Check = part.Check,
                State = report.Status,
                Broken = own.Count(o => o.Finding.State == CheckState.Fail),
                NotMeasured = own.Count(o => o.Finding.State == CheckState.Unknown),
                Consequences = consequences,
                TookMs = report.TookMs,
            });
        }
        return new AllReport
        {
            Check = "all",
            Status = CheckReport.StatusOf(rows.Where(row => row.State is not null).Select(row => row.State!.Value)),
            Results = rows,
            Reports = [.. evidence.Parts.Select(part => part.Report).OfType<CheckReport>()],
            // OrderBy keeps the order of the checks among equals.
            Findings = [.. kept.Select(k => k.Finding).OrderBy(finding => finding.State == CheckState.Fail ? 0 : 1)],
            Unreachable = [.. evidence.Parts.SelectMany(part => part.Report?.Unreachable ?? []).DistinctBy(node => node.Host)],
            Notes = notes,
            TookMs = evidence.TookMs,
        };
    }
}
