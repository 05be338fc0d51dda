using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Paths;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks;

/// <summary>
/// P4: the port's admin_state_up is off by Neutron's word. Its Open vSwitch agent then puts the port on the dead VLAN 4095
/// (port_dead in neutron/plugins/ml2/drivers/openvswitch/agent).
/// </summary>
public sealed class PortAdminDownCheck : IDiagnosisCheck
{
    /// <inheritdoc/>
    public Cause Cause => CauseCatalogue.PortAdminDown;

    /// <inheritdoc/>
    public IEnumerable<Finding> Judge(DiagnosisCase situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        foreach (var port in new[] { situation.Port, situation.Evidence.Peer })
        {
            if (port is not { AdminUp: false })
                continue;
            var hops = situation.HopsOfPort(port.PortId).Where(h => h.Kind is HopKind.Qvo || h.Kind is HopKind.Tap && !IsOnQbr(h)).ToList();
            var host = situation.Place(port.PortId)?.Host.Name;
            yield return new Finding
            {
                Cause = Cause,
                Host = host,
                Device = hops.Count > 0 ? hops[0].Device : null,
                At = hops,
                // With l2population the other nodes take their tunnel entries for a port that is not active away.
                Explains =
                [
                    CauseCatalogue.PortNotWired, CauseCatalogue.FirewallDrop, CauseCatalogue.ForeignFlow,
                    CauseCatalogue.TunnelPortMissing, CauseCatalogue.TunnelFlowMissing,
                ],
                ExplainsElsewhere = true,
                Evidence = [$"Neutron: admin_state_up of port {port.PortId}{(host is null ? "" : $" on {host}")} is off; it should be on"],
                Remedy = $"run 'openstack port set --enable {port.PortId}'"
                    + (host is null ? "" : $"; neutron-openvswitch-agent on {host} then wires it"),
            };
        }
    }

    private static bool IsOnQbr(PathHop hop) => hop.Bridge?.StartsWith("qbr", StringComparison.Ordinal) == true;
}
