using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks.Fabric;

/// <summary>T6: two tunnel endpoints do not answer each other, whatever the size.</summary>
public sealed class UnderlayUnreachableCheck : IDiagnosisCheck
{
    /// <inheritdoc/>
    public Cause Cause => CauseCatalogue.UnderlayUnreachable;

    /// <inheritdoc/>
    public IEnumerable<Finding> Judge(DiagnosisCase situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        return NicPair.Suspected(situation).Where(p => p.Network.IsTunnelled)
            .OrderByDescending(p => p.IsLostBetween).DistinctBy(p => (p.From.Host, p.To.Host))
            .Select(p => Find(situation, p)).OfType<Finding>();
    }

    private Finding? Find(DiagnosisCase situation, NicPair pair)
    {
        var underlay = new UnderlayReading(situation, pair.From.Host, pair.To.Host);
        if (!underlay.IsSilent || pair.DownNic(situation) is not null)
            return null;
        // Silence alone may be a filter of echoes: the tunnel's own packets must be lost too, or have found no neighbour.
        var reason = underlay.Sizes.Select(s => s.Reason).FirstOrDefault(r => r is not null);
        var noNeighbour = situation.Traces(pair.Probe.Kind).SelectMany(t => t.Result!.Steps).SelectMany(s => s.Remarks)
            .FirstOrDefault(r => r.Contains("neighbor cache miss", StringComparison.Ordinal));
        var isShown = pair.IsLostBetween || noNeighbour is not null
            || reason?.Contains("nreachable", StringComparison.Ordinal) == true
                || reason?.Contains("No route", StringComparison.Ordinal) == true;
        return new Finding
        {
            Cause = Cause,
            State = isShown ? CheckState.Fail : CheckState.Unknown,
            Host = pair.From.Host,
            Device = pair.From.Device,
            At = pair.Hops,
            Breaks = pair.Crossing(situation),
            IsObserved = true,
            Explains = [CauseCatalogue.TunnelFiltered, CauseCatalogue.UnderlayMtu],
            Evidence =
            [
                .. underlay.Text,
                pair.IsLostBetween ? $"{pair.Outcome.LastSeenText}; not at {pair.To}"
                    : noNeighbour is not null ? $"{pair.From.Host}: {noNeighbour}"
                    : isShown ? $"{pair.From.Host}: {reason}"
                    : $"It was not seen whether the tunnel's own packets cross from {pair.From} to {pair.To}",
            ],
            Remedy = $"look at the switch ports and the routes between {pair.From} and {pair.To}",
        };
    }
}
