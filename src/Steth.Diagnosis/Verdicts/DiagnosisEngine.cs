using Steth.Diagnosis.Checks;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Paths;

namespace Steth.Diagnosis.Verdicts;

/// <summary>Turns evidence into a report: paths, outcomes, checks, causes. Pure.</summary>
public static class DiagnosisEngine
{
    /// <summary>Diagnoses.</summary>
    public static DiagnosisReport Diagnose(DiagnosisEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        var situation = new DiagnosisCase(evidence);
        var unsupported = Architecture.Unsupported(situation);
        var (findings, ruledOut) = unsupported is null ? Judge(situation) : ([], []);
        var explained = situation.Probes.ToDictionary(
            p => p.Probe.Kind, p => CauseSelection.Explain(p.Probe.Kind, p.Outcome, findings));
        var symptoms = SymptomResults(situation, explained, unsupported);
        var causes = Causes(explained.Values);
        var status = symptoms.Any(s => s.Status == DiagnosisStatus.Fault) ? DiagnosisStatus.Fault
            : symptoms.Count == 0 || symptoms.Any(s => s.Status == DiagnosisStatus.Inconclusive) ? DiagnosisStatus.Inconclusive
            : DiagnosisStatus.Healthy;
        var port = evidence.Port;
        return new DiagnosisReport
        {
            Port = new ReportPort(
                port.PortId,
                port.Name,
                port.Mac?.ToString(),
                [.. port.FixedIps.Select(ip => ip.ToString())],
                situation.GuestHost?.Name,
                port.Network.Id,
                port.Network.Type,
                port.Network.SegmentationId,
                port.Source == Intent.IntentSource.Neutron ? "neutron" : "nodes"),
            Symptoms = symptoms,
            Architecture = Architecture.Name(situation),
            Injection = InjectionText(situation),
            Verdict = new DiagnosisVerdict(
                status,
                status == DiagnosisStatus.Fault ? [.. causes.Select(Report)] : [],
                status == DiagnosisStatus.Inconclusive ? unsupported ?? Missing(situation, symptoms, findings) : null),
            Hops = HopReports.Of(situation, TellingProbe(situation, symptoms, causes), causes),
            Findings = [.. findings.Select(
                f => new FindingReport(f.Cause.Id, f.Cause.Slug, f.Host, f.Device, f.State, f.Evidence))],
            RuledOut = status == DiagnosisStatus.Healthy ? [] : ruledOut,
            Unreachable = [.. evidence.Hosts.Where(h => h.Silent is not null).Select(h => new UnreachableHost(h.Name, h.Silent!))],
            Notes =
            [
                .. evidence.Notes, .. Contradictions(situation, findings, causes), .. InjectionNotes(situation), .. OvsNotes(situation),
            ],
            TookMs = evidence.TookMs,
        };
    }

    private static (List<Finding> Findings, List<string> RuledOut) Judge(DiagnosisCase situation)
    {
        var findings = new List<Finding>();
        var ruledOut = new List<string>();
        foreach (var check in DiagnosisChecks.All)
        {
            List<Finding> found;
            try
            {
                found = [.. check.Judge(situation)];
            }
            catch (Exception e)
            {
                // One check that cannot cope with what it was given must not cost the others.
                found = [new Finding { Cause = check.Cause, State = CheckState.Unknown, Evidence = [$"The check failed: {e.Message}"] }];
            }
            if (found.Count == 0)
                ruledOut.Add(check.Cause.ToString());
            findings.AddRange(found);
        }
        return (findings, ruledOut);
    }

    private static List<SymptomResult> SymptomResults(
        DiagnosisCase situation, Dictionary<ProbeKind, IReadOnlyList<Finding>> explained, string? unsupported)
    {
        var results = new List<SymptomResult>();
        foreach (var symptom in situation.Evidence.Symptoms)
        {
            var probes = situation.Probes.Where(p => SymptomProbes.Of(symptom).Contains(p.Probe.Kind)).ToList();
            results.Add(Result(symptom, probes, explained, unsupported));
        }
        return results;
    }

    private static SymptomResult Result(
        Symptom symptom,
        List<(ProbeEvidence Probe, ProbeOutcome Outcome)> probes,
        Dictionary<ProbeKind, IReadOnlyList<Finding>> explained,
        string? unsupported)
    {
        if (unsupported is not null)
            return new SymptomResult(symptom, DiagnosisStatus.Inconclusive, unsupported);
        if (probes.Count == 0)
            return new SymptomResult(symptom, DiagnosisStatus.Inconclusive, "nothing could be tried");
        var failed = probes.Where(p => p.Outcome.State != ProbeState.Answered).ToList();
        var sent = failed.Where(p => p.Outcome.State != ProbeState.NotSent).ToList();
        var telling = sent.Count > 0 ? sent[0] : failed.Count > 0 ? failed[0] : default;
        var note = telling.Probe is null ? null
            : telling.Outcome.State == ProbeState.NotSent ? telling.Probe.NotRun
            : telling.Outcome.LastSeenText is { } seen ? $"last seen: {seen}" : "sent, and seen nowhere";
        if (probes.Any(p => explained[p.Probe.Kind].Count > 0))
            return new SymptomResult(symptom, DiagnosisStatus.Fault, note);
        if (failed.Count == 0)
            return new SymptomResult(symptom, DiagnosisStatus.Healthy, null);
        return new SymptomResult(symptom, DiagnosisStatus.Inconclusive, note);
    }

