using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks.Fabric;

/// <summary>
/// T3: packets in a tunnel leave one NIC and do not come to the other, while echoes between the endpoints do; or a node's own packet filter
/// drops them (<see cref="HostFilter"/>).
/// </summary>
public sealed class TunnelFilteredCheck : IDiagnosisCheck
{
    /// <inheritdoc/>
    public Cause Cause => CauseCatalogue.TunnelFiltered;

    /// <inheritdoc/>
    public IEnumerable<Finding> Judge(DiagnosisCase situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        // A large packet may be lost for its size alone.
        return NicPair.Suspected(situation)
            .Where(p => p.Network.IsTunnelled && p.IsLostBetween && p.Probe.Kind != ProbeKind.EchoLarge)
            .DistinctBy(p => (p.From.Host, p.To.Host)).Select(p => Find(situation, p)).OfType<Finding>()
            .Concat(HostFilter.Find(situation, Cause));
    }

    private Finding? Find(DiagnosisCase situation, NicPair pair)
    {
        var underlay = new UnderlayReading(situation, pair.From.Host, pair.To.Host);
        if (underlay.IsSilent)
            return null;
        var isShown = underlay.Largest is not null;
        return new Finding
        {
            Cause = Cause,
            State = isShown ? CheckState.Fail : CheckState.Unknown,
            Host = pair.From.Host,
            Device = pair.From.Device,
            At = pair.Hops,
            Breaks = pair.Crossing(situation),
            IsObserved = true,
            Evidence =
            [
                $"{pair.Outcome.LastSeenText}; not at {pair.To}",
                .. isShown ? underlay.Text
                    : [$"It was not measured whether echoes cross between {pair.From.Host} and {pair.To.Host}"
                        + (underlay.Problem is { } problem ? $": {problem}" : "")],
            ],
            Remedy = $"let {TunnelTransport.Words(pair.Network.Type)} pass between {pair.From} and {pair.To}: switches, routers and "
                + $"firewalls between them",
        };
    }
}
