using System.Net.Sockets;
using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Intent;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks;

/// <summary>
/// P3: by Neutron's own word nobody serves the port by DHCP: enable_dhcp of its IPv4 subnet is off, or no DHCP agent hosts its network
/// (Neutron API: subnets, and the dhcp-agents of a network).
/// </summary>
public sealed class DhcpNotServedCheck : IDiagnosisCheck
{
    private static readonly ProbeKind[] _probes = [ProbeKind.Dhcp];

    /// <inheritdoc/>
    public Cause Cause => CauseCatalogue.DhcpNotServed;

    /// <summary>Every IPv4 subnet the port may have an address of has DHCP off.</summary>
    internal static bool IsOff(PortIntent port)
    {
        var own = Subnets(port);
        return own.Count > 0 && own.All(s => s.DhcpEnabled == false);
    }

    /// <inheritdoc/>
    public IEnumerable<Finding> Judge(DiagnosisCase situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        var port = situation.Port;
        var network = port.Network.Name ?? port.Network.Id?.ToString() ?? "the port's network";
        var (evidence, remedy) = IsOff(port)
            ? ($"Neutron: enable_dhcp is off on {string.Join(", ", Subnets(port).Select(s => s.Range))} of network {network}; "
                    + "it should be on",
                $"run 'openstack subnet set --dhcp {Subnets(port)[0].Id?.ToString() ?? "SUBNET"}'")
            : port is { Source: IntentSource.Neutron, DhcpAgentHosts.Count: 0 } && Subnets(port).Any(s => s.DhcpEnabled == true)
                ? ($"Neutron: no DHCP agent hosts network {network}; one should",
                    $"run 'openstack network agent add network --dhcp AGENT {port.Network.Id?.ToString() ?? network}'")
                : (null, null);
        if (evidence is null)
            yield break;
        yield return new Finding
        {
            Cause = Cause,
            At = situation.Reach(_probes, port.DhcpPorts.Select(p => (Guid?)p.PortId)),
            Breaks = _probes,
            Explains = [CauseCatalogue.DhcpServerMissing, CauseCatalogue.DhcpHostMissing, CauseCatalogue.DhcpServerHung],
            Evidence = [evidence],
            Remedy = remedy,
        };
    }

    private static List<SubnetIntent> Subnets(PortIntent port)
    {
        var ranges = port.Subnets.Where(s => s.Range.BaseAddress.AddressFamily == AddressFamily.InterNetwork).ToList();
        return port.FixedIps.Count == 0 ? ranges : [.. ranges.Where(s => port.FixedIps.Any(s.Range.Contains))];
    }
}
