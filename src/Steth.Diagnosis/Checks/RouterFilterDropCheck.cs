using System.Globalization;
using Steth.Contracts.Operations;
using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Paths;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks;

/// <summary>
/// R6: while an exchange was lost in the router, a rule that drops in its namespace's packet filter counted packets (iptables-save -c
/// before and after).
/// </summary>
public sealed class RouterFilterDropCheck : IDiagnosisCheck
{
    private static readonly string[] _tables = ["raw", "mangle", "filter"];

    /// <inheritdoc/>
    public Cause Cause => CauseCatalogue.RouterFilterDrop;

    /// <inheritdoc/>
    public IEnumerable<Finding> Judge(DiagnosisCase situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        if (situation.Port.Router is not { } router || situation.RouterNamespace() is not { } place)
            yield break;
        Guid?[] ports = [router.Interface?.PortId, router.Gateway?.PortId];
        var lost = situation.Probes.Where(p => p.Outcome.State is ProbeState.Lost or ProbeState.Unanswered
            && p.Outcome.Suspects.Any(h => h.PortId is { } id && ports.Contains(id))).Select(p => p.Probe.Kind).ToList();
        if (lost.Count == 0)
            yield break;
        var (host, inside) = place;
        var after = host.NamespacesAfter.FirstOrDefault(n => n.Namespace == inside.Namespace);
        if (inside.Rules is not { } before || after?.Rules is not { } now)
        {
            yield return CaseReading.Undecided(
                Cause, host.Name, CaseReading.Missing(host, $"the counters of the filter rules of {inside.Namespace}"));
            yield break;
        }
        foreach (var (chain, isForwarded) in new[] { ("PREROUTING", (bool?)null), ("FORWARD", true), ("INPUT", false) })
        {
            var broken = lost.Where(k => isForwarded is null || IsForwarded(situation, k) == isForwarded).ToList();
            if (broken.Count == 0)
                continue;
            foreach (var table in _tables)
            {
                var words = now.From(table, chain)
                    .Where(r => r.Target() is "DROP" or "REJECT" && r.Moved(before) > 0)
                    .Select(r => (Rule: $"the rule '{r.Line()}'", Moved: r.Moved(before), Remove: $"-D {r.Chain} {r.Text}"))
                    .Concat(Policies(inside, after!, table, chain));
                foreach (var (rule, moved, remove) in words)
                {
                    yield return new Finding
                    {
                        Cause = Cause,
                        Host = host.Name,
                        Device = inside.Namespace,
                        At = [.. ports.SelectMany(situation.HopsOfPort)],
                        Breaks = broken,
                        IsObserved = true,
                        Explains = [CauseCatalogue.ExternalGatewayDead],
                        Evidence =
                        [
                            string.Create(CultureInfo.InvariantCulture,
                                $"{host.Name}: in {inside.Namespace} {rule} (table {table}) dropped {moved} packets "
                                    + $"while the probes were sent; it should not meet them"),
                        ],
                        Remedy = $"on {host.Name} run 'ip netns exec {inside.Namespace} iptables -t {table} {remove}', "
                            + "or restart neutron-l3-agent if the rule is its own",
                    };
                }
            }
        }
    }

    private static IEnumerable<(string Rule, long Moved, string Remove)> Policies(
        NamespaceInspectResult before, NamespaceInspectResult after, string table, string chain) =>
        from now in after.Chains ?? []
        where now.Table == table && now.Chain == chain && now.Policy == "DROP"
        let moved = now.Packets - (before.Chains?.FirstOrDefault(c => c.Table == table && c.Chain == chain)?.Packets ?? now.Packets)
        where moved > 0
        select ($"the policy DROP of {chain}", moved, $"-P {chain} ACCEPT");

    private static bool IsForwarded(DiagnosisCase situation, ProbeKind probe) => probe switch
    {
        ProbeKind.EchoInternet or ProbeKind.EchoFloating or ProbeKind.EchoPeer or ProbeKind.EchoFromPeer => true,
        ProbeKind.EchoLarge => situation.Evidence.Peer is not null,
        _ => false,
    };
}
