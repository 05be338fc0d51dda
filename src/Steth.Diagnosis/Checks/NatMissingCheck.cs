using System.Net.Sockets;
using Steth.Contracts.Operations;
using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Intent;
using Steth.Diagnosis.Paths;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks;

/// <summary>
/// R3: the nat table of the router's namespace has no SNAT rule for what leaves by qg-, or no DNAT rule for a floating IP, that a packet
/// can come to (neutron/agent/l3/router_info.py: neutron-l3-agent-snat, -float-snat, -PREROUTING).
/// </summary>
public sealed class NatMissingCheck : IDiagnosisCheck
{
    /// <inheritdoc/>
    public Cause Cause => CauseCatalogue.NatMissing;

    /// <inheritdoc/>
    public IEnumerable<Finding> Judge(DiagnosisCase situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        if (situation.Port.Router is not { Gateway: { } gateway } router || situation.RouterNamespace() is not { } place)
            yield break;
        var (host, inside) = place;
        if (inside.Rules is not { } rules)
        {
            if (situation.Failed(ProbeKind.EchoInternet, ProbeKind.EchoFloating))
                yield return CaseReading.Undecided(Cause, host.Name, CaseReading.Missing(host, $"the nat rules of {inside.Namespace}"));
            yield break;
        }
        var qg = situation.RouterDevice(gateway, "qg-");
        var floating = situation.Port.FloatingIps.Where(f => f.RouterId is null || router.Id is null || f.RouterId == router.Id).ToList();
        if (Translates(situation, router) && !HasSnat(rules, qg, gateway, floating))
        {
            // Untranslated, the request still leaves; it is the answer that does not find back, so the end of the way is where it shows.
            var way = situation.Outcome(ProbeKind.EchoInternet)?.Path.Hops ?? [];
            var source = gateway.Addresses.FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork);
            yield return Found(host, qg, [.. way.TakeLast(1)], ProbeKind.EchoInternet, decisive: false,
                $"the nat table of {inside.Namespace} has no SNAT rule for what leaves by {qg}; "
                    + $"it should be '-o {qg} -j SNAT --to-source {source}'");
        }
        var dnat = rules.From("nat", "PREROUTING").Where(r => r.Target() == "DNAT").ToList();
        foreach (var ip in floating)
        {
            var own = dnat.Where(r => r.Option("-d") is { } d && (d == $"{ip.Address}/32" || d == ip.Address.ToString())).ToList();
            if (own.Any(r => r.Option("--to-destination") == ip.FixedIp.ToString()))
                continue;
            var found = own.Count == 0 ? $"has no DNAT rule for {ip.Address}"
                : $"sends {ip.Address} to {own[0].Option("--to-destination")}";
            // Without the rule the router itself may answer for its address: the answer then says nothing of the guest.
            yield return Found(host, qg, situation.Reach([ProbeKind.EchoFloating], gateway.PortId), ProbeKind.EchoFloating, decisive: true,
                $"the nat table of {inside.Namespace} {found}; it should be '-d {ip.Address}/32 -j DNAT --to-destination {ip.FixedIp}'");
        }
    }

    // A router whose external traffic is not to be translated has no rule; where that is not known, only a loss makes it one.
    private static bool Translates(DiagnosisCase situation, RouterIntent router) =>
        router.SnatEnabled ?? situation.Failed(ProbeKind.EchoInternet);

    private static bool HasSnat(
        IReadOnlyList<FilterRule> rules, string qg, ServicePortIntent gateway, IReadOnlyList<FloatingIpIntent> floating)
    {
        var snat = rules.From("nat", "POSTROUTING").Where(r => r.Target() is "SNAT" or "MASQUERADE").ToList();
        return snat.Any(r => r.Option("-o") == qg
                && (r.Target() == "MASQUERADE" || gateway.Addresses.Count == 0
                    || gateway.Addresses.Any(a => r.Option("--to-source") == a.ToString())))
            || floating.Any(f => snat.Any(r => r.Option("-s") == $"{f.FixedIp}/32" && r.Option("--to-source") == f.Address.ToString()));
    }

    private Finding Found(
        HostEvidence host, string device, IReadOnlyList<PathHop> at, ProbeKind breaks, bool decisive, string words) => new()
        {
            Cause = Cause,
            Host = host.Name,
            Device = device,
            At = at,
            Breaks = [breaks],
            IsDecisive = decisive,
            Explains = [CauseCatalogue.ExternalGatewayDead],
            Evidence = [$"{host.Name}: {words}"],
            Remedy = $"on {host.Name} run 'systemctl restart neutron-l3-agent', which writes the router's rules anew",
        };
}
