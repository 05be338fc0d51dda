using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Paths;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks.Filters;

/// <summary>R7: an exchange was lost in the router while its namespace's table of tracked connections was full.</summary>
public sealed class RouterConntrackFullCheck : IDiagnosisCheck
{
    /// <inheritdoc/>
    public Cause Cause => CauseCatalogue.RouterConntrackFull;

    /// <inheritdoc/>
    public IEnumerable<Finding> Judge(DiagnosisCase situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        if (situation.RouterNamespace() is not { } place)
            yield break;
        var (host, inside) = place;
        var hops = situation.RouterHops();
        var lost = situation.Probes.Where(p => p.Outcome.State is ProbeState.Lost or ProbeState.Unanswered
            && p.Outcome.Suspects.Any(hops.Contains)).ToList();
        var after = host.NamespacesAfter.FirstOrDefault(n => n.Namespace == inside.Namespace);
        if (ConntrackReading.Judge(Cause, host, inside.Namespace!, inside, after, lost, hops) is { } finding)
            yield return finding;
    }
}
