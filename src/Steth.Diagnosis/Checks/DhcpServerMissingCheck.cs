using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Intent;
using Steth.Diagnosis.Paths;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks;

/// <summary>
/// D1: a node that should serve the network by DHCP has no namespace qdhcp-NETWORK, or no dnsmasq of the network runs in it
/// (neutron/agent/linux/dhcp.py). Shown by the node's namespaces and processes.
/// </summary>
public sealed class DhcpServerMissingCheck : IDiagnosisCheck
{
    private static readonly ProbeKind[] _server = [ProbeKind.Dhcp];
    private static readonly ProbeKind[] _namespace = [ProbeKind.Dhcp, ProbeKind.ArpMetadata, ProbeKind.SynMetadata];

    /// <inheritdoc/>
    public Cause Cause => CauseCatalogue.DhcpServerMissing;

    /// <inheritdoc/>
    public IEnumerable<Finding> Judge(DiagnosisCase situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        if (DhcpNotServedCheck.IsOff(situation.Port))
            yield break;
        foreach (var host in Servers(situation))
        {
            if (host.Dhcp is not { } server)
            {
                if (situation.Failed(_server))
                    yield return CaseReading.Undecided(Cause, host.Name, CaseReading.Missing(host, "whether the DHCP server runs there"));
                continue;
            }
            if (server is { NamespaceExists: true, Process: { State: not "Z" } })
                continue;
            var space = $"qdhcp-{situation.Port.Network.Id}";
            var breaks = server.NamespaceExists || !PathBuilder.IsMetadataOverDhcp(situation.Evidence) ? _server : _namespace;
            yield return new Finding
            {
                Cause = Cause,
                Host = host.Name,
                Device = server.NamespaceExists ? situation.DhcpDevice(host) : space,
                At = situation.Reach(breaks, situation.DhcpPortsOn(host)),
                Breaks = breaks,
                Explains =
                [
                    CauseCatalogue.DhcpHostMissing, CauseCatalogue.DhcpServerHung, CauseCatalogue.DhcpPortDown,
                    .. server.NamespaceExists ? Array.Empty<Cause>() : [CauseCatalogue.MetadataProxyMissing],
                ],
                Evidence =
                [
                    server.NamespaceExists
                        ? $"{host.Name}: no dnsmasq of network {situation.Port.Network.Id} runs in {space}; one should"
                        : $"{host.Name}: there is no namespace {space}; the network's DHCP server should run in it",
                ],
                Remedy = $"on {host.Name} run 'systemctl restart neutron-dhcp-agent', which starts the server again",
            };
        }
    }

    // Without Neutron's word a node that has served the network should go on, as long as no other does.
    private static IEnumerable<HostEvidence> Servers(DiagnosisCase situation)
    {
        var named = situation.DhcpHosts();
        if (named.Count > 0 || situation.Port.Source == IntentSource.Neutron)
            return named;
        return situation.Evidence.Hosts.Any(h => h.Dhcp?.Process is not null) ? []
            : situation.Evidence.Hosts.Where(h => h.Dhcp?.FilesExist == true);
    }
}
