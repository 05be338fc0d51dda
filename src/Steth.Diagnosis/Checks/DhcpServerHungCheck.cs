using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Checks.Filters;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Paths;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks;

/// <summary>
/// D4: the network's dnsmasq is there and knows the port, and does not answer: it is stopped (state T, proc(5)), or the DISCOVER was seen
/// at its tap and no OFFER left, and no packet filter is, or may be, between them.
/// </summary>
public sealed class DhcpServerHungCheck : IDiagnosisCheck
{
    private static readonly ProbeKind[] _probes = [ProbeKind.Dhcp];
    private static readonly DhcpFilterDropCheck _filter = new();

    /// <inheritdoc/>
    public Cause Cause => CauseCatalogue.DhcpServerHung;

    /// <inheritdoc/>
    public IEnumerable<Finding> Judge(DiagnosisCase situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        var unanswered = situation.Outcome(ProbeKind.Dhcp) is { State: ProbeState.Unanswered } outcome ? outcome.Leg[^1] : null;
        foreach (var host in situation.Evidence.Hosts)
        {
            if (host.Dhcp is not { NamespaceExists: true, Process: { } process } server || process.State == "Z"
                || DhcpNotServedCheck.IsOff(situation.Port) || DhcpHostMissingCheck.Wrong(situation.Port, server) is not null)
                continue;
            var stopped = process.State is "T" or "t";
            var silent = unanswered is { Kind: HopKind.DhcpPort } hop && hop.Host == host.Name
                && !_filter.Judge(situation).Any(f => f.Host == host.Name
                    && (f.State == CheckState.Unknown || f.Breaks.Contains(ProbeKind.Dhcp)));
            if (!stopped && !silent)
                continue;
            var network = situation.Port.Network.Id;
            string[] evidence =
            [
                .. stopped ? [$"{host.Name}: the dnsmasq of network {network} is stopped (state {process.State}); it should run"]
                    : Array.Empty<string>(),
                .. silent ? [$"{host.Name}: the DISCOVER reached {unanswered!.Device} in {unanswered.Namespace}, and no OFFER left there"]
                    : Array.Empty<string>(),
                .. silent && !stopped
                    ? [$"{host.Name}: dnsmasq runs (state {process.State})"
                        + $"{(server.Hosts is null ? "" : " and its host file has the port")}; it should have answered"]
                    : Array.Empty<string>(),
            ];
            yield return new Finding
            {
                Cause = Cause,
                Host = host.Name,
                Device = situation.DhcpDevice(host),
                At = [.. situation.DhcpPortsOn(host).SelectMany(situation.HopsOfPort)],
                Breaks = _probes,
                IsObserved = silent,
                Evidence = evidence,
                Remedy = $"on {host.Name} run 'kill -9 $(cat /var/lib/neutron/dhcp/{network}/pid)' "
                    + "and 'systemctl restart neutron-dhcp-agent'",
            };
        }
    }
}
