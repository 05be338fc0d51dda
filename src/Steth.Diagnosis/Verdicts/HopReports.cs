using Steth.Diagnosis.Checks;
using Steth.Diagnosis.Checks.Flows;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Paths;

namespace Steth.Diagnosis.Verdicts;

/// <summary>Tells for each hop of a probe's way what was seen there.</summary>
public static class HopReports
{
    /// <summary>The hops of one probe; empty when there is none or nothing is known of its way.</summary>
    public static IReadOnlyList<HopReport> Of(DiagnosisCase situation, ProbeKind? kind, IReadOnlyList<Finding> causes)
    {
        ArgumentNullException.ThrowIfNull(situation);
        ArgumentNullException.ThrowIfNull(causes);
        if (kind is not { } probeKind || situation.Probe(probeKind) is not { } probe || situation.Outcome(probeKind) is not { } outcome)
            return [];
        var hops = outcome.Path.Hops;
        return [.. hops.Select((hop, i) => Describe(situation, probe, outcome, i, causes))];
    }

    private static HopReport Describe(
        DiagnosisCase situation, ProbeEvidence probe, ProbeOutcome outcome, int index, IReadOnlyList<Finding> causes)
    {
        var hop = outcome.Path.Hops[index];
        var outbound = Sight(situation, probe, outcome, index, request: true);
        var inbound = Sight(situation, probe, outcome, index, request: false);
        var cause = causes.FirstOrDefault(c => c.At.Any(hop.IsAt));
        var listener = situation.Evidence.Listeners.FirstOrDefault(
            l => l.Host == hop.Host && hop.Has(l.Device) && l.Namespace == hop.Namespace && l.Problem is not null);
        return new HopReport
        {
            Index = index,
            Host = hop.Host,
            Device = hop.ToString()[(hop.Host.Length + 1)..],
            Kind = hop.Kind,
            Namespace = hop.Namespace,
            Outbound = outbound,
            Inbound = inbound,
            State = State(outcome, hop, outbound, inbound, cause is not null),
            Note = cause is not null ? $"{cause.Cause}" : listener?.Problem,
        };
    }

    private static CheckState State(ProbeOutcome outcome, PathHop hop, HopSight outbound, HopSight inbound, bool isCause)
    {
        if (isCause)
            return CheckState.Fail;
        if (outcome.State == ProbeState.Answered)
            return CheckState.Pass;
        if (outcome.NotSeen is { } at && outcome.Leg[at] == hop)
            return CheckState.Fail;
        var passed = outcome.IsRequest ? outbound.Seen == true : inbound.Seen == true && outbound.Seen != false;
        return passed ? CheckState.Pass : CheckState.Unknown;
    }

    private static HopSight Sight(DiagnosisCase situation, ProbeEvidence probe, ProbeOutcome outcome, int index, bool request)
    {
        var hops = outcome.Path.Hops;
        var hop = hops[index];
        string[] seen = [.. ProbeReader.At(hop, probe, request).Select(s => s.Message).Distinct()];
        if (seen.Length > 0)
            return new HopSight(true, SightMethod.Capture, seen);
        // Whoever saw it behind this hop on its way proves that it passed here.
        var behind = request ? hops.Skip(index + 1) : hops.Take(index);
        if (behind.Any(h => ProbeReader.At(h, probe, request).Any()))
            return new HopSight(true, SightMethod.Static, []);
        if (ProbeReader.IsReliable(situation.Evidence, hop) && probe.NotRun is null)
            return new HopSight(false, SightMethod.Capture, []);
        var trace = situation.Traces(probe.Kind).FirstOrDefault(t => t.Host == hop.Host && t.IsRequest == request);
        if (trace?.Result!.Steps.Any(s => s.Bridge == hop.Device) != true)
            return new HopSight(null, null, []);
        // The counter of a flow that took it says more than what the tables would do.
        var counted = trace.LastFlowMoved > 0 && DroppingFlow.Find(situation, trace)?.Bridge == hop.Device;
        return new HopSight(true, counted ? SightMethod.Counter : SightMethod.Trace, []);
    }
}
