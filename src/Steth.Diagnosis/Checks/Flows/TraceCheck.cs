using System.Globalization;
using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Paths;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks.Flows;

/// <summary>A check that reads where the traces of lost packets end. What several exchanges show alike is one finding.</summary>
public abstract class TraceCheck : IDiagnosisCheck
{
    /// <inheritdoc/>
    public abstract Cause Cause { get; }

    /// <inheritdoc/>
    public IEnumerable<Finding> Judge(DiagnosisCase situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        var found = situation.Evidence.Traces.Select(t => TracedWay.Of(situation, t)).OfType<TracedWay>()
            .Select(Find).OfType<Finding>().ToList();
        return found.GroupBy(f => (f.State, f.Host, f.Device, f.Evidence[0])).Select(g => g.Aggregate(Merge));
    }

    /// <summary>What the end of one trace shows; null: nothing of this cause.</summary>
    private protected abstract Finding? Find(TracedWay way);

    /// <summary>A finding at a place of a traced way.</summary>
    private protected Finding Observed(TracedWay way, string? device, IReadOnlyList<PathHop> at, string what, string? remedy)
    {
        var trace = way.Trace;
        var leg = trace.AsksForNeighbour ? "router's ARP request" : trace.IsRequest ? "request" : "answer";
        var evidence = new List<string> { what, $"The {leg} enters {trace.Host} by {trace.Entry} and should leave by {trace.Exit}" };
        var state = CheckState.Fail;
        if (trace is { LastFlowMoved: { } moved, SentMeanwhile: > 0 })
        {
            evidence.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"The flow counted {moved} more packets while the {leg} was sent {trace.SentMeanwhile} times"));
            // A flow that counts nothing is not where the packets go.
            state = moved > 0 ? CheckState.Fail : CheckState.Unknown;
        }
        return new Finding
        {
            Cause = Cause,
            State = state,
            Host = trace.Host,
            Device = device,
            // What is lost of the router's asking keeps the packet in the router.
            At = trace.AsksForNeighbour && way.Hops.Count > 0 ? [way.Hops[0], .. at] : at,
            Breaks = [trace.Probe],
            BreaksRequest = trace.IsRequest,
            IsObserved = true,
            // What never left the node was not answered outside either.
            Explains = [CauseCatalogue.ExternalGatewayDead],
            Evidence = evidence,
            Remedy = remedy,
        };
    }

    private static Finding Merge(Finding one, Finding other) => one with
    {
        At = [.. one.At.Concat(other.At).Distinct()],
        Breaks = one.Breaks.Count == 0 || other.Breaks.Count == 0 ? [] : [.. one.Breaks.Concat(other.Breaks).Distinct()],
        BreaksRequest = one.BreaksRequest == other.BreaksRequest ? one.BreaksRequest : null,
        Evidence = [.. one.Evidence.Concat(other.Evidence).Distinct()],
    };
}
