using System.Globalization;
using Steth.Contracts.Operations;
using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Intent;
using Steth.Diagnosis.Paths;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks;

/// <summary>
/// Q2: while an exchange was lost in a hybrid plug's Linux bridge, a rule that drops in the port's iptables chains counted packets
/// (neutron/agent/linux/iptables_firewall.py: chains i, o and s with 10 characters of the port id; iptables-save -c before and after).
/// </summary>
public sealed class FilterDropCheck : IDiagnosisCheck
{
    private const string Prefix = "neutron-openvswi-";
    private const int IdLength = 10;

    /// <inheritdoc/>
    public Cause Cause => CauseCatalogue.FilterDrop;

    /// <inheritdoc/>
    public IEnumerable<Finding> Judge(DiagnosisCase situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        foreach (var (port, host, wiring) in situation.Guests().Where(g => g.Wiring.Plug == PortPlug.Hybrid))
        {
            var id = port.PortId.ToString()[..IdLength];
            var bridge = situation.HopsOfPort(port.PortId).Where(h => h.Kind == HopKind.Qbr).ToList();
            var name = wiring.Devices.FirstOrDefault(d => d.Kind == PortDeviceKind.Qbr)?.Device ?? $"qbr{port.PortId.ToString()[..11]}";
            if (host.Own is { BridgeNfCallIptables: false, Rules: { } bypassed } && bypassed.Any(r => IsOfPort(r.Chain, id)))
                yield return Bypassed(host, name);
            var lost = situation.Probes.Where(p => p.Outcome.State is ProbeState.Lost or ProbeState.OutOfSight
                && p.Outcome.Suspects.Any(bridge.Contains)).ToList();
            if (lost.Count == 0)
                continue;
            if (host.Own?.Rules is not { } before || host.OwnAfter?.Rules is not { } after)
            {
                yield return CaseReading.Undecided(
                    Cause, host.Name, CaseReading.Missing(host, $"the counters of the iptables rules of {name}"));
                continue;
            }
            if (!after.Any(r => IsOfPort(r.Chain, id)) && port.PortSecurity != false)
            {
                yield return CaseReading.Undecided(
                    Cause, host.Name, $"{host.Name} has no iptables chain {Prefix}o{id} of port {port.PortId} (iptables firewall)");
                continue;
            }
            foreach (var rule in after.Where(r => IsOfPort(r.Chain, id) && Drops(r) && r.Moved(before) > 0))
            {
                var fromGuest = rule.Chain[Prefix.Length] != 'i';
                var broken = lost.Where(p => IsFromGuest(situation, port, p.Probe.Kind, p.Outcome.IsRequest) == fromGuest).ToList();
                if (broken.Count == 0)
                    continue;
                var isOfGroups = rule.Target()?.EndsWith("-sg-fallback", StringComparison.Ordinal) == true;
                var groups = isOfGroups && broken.All(p => p.Outcome.IsRequest)
                    ? SecurityGroups.Say(port, host.Name, !fromGuest, broken.Select(p => p.Probe.Kind))
                    : null;
                yield return new Finding
                {
                    Cause = Cause,
                    Host = host.Name,
                    Device = wiring.Devices.FirstOrDefault(d => d.Kind == PortDeviceKind.Tap)?.Device ?? name,
                    At = bridge,
                    Breaks = [.. broken.Select(p => p.Probe.Kind)],
                    BreaksRequest = broken.All(p => p.Outcome.IsRequest) ? true : broken.All(p => !p.Outcome.IsRequest) ? false : null,
                    IsObserved = true,
                    Evidence =
                    [
                        Words(host, rule, rule.Moved(before), broken.Max(p => p.Probe.Attempts)),
                        .. groups is null ? [] : new[] { groups.Value.Evidence },
                    ],
                    Remedy = groups?.Remedy ?? Remedy(host, port, rule),
                };
            }
        }
    }

    private static bool IsOfPort(string chain, string id) =>
        chain.Length == Prefix.Length + 1 + IdLength && chain.StartsWith(Prefix, StringComparison.Ordinal)
        && chain[Prefix.Length] is 'i' or 'o' or 's' && chain.EndsWith(id, StringComparison.Ordinal);

    private static bool Drops(FilterRule rule) =>
        rule.Target() is { } target && (target is "DROP" or "REJECT" || target.EndsWith("-sg-fallback", StringComparison.Ordinal));

    // What ends at the guest is asked from elsewhere; all else the port asks, also the peer.
    private static bool IsFromGuest(DiagnosisCase situation, PortIntent port, ProbeKind probe, bool isRequest) =>
        (port.PortId == situation.Port.PortId && !probe.EndsAtGuest()) == isRequest;

    private static string Kind(FilterRule rule) => rule.Chain[Prefix.Length] switch
    {
        's' => "anti-spoofing chain (only the port's own MAC and addresses may send)",
        'i' => "ingress chain of the security groups",
        _ when rule.Text.Contains("--sport 67 ", StringComparison.Ordinal) => "egress chain, rule against DHCP servers in guests",
        _ => "egress chain of the security groups",
    };

    private static string Words(HostEvidence host, FilterRule rule, long moved, int attempts) => string.Create(
        CultureInfo.InvariantCulture,
        $"{host.Name}: {Kind(rule)}: the rule '{rule.Line()}' counted {moved} packets while the probe was sent {attempts} times");

    private static string Remedy(HostEvidence host, PortIntent port, FilterRule rule) =>
        rule.Chain[Prefix.Length] == 's'
            ? $"see that the guest on {host.Name} uses {port.Mac} and {port.Address}, or allow what it uses with "
                + $"'openstack port set --allowed-address ip-address=ADDRESS {port.PortId}'; if it does, restart "
                + "neutron-openvswitch-agent there"
            : $"allow the traffic in the security groups of port {port.PortId} ('openstack security group rule create'); "
                + $"if they allow it, restart neutron-openvswitch-agent on {host.Name}";

    private Finding Bypassed(HostEvidence host, string bridge) => new()
    {
        Cause = Cause,
        Host = host.Name,
        Device = bridge,
        IsRemark = true,
        Evidence = [$"{host.Name}: net.bridge.bridge-nf-call-iptables is 0, so the port's iptables rules are bypassed; it should be 1"],
        Remedy = $"on {host.Name} run 'sysctl -w net.bridge.bridge-nf-call-iptables=1'",
    };
}
