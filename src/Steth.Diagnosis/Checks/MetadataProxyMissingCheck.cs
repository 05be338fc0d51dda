using Steth.Contracts.Operations;
using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Paths;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks;

/// <summary>
/// M1: nobody takes the guest's metadata requests: haproxy does not listen in the router's namespace (port 9697) or the DHCP server's (port
/// 80), is stopped, or the router does not redirect 169.254.169.254:80 to it (neutron/agent/metadata/driver.py, neutron/agent/l3/agent.py).
/// </summary>
public sealed class MetadataProxyMissingCheck : IDiagnosisCheck
{
    private const int ProxyPort = 9697;
    private const int HttpPort = 80;
    private const string Address = "169.254.169.254";
    private static readonly ProbeKind[] _probes = [ProbeKind.SynMetadata];

    /// <inheritdoc/>
    public Cause Cause => CauseCatalogue.MetadataProxyMissing;

    /// <inheritdoc/>
    public IEnumerable<Finding> Judge(DiagnosisCase situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        if (situation.Probe(ProbeKind.SynMetadata) is not { } probe)
            yield break;
        var accepted = probe.Sightings.Any(s => !s.IsRequest && s.Message == "SYN-ACK");
        foreach (var (host, inside, ports, agent, listen) in Places(situation))
        {
            var proxies = inside.Processes?.Where(p => p.Name == "haproxy" && p.State != "Z").ToList();
            // The kernel accepts connections for a stopped program too.
            if (proxies is [{ State: "T" or "t" } stopped])
            {
                yield return Found(situation, host, inside, "haproxy", ports, agent,
                    $"haproxy of {inside.Namespace} is stopped (state {stopped.State}); it should run");
                continue;
            }
            if (accepted)
                continue;
            if (inside.Listeners is { } listeners ? !listeners.Any(l => l.Protocol == "tcp" && l.Port == listen) : proxies is { Count: 0 })
            {
                yield return Found(situation, host, inside, "haproxy", ports, agent, proxies is { Count: > 0 }
                    ? $"haproxy runs in {inside.Namespace} and does not listen on port {listen}; it should"
                    : $"no haproxy listens on port {listen} in {inside.Namespace}; one should");
            }
            else if (inside.Listeners is null && proxies is null && situation.Failed(_probes))
            {
                yield return CaseReading.Undecided(Cause, host.Name, CaseReading.Missing(host, $"what listens in {inside.Namespace}"));
            }
            if (listen == ProxyPort && inside.Rules is { } rules && !rules.From("nat", "PREROUTING").Any(IsRedirect))
            {
                yield return Found(situation, host, inside, inside.Namespace!, ports, agent,
                    $"the nat table of {inside.Namespace} does not redirect {Address}:80; it should be "
                        + $"'-d {Address}/32 -i qr-+ -p tcp -m tcp --dport 80 -j REDIRECT --to-ports {ProxyPort}'");
            }
        }
    }

    private static bool IsRedirect(FilterRule rule) =>
        rule.Target() == "REDIRECT" && rule.Option("-d") is Address + "/32" or Address && rule.Option("--to-ports") == "9697";

    private static IEnumerable<(HostEvidence Host, NamespaceInspectResult Inside, IEnumerable<Guid?> Ports, string Agent, int Port)> Places(
        DiagnosisCase situation)
    {
        if (!PathBuilder.IsMetadataOverDhcp(situation.Evidence))
        {
            if (situation.RouterNamespace() is { } router)
                yield return (router.Host, router.Inside, [situation.Port.Router!.Interface?.PortId], "neutron-l3-agent", ProxyPort);
            yield break;
        }
        // Guests that are told no way to it are not missing the proxy.
        if (PathBuilder.MetadataNextHop(situation.Evidence) is not { } hop)
            yield break;
        foreach (var port in situation.Port.DhcpPorts.Where(p => p.Addresses.Contains(hop)))
        {
            if (situation.HostOf(port) is { } host && host.Namespace($"qdhcp-{situation.Port.Network.Id}") is { } inside)
                yield return (host, inside, [port.PortId], "neutron-dhcp-agent", HttpPort);
        }
    }

    private Finding Found(
        DiagnosisCase situation, HostEvidence host, NamespaceInspectResult inside, string device, IEnumerable<Guid?> ports, string agent,
        string words) => new()
        {
            Cause = Cause,
            Host = host.Name,
            Device = inside.Namespace,
            At = situation.Reach(_probes, ports),
            Breaks = _probes,
            // A refused connection is an answer too.
            IsDecisive = true,
            Evidence = [$"{host.Name}: {words}"],
            Remedy = $"on {host.Name} {(device == "haproxy" ? $"end what is left of haproxy in {inside.Namespace} and " : "")}"
                + $"run 'systemctl restart {agent}', which starts the proxy again",
        };
}
