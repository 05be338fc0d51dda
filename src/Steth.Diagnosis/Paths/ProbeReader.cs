using System.Globalization;
using Steth.Contracts.Operations;
using Steth.Diagnosis.Evidence;

namespace Steth.Diagnosis.Paths;

/// <summary>Reads from what the captures saw how far each probe came.</summary>
/// <remarks>
/// A hop that was not listened on, or whose silence means nothing, is never blamed: a loss lies between a hop that saw the packet and a
/// later hop that reliably did not.
/// </remarks>
public static class ProbeReader
{
    /// <summary>How a refused connection is named.</summary>
    public const string Refusal = "RST";

    /// <summary>The best outcome of a probe over its ways: an answer by any of several DHCP servers is an answer.</summary>
    public static ProbeOutcome Read(DiagnosisEvidence evidence, ProbeEvidence probe)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        ArgumentNullException.ThrowIfNull(probe);
        var outcomes = new PathBuilder(evidence).Build(probe.Kind).Select(way => Read(evidence, probe, way)).ToList();
        return outcomes.FirstOrDefault(o => o.State == ProbeState.Answered)
            ?? outcomes.OrderByDescending(o => o.IsRequest ? 0 : 1).ThenByDescending(o => o.Path.Gap is null).First();
    }

    /// <summary>The outcome on one way.</summary>
    public static ProbeOutcome Read(DiagnosisEvidence evidence, ProbeEvidence probe, ProbePath way)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        ArgumentNullException.ThrowIfNull(probe);
        ArgumentNullException.ThrowIfNull(way);
        var there = way.Hops;
        PathHop[] back = [.. there.Reverse()];
        var requestAt = LastIndex(there, probe, request: true);
        var answerAt = LastIndex(back, probe, request: false);
        if (probe.NotRun is not null && requestAt < 0)
            return Outcome(ProbeState.NotSent, true, there, -1, null);
        // A guest that keeps silent is its own affair; what it does answer has to find its way back.
        var delivered = probe.Kind.EndsAtGuest() && answerAt < 0 && there.Count > 0 && requestAt == there.Count - 1;
        if (delivered || back.Length > 0 && answerAt == back.Length - 1)
            return Outcome(ProbeState.Answered, delivered, delivered ? there : back, delivered ? requestAt : answerAt, null);
        if (answerAt >= 0)
            return Leg(false, back, answerAt);
        if (requestAt >= 0 && requestAt == there.Count - 1 && way.Gap is null)
        {
            return IsReliable(evidence, there[^1])
                ? Outcome(ProbeState.Unanswered, true, there, requestAt, null)
                : Outcome(ProbeState.OutOfSight, true, there, requestAt, null);
        }
        return Leg(true, there, requestAt);

        ProbeOutcome Leg(bool request, IReadOnlyList<PathHop> leg, int at)
        {
            for (var i = at + 1; i < leg.Count; i++)
            {
                if (IsReliable(evidence, leg[i]))
                    return Outcome(ProbeState.Lost, request, leg, at, i);
            }
            return Outcome(ProbeState.OutOfSight, request, leg, at, null);
        }

        ProbeOutcome Outcome(ProbeState state, bool request, IReadOnlyList<PathHop> leg, int at, int? notSeen) => new()
        {
            Path = way,
            State = state,
            IsRequest = request,
            Leg = leg,
            LastSeen = at,
            NotSeen = notSeen,
            LastSeenText = at < 0 ? null : Text(leg, at, probe, request),
        };
    }

    /// <summary>The frames of a probe a hop saw on their right way.</summary>
    public static IEnumerable<Sighting> At(PathHop hop, ProbeEvidence probe, bool request)
    {
        ArgumentNullException.ThrowIfNull(hop);
        ArgumentNullException.ThrowIfNull(probe);
        var direction = hop.RequestDirection is { } d ? request ? d : d == FrameDirection.In ? FrameDirection.Out : FrameDirection.In
            : (FrameDirection?)null;
        return probe.Sightings.Where(s => s.Host == hop.Host && hop.Has(s.Device) && s.Namespace == hop.Namespace
            && s.IsRequest == request && (direction is null || s.Direction == direction)
            // A refusal comes from a host without the service: it is seen, and no answer.
            && s.Message != Refusal);
    }

    /// <summary>"Not seen" at a hop means that it was not there.</summary>
    public static bool IsReliable(DiagnosisEvidence evidence, PathHop hop)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        ArgumentNullException.ThrowIfNull(hop);
        return hop.CanBeCaptured && hop.Alternatives.Prepend(hop.Device).All(device => evidence.Listeners.Any(
            l => l.Host == hop.Host && l.Device == device && l.Namespace == hop.Namespace && l.Problem is null));
    }

    private static int LastIndex(IReadOnlyList<PathHop> leg, ProbeEvidence probe, bool request)
    {
        for (var i = leg.Count - 1; i >= 0; i--)
        {
            if (At(leg[i], probe, request).Any())
                return i;
        }
        return -1;
    }

    private static string Text(IReadOnlyList<PathHop> leg, int at, ProbeEvidence probe, bool request)
    {
        var hop = leg[at];
        var sighting = At(hop, probe, request).Last();
        var verb = hop.Kind != HopKind.Nic ? "at" : sighting.Direction == FrameDirection.Out ? "leaving" : "arriving at";
        var how = sighting.Vni is { } vni ? string.Create(CultureInfo.InvariantCulture, $" in a tunnel, VNI {vni}")
            : sighting.Vlan is { } vlan ? string.Create(CultureInfo.InvariantCulture, $", tagged {vlan}")
            : "";
        return $"{sighting.Message} {verb} {sighting.Host} {sighting.Device}{how}";
    }
}
