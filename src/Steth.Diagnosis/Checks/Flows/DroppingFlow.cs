using Steth.Contracts.Operations;
using Steth.Diagnosis.Evidence;

namespace Steth.Diagnosis.Checks.Flows;

/// <summary>The flow at which a trace ends.</summary>
public static class DroppingFlow
{
    /// <summary>The flow that lets nothing go on; null: the packet goes on, no flow matched, or the trace is of another leg.</summary>
    public static OvsTraceStep? Find(DiagnosisCase situation, TraceEvidence trace)
    {
        ArgumentNullException.ThrowIfNull(situation);
        ArgumentNullException.ThrowIfNull(trace);
        return TracedWay.Of(situation, trace) is { IsDelivered: false, End: { Match: not null } end } && TracedWay.IsDrop(end) ? end : null;
    }
}
