using Steth.Contracts.Operations;
using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Intent;
using Steth.Diagnosis.Paths;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks;

/// <summary>What several checks ask of a case.</summary>
internal static class CaseReading
{
    /// <summary>The diagnosed port and the peer's, with their nodes and wirings, as far as a node that answered has them.</summary>
    public static IEnumerable<(PortIntent Port, HostEvidence Host, PortWiringResult Wiring)> Guests(this DiagnosisCase situation) =>
        from port in new[] { situation.Port, situation.Evidence.Peer }.OfType<PortIntent>().DistinctBy(p => p.PortId)
        where situation.ServicePorts().All(s => s.PortId != port.PortId)
        let place = situation.Place(port.PortId)
        where place is not null
        select (port, place.Value.Host, place.Value.Wiring);

    /// <summary>Ports of the network's DHCP servers and of its router.</summary>
    public static IEnumerable<ServicePortIntent> ServicePorts(this DiagnosisCase situation) =>
        situation.Port.DhcpPorts
            .Concat(new[] { situation.Port.Router?.Interface, situation.Port.Router?.Gateway }.OfType<ServicePortIntent>());

    /// <summary>The hops that are devices of a port.</summary>
    public static IReadOnlyList<PathHop> HopsOfPort(this DiagnosisCase situation, Guid? port) =>
        port is null ? [] : [.. situation.Hops.Where(h => h.PortId == port)];

    /// <summary>
    /// Where a fault of a service shows in the exchanges with it: at its ports; where the way to them is not known, at the last place
    /// that is; where nothing was sent, at the first.
    /// </summary>
    public static IReadOnlyList<PathHop> Reach(
        this DiagnosisCase situation, IReadOnlyList<ProbeKind> probes, params IEnumerable<Guid?> ports)
    {
        var hops = ports.SelectMany(situation.HopsOfPort).ToList();
        foreach (var outcome in probes.Select(situation.Outcome).OfType<ProbeOutcome>().Where(o => o.Path.Hops.Count > 0))
        {
            if (outcome.Path.Gap is not null)
                hops.Add(outcome.Path.Hops[^1]);
            if (outcome.State == ProbeState.NotSent)
                hops.Add(outcome.Path.Hops[0]);
        }
        return [.. hops.DistinctBy(h => (h.Host, h.Device, h.Namespace))];
    }

    /// <summary>One of these exchanges was planned and not answered.</summary>
    public static bool Failed(this DiagnosisCase situation, params IEnumerable<ProbeKind> probes) =>
        probes.Any(p => situation.Outcome(p) is { State: not ProbeState.Answered });

    /// <summary>A node by the name Neutron calls it by, which may be its full host name; null: none of the configured.</summary>
    public static HostEvidence? HostCalled(this DiagnosisCase situation, string? name) =>
        string.IsNullOrEmpty(name) ? null
            : situation.Evidence.Host(name)
                ?? situation.Evidence.Hosts.FirstOrDefault(h => h.Hostname == name)
                ?? situation.Evidence.Hosts.FirstOrDefault(
                    h => h.Name == Short(name) || h.Hostname is { } own && Short(own) == Short(name));

    /// <summary>The node a service's port is on, or should be.</summary>
    public static HostEvidence? HostOf(this DiagnosisCase situation, ServicePortIntent port) =>
        situation.Place(port.PortId)?.Host ?? situation.HostCalled(port.Host);

    /// <summary>Nodes whose DHCP agents serve the network, or should.</summary>
    public static IReadOnlyList<HostEvidence> DhcpHosts(this DiagnosisCase situation) =>
    [
        .. (situation.Port.DhcpAgentHosts?.Select(situation.HostCalled) ?? []).Concat(situation.Port.DhcpPorts.Select(situation.HostOf))
            .OfType<HostEvidence>().DistinctBy(h => h.Name),
    ];

    /// <summary>The DHCP ports that are on a node, or should be.</summary>
    public static IEnumerable<Guid?> DhcpPortsOn(this DiagnosisCase situation, HostEvidence host) =>
        situation.Port.DhcpPorts.Where(p => situation.HostOf(p)?.Name == host.Name).Select(p => (Guid?)p.PortId);

