using System.Net;
using System.Net.Sockets;
using Steth.Contracts.Operations;
using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Intent;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks;

/// <summary>
/// R2: in the router's namespace a port's device (qr-, qg-) is missing, down or lacks its address, forwarding is off, or there is no
/// default route though the router has an external gateway (neutron/agent/l3/router_info.py sets them all).
/// </summary>
public sealed class RouterNotConfiguredCheck : IDiagnosisCheck
{
    /// <inheritdoc/>
    public Cause Cause => CauseCatalogue.RouterNotConfigured;

    /// <inheritdoc/>
    public IEnumerable<Finding> Judge(DiagnosisCase situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        if (situation.Port.Router is not { } router || situation.RouterNamespaceName() is not { } name)
            yield break;
        if (situation.RouterNamespace() is not { } place)
        {
            var owner = situation.RouterHosts().FirstOrDefault(h => h.Silent is not null || h.NamespaceNames?.Contains(name) == true);
            if (owner is not null && situation.Failed(situation.RouterProbes()))
                yield return CaseReading.Undecided(Cause, owner.Name, CaseReading.Missing(owner, $"the state of {name}"));
            yield break;
        }
        var (host, inside) = place;
        var ports = new[] { (Port: router.Interface, Prefix: "qr-"), (Port: router.Gateway, Prefix: "qg-") };
        foreach (var (port, prefix) in ports)
        {
            if (port is null || inside.Interfaces is not { } devices || port.AdminUp == false)
                continue;
            var device = situation.RouterDevice(port, prefix);
            if (OfDevice(devices.FirstOrDefault(d => d.Name == device), port) is { } wrong)
            {
                yield return Found(situation, host, device, [port.PortId], $"in {name} {device} {wrong.Words}", Restart(host)) with
                {
                    Remedy = wrong.IsDown ? $"on {host.Name} run 'ip netns exec {name} ip link set {device} up'" : Restart(host),
                };
            }
        }
        Guid?[] both = [router.Interface?.PortId, router.Gateway?.PortId];
        if (inside.IpForward == false)
        {
            yield return Found(situation, host, name, both, $"net.ipv4.ip_forward is 0 in {name}; it should be 1",
                $"on {host.Name} run 'ip netns exec {name} sysctl -w net.ipv4.ip_forward=1'") with
            {
                Breaks =
                [
                    ProbeKind.EchoInternet, ProbeKind.EchoFloating, ProbeKind.EchoPeer, ProbeKind.EchoFromPeer,
                    .. situation.Evidence.Peer is null ? Array.Empty<ProbeKind>() : [ProbeKind.EchoLarge],
                ],
            };
        }
        // The nodes' records know the next hop by this very route.
        if (router.Gateway is { } outside
            && (router.ExternalGateway is { AddressFamily: AddressFamily.InterNetwork } || situation.Port.Source == IntentSource.Nodes)
            && inside.Routes is { } routes && !routes.Any(r => r is { Destination: "default" or "0.0.0.0/0", Kind: null }))
        {
            // What is tried is the external gateway itself, which is on link: it answers without the route that everything behind it needs.
            yield return Found(
                situation, host, situation.RouterDevice(outside, "qg-"), both, router.ExternalGateway is { } next
                    ? $"{name} has no default route; it should be via {next}"
                    : $"{name} has no default route; it should be via the external network's gateway",
                router.ExternalGateway is { } via
                    ? $"on {host.Name} run 'ip netns exec {name} ip route add default via {via} "
                        + $"dev {situation.RouterDevice(outside, "qg-")}'"
                    : Restart(host)) with
            {
                Breaks = [ProbeKind.EchoInternet],
                IsDecisive = true,
            };
        }
    }

    private Finding Found(
        DiagnosisCase situation, HostEvidence host, string device, IEnumerable<Guid?> ports, string words, string remedy) => new()
        {
            Cause = Cause,
            Host = host.Name,
            Device = device,
            At = [.. ports.SelectMany(situation.HopsOfPort)],
            Explains = [CauseCatalogue.ExternalGatewayDead, CauseCatalogue.FloatingIpUnanswered, CauseCatalogue.PortNotWired],
            Evidence = [$"{host.Name}: {words}"],
            Remedy = remedy,
        };

    private static (string Words, bool IsDown)? OfDevice(InterfaceFacts? device, ServicePortIntent port)
    {
        if (device is null)
            return ("is missing; it should be there with its addresses", false);
        if (!device.AdminUp)
            return ("is down; it should be up", true);
        IPAddress[] lacking =
        [
            .. port.Addresses.Where(
                a => a.AddressFamily == AddressFamily.InterNetwork && device.Addresses.All(d => !d.Address.Address.Equals(a))),
        ];
        return lacking.Length > 0 ? ($"lacks the address {string.Join(", ", lacking.AsEnumerable())} of its port", false) : null;
    }

    private static string Restart(HostEvidence host) =>
        $"on {host.Name} run 'systemctl restart neutron-l3-agent', which configures the router again";
}
