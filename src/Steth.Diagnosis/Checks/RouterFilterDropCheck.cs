using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Checks.Filters;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Paths;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks;

/// <summary>
/// R6: while an exchange was lost in the router, a rule or policy of its namespace's packet filter dropped packets (iptables-save -c and
/// nft before and after).
/// </summary>
public sealed class RouterFilterDropCheck : IDiagnosisCheck
{
    private static readonly IDiagnosisCheck[] _ofTheRouter = [new RouterNotConfiguredCheck(), new NatMissingCheck()];

    /// <inheritdoc/>
    public Cause Cause => CauseCatalogue.RouterFilterDrop;

    /// <inheritdoc/>
    public IEnumerable<Finding> Judge(DiagnosisCase situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        if (situation.RouterNamespace() is not { } place)
            yield break;
        var hops = situation.RouterHops();
        var lost = situation.Probes.Where(p => p.Outcome.State is ProbeState.Lost or ProbeState.Unanswered
            && p.Outcome.Suspects.Any(hops.Contains)).ToList();
        if (lost.Count == 0)
            yield break;
        var (host, inside) = place;
        var after = host.NamespacesAfter.FirstOrDefault(n => n.Namespace == inside.Namespace);
        if (inside.Rules is null || after?.Rules is null)
        {
            yield return CaseReading.Undecided(
                Cause, host.Name, CaseReading.Missing(host, $"the counters of the filter rules of {inside.Namespace}"));
            yield break;
        }
        string[] devices =
            [.. situation.Hops.Where(h => h.Host == host.Name && h.Namespace == inside.Namespace).Select(h => h.Device).Distinct()];
        var loss = new FilterLoss
        {
            Cause = Cause,
            Host = host,
            Device = inside.Namespace!,
            At = hops,
            Lost = lost,
            Devices = _ => devices,
            Explains = [CauseCatalogue.ExternalGatewayDead],
            Passes = (drop, probe) => IsForwarded(situation, probe)
                ? FilterHooks.OfRouter(drop, probe, devices) : FilterHooks.OfHost(drop, probe, devices),
        };
        var counted = loss.Counted(inside, after).ToList();
        foreach (var finding in counted)
            yield return finding;
        if (counted.Count == 0 && !_ofTheRouter.Any(c => c.Judge(situation).Any()) && loss.Uncounted(inside, after) is { } unknown)
            yield return unknown;
    }

    private static bool IsForwarded(DiagnosisCase situation, ProbeKind probe) => probe switch
    {
        ProbeKind.EchoInternet or ProbeKind.EchoFloating or ProbeKind.EchoPeer or ProbeKind.EchoFromPeer => true,
        ProbeKind.EchoLarge => situation.Evidence.Peer is not null,
        _ => false,
    };
}
