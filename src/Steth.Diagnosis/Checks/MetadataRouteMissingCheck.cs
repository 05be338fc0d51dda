using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Intent;
using Steth.Diagnosis.Paths;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks;

/// <summary>
/// M3: the network has no router, and its DHCP options tell guests no way to 169.254.169.254 (classless static route, RFC 3442; Neutron
/// writes it with enable_isolated_metadata).
/// </summary>
public sealed class MetadataRouteMissingCheck : IDiagnosisCheck
{
    private static readonly ProbeKind[] _probes = [ProbeKind.SynMetadata, ProbeKind.ArpMetadata];

    /// <inheritdoc/>
    public Cause Cause => CauseCatalogue.MetadataRouteMissing;

    /// <inheritdoc/>
    public IEnumerable<Finding> Judge(DiagnosisCase situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        var port = situation.Port;
        if (port.Router is not null || PathBuilder.MetadataNextHop(situation.Evidence) is not null)
            yield break;
        // Neutron can say that there is no router; by the nodes' records there is none when all of them answered and DHCP hands out none.
        var isolated = port.Source == IntentSource.Neutron
            || port.Subnets.Count > 0 && port.Subnets.All(s => s.Gateway is null) && situation.Evidence.Hosts.All(h => h.Silent is null);
        if (!isolated || situation.Probe(ProbeKind.SynMetadata) is null)
            yield break;
        foreach (var host in situation.DhcpHosts().Where(h => h.Dhcp is { NamespaceExists: true, Options: not null }))
        {
            var file = $"/var/lib/neutron/dhcp/{port.Network.Id}/opts";
            yield return new Finding
            {
                Cause = Cause,
                Host = host.Name,
                Device = situation.DhcpDevice(host),
                At = situation.Reach(_probes, situation.DhcpPortsOn(host)),
                Breaks = _probes,
                IsDecisive = true,
                Explains = [CauseCatalogue.MetadataProxyMissing],
                Evidence =
                [
                    $"network {port.Network.Name ?? port.Network.Id?.ToString()} has no router",
                    $"{host.Name}: {file} has no classless-static-route to 169.254.169.254/32; it should lead to the DHCP port",
                ],
                Remedy = $"on {host.Name} set enable_isolated_metadata = True in dhcp_agent.ini and restart neutron-dhcp-agent",
            };
        }
    }
}