    /// <summary>The device of the DHCP server on a node: its tap; the server's name where no tap is known.</summary>
    public static string DhcpDevice(this DiagnosisCase situation, HostEvidence host) =>
        situation.DhcpPortsOn(host).Select(host.Wiring).OfType<PortWiringResult>().SelectMany(w => w.Devices)
            .FirstOrDefault(d => d.Kind != PortDeviceKind.Nic)?.Device ?? host.Dhcp?.Device ?? "dnsmasq";

    /// <summary>The nodes that should have the router.</summary>
    public static IReadOnlyList<HostEvidence> RouterHosts(this DiagnosisCase situation)
    {
        if (situation.Port.Router is not { } router)
            return [];
        var ports = new[] { router.Interface, router.Gateway }.OfType<ServicePortIntent>();
        return
        [
            .. (router.Hosts?.Select(situation.HostCalled) ?? []).Concat(ports.Select(situation.HostOf)).OfType<HostEvidence>()
                .DistinctBy(h => h.Name),
        ];
    }

    /// <summary>The router's node that has its namespace, with what it told of the namespace; null: none that answered.</summary>
    public static (HostEvidence Host, NamespaceInspectResult Inside)? RouterNamespace(this DiagnosisCase situation)
    {
        var name = RouterNamespaceName(situation);
        foreach (var host in name is null ? [] : situation.RouterHosts().Concat(situation.Evidence.Hosts).DistinctBy(h => h.Name))
        {
            if (host.Namespace(name) is { } inside)
                return (host, inside);
        }
        return null;
    }

    /// <summary>Name of the router's namespace; null: not known.</summary>
    public static string? RouterNamespaceName(this DiagnosisCase situation) =>
        situation.Port.Router is not { } router ? null
            : router.Id is { } id ? $"qrouter-{id}"
            : situation.Place(router.Interface?.PortId)?.Wiring.Devices.FirstOrDefault(d => d.Kind != PortDeviceKind.Nic)?.Namespace;

    /// <summary>The hops that are the router's ports.</summary>
    public static IReadOnlyList<PathHop> RouterHops(this DiagnosisCase situation) =>
        situation.Port.Router is not { } router ? []
            : [.. new[] { router.Interface?.PortId, router.Gateway?.PortId }.SelectMany(situation.HopsOfPort)];

    /// <summary>The exchanges that need the router.</summary>
    public static IReadOnlyList<ProbeKind> RouterProbes(this DiagnosisCase situation)
    {
        var probes = new List<ProbeKind> { ProbeKind.ArpGateway, ProbeKind.EchoGateway, ProbeKind.EchoInternet, ProbeKind.EchoFloating };
        if (!PathBuilder.IsMetadataOverDhcp(situation.Evidence))
            probes.Add(ProbeKind.SynMetadata);
        if (situation.Evidence.Peer is not { } peer || peer.PortId == situation.Port.PortId)
            probes.Add(ProbeKind.EchoLarge);
        else if (peer.Network.Id != situation.Port.Network.Id)
            probes.AddRange([ProbeKind.EchoPeer, ProbeKind.EchoLarge, ProbeKind.EchoFromPeer]);
        return probes;
    }

    /// <summary>The device of a port of the router on its node: qr-, qg-.</summary>
    public static string RouterDevice(this DiagnosisCase situation, ServicePortIntent port, string prefix) =>
        situation.Place(port.PortId)?.Wiring.Devices.FirstOrDefault(d => d.Kind != PortDeviceKind.Nic)?.Device
        ?? prefix + port.PortId.ToString()[..11];

    /// <summary>A finding that says what is missing to decide.</summary>
    public static Finding Undecided(Cause cause, string host, string missing) =>
        new() { Cause = cause, State = CheckState.Unknown, Host = host, Evidence = [missing] };

    /// <summary>Why a node told nothing of what is needed, a sentence.</summary>
    public static string Missing(HostEvidence host, string what) =>
        host.Silent is { } silent ? $"{host.Name} did not answer ({silent}), so {what} is not known" : $"{host.Name} did not tell {what}";

    private static string Short(string name) => name.Split('.')[0];
}
