using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks;

/// <summary>
/// R4: the router's qg- lacks the floating IP as an address (/32), so nobody answers ARP for it outside (RFC 826;
/// neutron/agent/l3/router_info.py adds it).
/// </summary>
public sealed class FloatingIpUnansweredCheck : IDiagnosisCheck
{
    private static readonly ProbeKind[] _probes = [ProbeKind.EchoFloating];

    /// <inheritdoc/>
    public Cause Cause => CauseCatalogue.FloatingIpUnanswered;

    /// <inheritdoc/>
    public IEnumerable<Finding> Judge(DiagnosisCase situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        if (situation.Port.Router is not { Gateway: { } gateway } router || situation.RouterNamespace() is not { } place)
            yield break;
        var qg = situation.RouterDevice(gateway, "qg-");
        if (place.Inside.Interfaces?.FirstOrDefault(d => d.Name == qg) is not { } device)
            yield break;
        foreach (var ip in situation.Port.FloatingIps.Where(f => f.RouterId is null || router.Id is null || f.RouterId == router.Id))
        {
            if (device.Addresses.Any(a => a.Address.Address.Equals(ip.Address)))
                continue;
            yield return new Finding
            {
                Cause = Cause,
                Host = place.Host.Name,
                Device = qg,
                At = situation.Reach(_probes, gateway.PortId),
                Breaks = _probes,
                // The probe is addressed to qg- itself; everybody else has to ask for the address first.
                IsDecisive = true,
                Evidence = [$"{place.Host.Name}: {qg} in {place.Inside.Namespace} lacks the address {ip.Address}/32 of the floating IP"],
                Remedy = $"on {place.Host.Name} run 'systemctl restart neutron-l3-agent', which sets the floating IPs again",
            };
        }
    }
}