    private static List<Finding> Causes(IEnumerable<IReadOnlyList<Finding>> explained)
    {
        var lists = explained.Where(l => l.Count > 0).ToList();
        // Each probe's primary cause before anybody's second one.
        var causes = new List<Finding>();
        foreach (var finding in lists.Select(l => l[0]).Concat(lists.SelectMany(l => l.Skip(1))))
        {
            // One thing between two places is found from either, and from each place it leads to.
            var known = causes.Any(c => c.Cause == finding.Cause
                && (c.Host == finding.Host && c.Device == finding.Device || CauseSelection.SharePlaceBetween(c, finding)));
            if (!known && !causes.Any(c => CauseSelection.Explains(c, finding)))
                causes.Add(finding);
        }
        return causes;
    }

    private static ProbeKind? TellingProbe(DiagnosisCase situation, List<SymptomResult> symptoms, List<Finding> causes)
    {
        var failed = situation.Probes.Where(p => p.Outcome.State != ProbeState.Answered).ToList();
        foreach (var symptom in symptoms.Where(s => s.Status != DiagnosisStatus.Healthy))
        {
            if (failed.FirstOrDefault(p => SymptomProbes.Of(symptom.Name).Contains(p.Probe.Kind)).Probe is { } probe)
                return probe.Kind;
        }
        return causes.SelectMany(c => c.Breaks).Select(situation.Probe).OfType<ProbeEvidence>().FirstOrDefault()?.Kind
            ?? situation.Probes.OrderByDescending(p => p.Outcome.Path.Hops.Count).FirstOrDefault().Probe?.Kind;
    }

    private static string Missing(DiagnosisCase situation, List<SymptomResult> symptoms, List<Finding> findings)
    {
        if (symptoms.Count == 0)
            return "no symptom was looked for";
        var first = symptoms.First(s => s.Status == DiagnosisStatus.Inconclusive);
        var lost = situation.Probes.FirstOrDefault(p =>
            SymptomProbes.Of(first.Name).Contains(p.Probe.Kind) && p.Outcome.State is not (ProbeState.Answered or ProbeState.NotSent));
        if (lost.Probe is null)
            return first.Note ?? "nothing was measured";
        var where = lost.Outcome.Suspects is { Count: > 0 } suspects
            ? suspects[0] == suspects[^1] ? $"at {suspects[0]}" : $"between {suspects[0]} and {suspects[^1]}"
            : "on its way";
        var gap = lost.Outcome.Path.Gap is { } g ? $"; {g}" : "";
        var unknown = findings.FirstOrDefault(f => f.State == CheckState.Unknown) is { } u ? $"; {u.Evidence[0]}" : "";
        return $"the packet was lost {where} ({first.Note}), and nothing that was read there explains it{gap}{unknown}";
    }

    private static IEnumerable<string> Contradictions(DiagnosisCase situation, List<Finding> findings, List<Finding> causes) =>
        from finding in findings
        where finding.State == CheckState.Fail && !finding.IsRemark && !causes.Contains(finding)
            && !causes.Any(c => CauseSelection.Explains(c, finding))
            && situation.Probes.Any(p => p.Outcome.State == ProbeState.Answered
                && (finding.Breaks.Count == 0 || finding.Breaks.Contains(p.Probe.Kind)))
        select $"{finding.Cause} at {finding.Host} {finding.Device} does not stop these packets: {finding.Evidence[0]}";

    private static IEnumerable<string> InjectionNotes(DiagnosisCase situation) =>
        situation.Evidence.Probes.Select(p => p.InjectionNote).OfType<string>().Distinct();

    // Without it nothing is known of the ports there: an operator has to look at that first. Nodes without a part keep no word of it.
    private static IEnumerable<string> OvsNotes(DiagnosisCase situation) =>
        from host in situation.Evidence.Hosts
        where host.Ovs is { Running: false, Reason: not null }
        select $"{host.Name}: {host.Ovs!.Reason}";

    private static string InjectionText(DiagnosisCase situation) =>
        situation.Evidence.Probes.Where(p => !p.Kind.EndsAtGuest() && p.Injection is not null).Select(p => p.Injection)
            .FirstOrDefault() switch
        {
            Contracts.Operations.InjectionMethod.Tap => "tap",
            Contracts.Operations.InjectionMethod.PacketOut => "packet-out",
            Contracts.Operations.InjectionMethod.Qvb => "qvb",
            _ => "none",
        };

    private static CauseReport Report(Finding finding) => new(
        finding.Cause.Id, finding.Cause.Slug, finding.Cause.Title, finding.Host, finding.Device, finding.Evidence, finding.Remedy);
}
