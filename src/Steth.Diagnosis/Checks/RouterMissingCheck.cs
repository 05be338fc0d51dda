using Steth.Contracts.Operations;
using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Intent;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks;

/// <summary>
/// R1: the network's router is on no node: none that answered has its namespace qrouter-ROUTER (neutron/agent/l3/namespaces.py). While a
/// node that may have it is silent, nothing is claimed.
/// </summary>
public sealed class RouterMissingCheck : IDiagnosisCheck
{
    private static readonly Cause[] s_consequences =
    [
        CauseCatalogue.RouterNotConfigured, CauseCatalogue.NatMissing, CauseCatalogue.FloatingIpUnanswered,
        CauseCatalogue.MetadataProxyMissing, CauseCatalogue.PortNotWired,
    ];

    /// <inheritdoc/>
    public Cause Cause => CauseCatalogue.RouterMissing;

    // By the nodes' records alone a router without a namespace has no name; its ports are in Open vSwitch, and their devices nowhere.
    private IEnumerable<Finding> WithoutName(DiagnosisCase situation, ServicePortIntent port)
    {
        if (situation.Place(port.PortId) is not { } place || place.Wiring.Devices.FirstOrDefault(d => d.Kind != PortDeviceKind.Nic) is not
            { Namespace: null } device)
            yield break;
        yield return new Finding
        {
            Cause = Cause,
            Host = place.Host.Name,
            Device = device.Device,
            At = situation.Reach(situation.RouterProbes(), port.PortId),
            Breaks = situation.RouterProbes(),
            Explains = s_consequences,
            Evidence = [$"{place.Host.Name}: Open vSwitch has the router's port {device.Device}, and no namespace has the device"],
            Remedy = $"on {place.Host.Name} run 'systemctl restart neutron-l3-agent', which makes the router again",
        };
    }

    /// <inheritdoc/>
    public IEnumerable<Finding> Judge(DiagnosisCase situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        if (situation.Port.Router is not { Interface: not null } router)
            yield break;
        if (router.Id is null)
        {
            foreach (var finding in WithoutName(situation, router.Interface))
                yield return finding;
            yield break;
        }
        var name = situation.RouterNamespaceName()!;
        if (situation.Evidence.Hosts.Any(h => h.Namespace(name) is not null || h.NamespaceNames?.Contains(name) == true))
            yield break;
        var hosts = situation.RouterHosts();
        var probes = situation.RouterProbes();
        // Where no agent is to have it, no node is to be asked; where it is not known which, each may.
        var isOnNoAgent = situation.Port.Source == IntentSource.Neutron && router.Hosts is { Count: 0 };
        var asked = hosts.Count > 0 || isOnNoAgent ? hosts : situation.Evidence.Hosts;
        if (asked.FirstOrDefault(h => h.Silent is not null || h.NamespaceNames is null) is { } dark)
        {
            if (situation.Failed(probes))
                yield return CaseReading.Undecided(Cause, dark.Name, CaseReading.Missing(dark, $"whether it has {name}"));
            yield break;
        }
        // An agent's host that is not configured here cannot be asked.
        if (router.Hosts?.Any(h => situation.HostCalled(h) is null) == true)
            yield break;
        var host = hosts.Count > 0 ? hosts[0].Name : null;
        yield return new Finding
        {
            Cause = Cause,
            Host = host,
            Device = name,
            At = situation.Reach(probes, router.Interface.PortId, router.Gateway?.PortId),
            Breaks = probes,
            Explains = s_consequences,
            Evidence =
            [
                isOnNoAgent ? $"Neutron: no L3 agent hosts router {router.Name ?? router.Id.ToString()}; one should"
                    : $"{(host is null ? "no node" : string.Join(", ", hosts.Select(h => h.Name)) + ":")} has "
                        + $"{(host is null ? "the" : "no")} namespace {name}; router {router.Name ?? router.Id.ToString()} should be there",
            ],
            Remedy = isOnNoAgent ? $"run 'openstack network agent add router --l3 AGENT {router.Id}'"
                : $"on {host ?? "the router's node"} run 'systemctl restart neutron-l3-agent', which makes the router again",
        };
    }
}
