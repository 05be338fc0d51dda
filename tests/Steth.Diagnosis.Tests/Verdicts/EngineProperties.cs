using FsCheck;
using FsCheck.Fluent;
using Steth.Contracts.Operations;
using Steth.Diagnosis.Checks;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Paths;
using Steth.Diagnosis.Tests.Cases;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Tests.Verdicts;

/// <summary>What holds whatever the captures saw, and whatever is broken.</summary>
public sealed class EngineProperties
{
    private static readonly string?[] _faults = [null, .. Faults.All.Keys, .. RouterFaults.All.Keys];

    private static readonly Gen<DiagnosisEvidence> _evidence =
        from fault in Gen.Elements(_faults)
        from seed in Gen.Choose(0, int.MaxValue - 1)
        select Disturbed(Situation(fault), new Random(seed));

    [Fact]
    public void Diagnose_WhateverWasSeen_NeverThrows() => Holds(evidence => DiagnosisEngine.Diagnose(evidence).Findings
        .All(f => !f.Evidence[0].StartsWith("The check failed", StringComparison.Ordinal)));

    [Fact]
    public void Diagnose_Healthy_OnlyWhenEveryProbeWasAnswered() => Holds(evidence =>
        DiagnosisEngine.Diagnose(evidence).Verdict.Status != DiagnosisStatus.Healthy
        || evidence.Probes.All(p => ProbeReader.Read(evidence, p).State == ProbeState.Answered));

    [Fact]
    public void Diagnose_Causes_AreThereExactlyForAFault() => Holds(evidence =>
    {
        var verdict = DiagnosisEngine.Diagnose(evidence).Verdict;
        return verdict.Status == DiagnosisStatus.Fault == verdict.Causes.Count > 0
            && verdict.Status == DiagnosisStatus.Inconclusive == verdict.Missing is not null;
    });

    /// <summary>A cause acts among the suspects or behind them, or it is the root of something that does.</summary>
    [Fact]
    public void Explain_ACause_ActsWhereThePacketWasLostOrBehind() => Holds(evidence =>
    {
        var situation = new DiagnosisCase(evidence);
        List<Finding> findings = [.. DiagnosisChecks.All.SelectMany(c => c.Judge(situation))];
        return situation.Probes.All(p => CauseSelection.Explain(p.Probe.Kind, p.Outcome, findings).All(cause =>
            p.Outcome.State == ProbeState.Answered ? cause.IsDecisive : IsPlaced(cause, p.Outcome) || IsRootOfOnePlaced(cause, p.Outcome, findings)));
    });

    private static bool IsRootOfOnePlaced(Finding cause, ProbeOutcome outcome, List<Finding> findings)
    {
        var reached = new List<Finding> { cause };
        for (var i = 0; i < reached.Count; i++)
            reached.AddRange(findings.Where(f => CauseSelection.Explains(reached[i], f) && !reached.Contains(f)));
        return reached.Skip(1).Any(f => IsPlaced(f, outcome));
    }

    private static bool IsPlaced(Finding finding, ProbeOutcome outcome)
    {
        // Behind a lost request lies the whole way of its answer.
        var places = outcome.IsRequest && finding.BreaksRequest == false ? outcome.Leg : [.. outcome.Suspects, .. outcome.Beyond];
        return finding.At.Count == 0 || finding.At.Any(a => places.Any(s => (a.Host, a.Device, a.Namespace) == (s.Host, s.Device, s.Namespace)));
    }

    private static void Holds(Func<DiagnosisEvidence, bool> property) =>
        Prop.ForAll(_evidence.ToArbitrary(), property).Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(200));

    private static LabCase Situation(string? fault)
    {
        var known = fault is null ? null : Faults.All.GetValueOrDefault(fault) ?? RouterFaults.All[fault];
        return known is null ? new LabCase() : known.Break(known.Make());
    }

    /// <summary>Each probe's frames are seen here and there, some twice or the wrong way; some captures fail, some probes are not sent.</summary>
    private static DiagnosisEvidence Disturbed(LabCase situation, Random random)
    {
        var evidence = situation.Evidence;
        var calm = random.Next(4) == 0;
        return evidence with
        {
            Listeners = [.. evidence.Listeners.Where(_ => calm || random.Next(10) > 0)
                .Select(l => calm || random.Next(6) > 0 ? l : l with { Problem = "The capture dropped 1 frames." })],
            Probes = [.. evidence.Probes.Select(p => Disturbed(p, random, calm))],
            Hosts = [.. evidence.Hosts.Select(h => random.Next(20) == 0 ? new HostEvidence { Name = h.Name, Silent = "no answer" } : h)],
        };
    }

    private static ProbeEvidence Disturbed(ProbeEvidence probe, Random random, bool calm)
    {
        if (!calm && random.Next(8) == 0)
            return probe with { NotRun = "not sent", Sightings = [] };
        var kept = calm && random.Next(2) == 0 ? probe.Sightings.Count : random.Next(probe.Sightings.Count + 1);
        return probe with
        {
            Sightings =
            [
                .. probe.Sightings.Take(kept).Where(_ => calm || random.Next(8) > 0).Select(s => calm || random.Next(10) > 0 ? s : s with
                {
                    Direction = s.Direction == FrameDirection.In ? FrameDirection.Out : FrameDirection.In,
                    IsRequest = random.Next(2) == 0,
                    Message = random.Next(2) == 0 ? ProbeReader.Refusal : s.Message,
                }),
            ],
        };
    }
}
