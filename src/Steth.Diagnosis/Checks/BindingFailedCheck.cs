using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Intent;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks;

/// <summary>
/// P1: Neutron has no binding for the port: binding:vif_type is binding_failed or unbound, or a compute port has no host. ML2 sets
/// binding_failed when no mechanism driver takes the port on its host (neutron/plugins/ml2/managers.py).
/// </summary>
public sealed class BindingFailedCheck : IDiagnosisCheck
{
    private const string OvsAgent = "neutron-openvswitch-agent";

    /// <inheritdoc/>
    public Cause Cause => CauseCatalogue.BindingFailed;

    /// <inheritdoc/>
    public IEnumerable<Finding> Judge(DiagnosisCase situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        var port = situation.Port;
        if (port.Source != IntentSource.Neutron)
            yield break;
        var isCompute = port.DeviceOwner?.StartsWith("compute:", StringComparison.Ordinal) == true;
        var isHostless = isCompute && string.IsNullOrEmpty(port.BindingHost);
        if (port.VifType is not ("binding_failed" or "unbound") && !isHostless)
            yield break;
        var host = string.IsNullOrEmpty(port.BindingHost) ? null : port.BindingHost;
        var elsewhere = situation.GuestHost?.Name is { } found && found != (host is null ? null : situation.HostCalled(host)?.Name ?? host)
            ? found : null;
        yield return new Finding
        {
            Cause = Cause,
            Host = host is null ? null : situation.HostCalled(host)?.Name ?? host,
            Explains =
            [
                CauseCatalogue.TapBroken, CauseCatalogue.QbrBroken, CauseCatalogue.PortNotWired, CauseCatalogue.ProviderFlowMissing,
                CauseCatalogue.TunnelFlowMissing, CauseCatalogue.TunnelPortMissing, CauseCatalogue.ForeignFlow,
                CauseCatalogue.FirewallDrop, CauseCatalogue.MetadataBackendBroken,
            ],
            // The port's devices may be on another node than the one it is bound to, and other nodes have no tunnel entries for it.
            ExplainsElsewhere = true,
            Evidence =
            [
                $"Neutron: port {port.PortId} has binding:vif_type {port.VifType ?? "(not told)"} on "
                    + $"{(host is null ? "no host (binding:host_id is empty)" : $"host {host}")}; it should be ovs",
                .. AgentWords(port, host),
                .. elsewhere is null ? [] : new[] { $"the port's devices are on {elsewhere}" },
            ],
            Remedy = elsewhere is null
                ? Remedy(port, host)
                : $"bind the port to the host its devices are on with 'openstack port set --host {elsewhere} {port.PortId}' "
                    + $"(binding:host_id is {host ?? "empty"} now)",
        };
    }

    private static AgentIntent? AgentOf(PortIntent port, string? host) =>
        port.Agents?.FirstOrDefault(a => a.Host == host && a.Binary == OvsAgent);

    private static bool LacksMapping(PortIntent port, AgentIntent agent) =>
        port.Network.Type is "vlan" or "flat" && port.Network.PhysicalNetwork is { } physical
        && !agent.BridgeMappings.ContainsKey(physical);

    private static IEnumerable<string> AgentWords(PortIntent port, string? host)
    {
        if (host is null || port.Agents is null)
            yield break;
        if (AgentOf(port, host) is not { } agent)
        {
            yield return $"Neutron knows no {OvsAgent} on {host}";
            yield break;
        }
        var state = !agent.Alive ? "does not report" : agent.AdminUp ? "is alive" : "is alive and administratively down";
        yield return $"the {OvsAgent} of {host} {state}";
        if (port.Network.PhysicalNetwork is { } physical && port.Network.Type is "vlan" or "flat")
        {
            yield return LacksMapping(port, agent)
                ? $"its bridge_mappings have no physical network {physical} (they have: "
                    + $"{(agent.BridgeMappings.Count == 0 ? "none" : string.Join(", ", agent.BridgeMappings.Keys))})"
                : $"its bridge_mappings map the physical network {physical} to {agent.BridgeMappings[physical]}";
        }
        if (port.Network.IsTunnelled && agent.TunnelingIp is null)
            yield return "it has no tunnelling address (local_ip)";
    }

    private static string Remedy(PortIntent port, string? host)
    {
        if (host is null)
            return $"attach the port to a server, or give it a host with 'openstack port set --host HOST {port.PortId}'";
        var rebind = $"then bind the port again with 'openstack port set --host {host} {port.PortId}'";
        return AgentOf(port, host) switch
        {
            { Alive: false } => $"on {host} restart {OvsAgent}, {rebind}",
            { AdminUp: false } => $"set the agent up with 'openstack network agent set --enable AGENT', {rebind}",
            { } agent when LacksMapping(port, agent) =>
                $"on {host} add {port.Network.PhysicalNetwork} to bridge_mappings of {OvsAgent} and restart it, {rebind}",
            null when port.Agents is not null => $"start {OvsAgent} on {host} (its host name must be {host} for Neutron too), {rebind}",
            _ => $"look in the log of neutron-server for 'Failed to bind port {port.PortId}', {rebind}",
        };
    }
}
