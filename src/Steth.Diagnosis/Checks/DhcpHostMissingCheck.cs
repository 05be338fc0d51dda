using System.Net.Sockets;
using Steth.Contracts.Operations;
using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Intent;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks;

/// <summary>
/// D2: the host file of the network's dnsmasq (/var/lib/neutron/dhcp/NETWORK/host) lacks the port's MAC, or gives it another address. The
/// pools are static, so dnsmasq answers nobody it has no line for (neutron/agent/linux/dhcp.py).
/// </summary>
public sealed class DhcpHostMissingCheck : IDiagnosisCheck
{
    private static readonly ProbeKind[] _probes = [ProbeKind.Dhcp];

    /// <inheritdoc/>
    public Cause Cause => CauseCatalogue.DhcpHostMissing;

    /// <summary>What is wrong with the port's line, a clause; null: nothing, or not known.</summary>
    internal static string? Wrong(PortIntent port, DhcpServerResult server)
    {
        if (port.Mac is not { } mac || server.Hosts is not { } hosts)
            return null;
        var lines = hosts.Where(h => h.Mac == mac).ToList();
        if (lines.Count == 0)
            return $"has no line for {mac}";
        var given = lines.Select(l => l.Address).Where(a => a?.AddressFamily == AddressFamily.InterNetwork).ToList();
        if (given.Count == 0)
            return port.Address is null || lines.Any(l => l.Address is not null) ? null : $"tells dnsmasq to ignore {mac}";
        return port.Address is null || given.Any(a => port.FixedIps.Contains(a!)) ? null
            : $"gives {mac} the address {string.Join(", ", given)}";
    }

    /// <inheritdoc/>
    public IEnumerable<Finding> Judge(DiagnosisCase situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        var port = situation.Port;
        // Neutron writes no line for the servers' own ports.
        var isServer = port.DeviceOwner == "network:dhcp" || port.DhcpPorts.Any(p => p.PortId == port.PortId);
        if (isServer || port.Mac is not { } mac || DhcpNotServedCheck.IsOff(port))
            yield break;
        foreach (var host in situation.Evidence.Hosts)
        {
            if (host.Dhcp is not { NamespaceExists: true } server)
                continue;
            if (server.Hosts is null && server.Process is not null && situation.Failed(_probes))
                yield return CaseReading.Undecided(Cause, host.Name, CaseReading.Missing(host, "the host file of its dnsmasq"));
            if (Wrong(port, server) is not { } wrong)
                continue;
            var file = $"/var/lib/neutron/dhcp/{port.Network.Id}/host";
            yield return new Finding
            {
                Cause = Cause,
                Host = host.Name,
                Device = situation.DhcpDevice(host),
                At = situation.Reach(_probes, situation.DhcpPortsOn(host)),
                Breaks = _probes,
                Explains = [CauseCatalogue.DhcpServerHung],
                Evidence = [$"{host.Name}: {file} {wrong}; it should give {mac} the address {port.Address?.ToString() ?? "of its port"}"],
                Remedy = $"on {host.Name} run 'systemctl restart neutron-dhcp-agent', which writes the file anew",
            };
        }
    }
}
