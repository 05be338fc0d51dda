using Steth.Contracts.Operations;
using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks;

/// <summary>
/// D5: the tap of the network's DHCP server is down or not in its namespace, though the namespace qdhcp-NETWORK exists
/// (neutron/agent/linux/dhcp.py plugs it there). Shown by the node's device lists.
/// </summary>
public sealed class DhcpPortDownCheck : IDiagnosisCheck
{
    private static readonly ProbeKind[] _probes = [ProbeKind.Dhcp, ProbeKind.ArpMetadata];

    /// <inheritdoc/>
    public Cause Cause => CauseCatalogue.DhcpPortDown;

    /// <inheritdoc/>
    public IEnumerable<Finding> Judge(DiagnosisCase situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        foreach (var port in situation.Port.DhcpPorts)
        {
            if (situation.HostOf(port) is not { Silent: null, Dhcp.NamespaceExists: true } host)
                continue;
            var device = host.Wiring(port.PortId)?.Devices.FirstOrDefault(d => d.Kind != PortDeviceKind.Nic);
            var state = device is null ? IsUnplugged(host, port.PortId) ? "is not in the host's Open vSwitch at all" : null
                : device.Problems.Contains(WiringProblem.Missing) ? "is missing"
                : device.Problems.Contains(WiringProblem.Down) ? "is down" : null;
            if (state is null)
                continue;
            var name = device?.Device ?? $"tap{port.PortId.ToString()[..11]}";
            var space = device?.Namespace ?? $"qdhcp-{situation.Port.Network.Id}";
            yield return new Finding
            {
                Cause = Cause,
                Host = host.Name,
                Device = name,
                At = situation.Reach(_probes, port.PortId),
                Explains = [CauseCatalogue.DhcpServerHung, CauseCatalogue.PortNotWired],
                Evidence = [$"{host.Name}: {name}, the DHCP server's port, {state}; it should be up in {space}"],
                Remedy = state == "is down"
                    ? $"on {host.Name} run 'ip netns exec {space} ip link set {name} up'"
                    : $"on {host.Name} restart neutron-dhcp-agent, which plugs {name} again",
            };
        }
    }

    private static bool IsUnplugged(HostEvidence host, Guid port) =>
        host.Ovs is { Running: true } ovs && !ovs.Bridges.SelectMany(b => b.Ports).SelectMany(p => p.Interfaces)
            .Any(i => i.ExternalIds.GetValueOrDefault("iface-id") == port.ToString());
}
