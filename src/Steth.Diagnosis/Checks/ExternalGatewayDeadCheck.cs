using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Checks.Filters;
using Steth.Diagnosis.Checks.Flows;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Paths;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks;

/// <summary>
/// R5: what the router sent outside left its node and nothing came back, or the router asks for its external gateway's MAC in vain
/// (neighbour FAILED or INCOMPLETE, ip-neighbour(8)), while the router itself is in order.
/// </summary>
public sealed class ExternalGatewayDeadCheck : IDiagnosisCheck
{
    private static readonly IDiagnosisCheck[] _ofTheRouter =
        [new RouterNotConfiguredCheck(), new NatMissingCheck(), new RouterFilterDropCheck(), new RouterConntrackFullCheck()];

    /// <inheritdoc/>
    public Cause Cause => CauseCatalogue.ExternalGatewayDead;

    /// <inheritdoc/>
    public IEnumerable<Finding> Judge(DiagnosisCase situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        if (situation.Port.Router is not { Gateway: { } gateway, ExternalGateway: { } next }
            || situation.Outcome(ProbeKind.EchoInternet) is not { IsRequest: true } outcome
            || outcome.State is ProbeState.Answered or ProbeState.NotSent
            || situation.RouterNamespace() is not { } place
            || situation.HopsOfPort(gateway.PortId) is not [{ } outside, ..])
            yield break;
        var (host, inside) = place;
        var qg = outside.Device;
        var neighbours = (host.NamespacesAfter.FirstOrDefault(n => n.Namespace == inside.Namespace) ?? inside).Neighbours;
        var neighbour = neighbours?.FirstOrDefault(n => n.Address.Equals(next) && n.Device == qg);
        var asksInVain = neighbour?.State is "FAILED" or "INCOMPLETE";
        // What the router asks has to get out of its node before anybody outside can be blamed for not answering.
        var asked = situation.Evidence.Traces.Where(t => t is { Probe: ProbeKind.EchoInternet, AsksForNeighbour: true } && t.Entry == qg)
            .Select(t => TracedWay.Of(situation, t)).ToList();
        asksInVain = asksInVain && asked.All(way => way is { IsDelivered: true });
        var left = outcome.State == ProbeState.Unanswered && outcome.Leg[^1].Kind is HopKind.Nic or HopKind.RouterGateway;
        var isAtRouter = outcome.Suspects.Any(h => h.PortId == gateway.PortId);
        if (!left && !(asksInVain && isAtRouter) || _ofTheRouter.Any(c =>
            c.Judge(situation).Any(f => f.State == CheckState.Fail && !f.IsRemark
                && (f.Breaks.Count == 0 || f.Breaks.Contains(ProbeKind.EchoInternet)))))
            yield break;
        yield return new Finding
        {
            Cause = Cause,
            Host = host.Name,
            Device = qg,
            At = left ? [outcome.Leg[^1]] : [outside],
            Breaks = [ProbeKind.EchoInternet],
            IsObserved = true,
            Evidence =
            [
                .. left ? [$"{outcome.LastSeenText}; no answer of {next} came back to it"] : Array.Empty<string>(),
                .. asksInVain
                    ? [$"{host.Name}: {inside.Namespace} has the neighbour {next} on {qg} as {neighbour!.State}: nobody answers its ARP"]
                    : Array.Empty<string>(),
                .. asked.Where(way => way is { IsDelivered: true })
                    .Select(way => $"{host.Name}: by its flow tables what the router asks leaves by {way!.Trace.Exit}"),
                $"{host.Name}: addresses, routes and nat rules of {inside.Namespace} are in order",
            ],
            Remedy = $"see on the external network that {next} is up and reached from {host.Name}: "
                + $"'ip netns exec {inside.Namespace} arping -c 3 -I {qg} {next}'",
        };
    }
}
