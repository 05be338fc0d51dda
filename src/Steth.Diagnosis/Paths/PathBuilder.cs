using System.Net;
using Steth.Contracts.Operations;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Intent;

namespace Steth.Diagnosis.Paths;

/// <summary>
/// Builds the way of each probe through ML2/OVS with a centralised router: what it should pass, whether it is there or not. Works from the
/// intent and the nodes' static evidence alone, so that captures can be placed before anything is sent.
/// </summary>
public sealed class PathBuilder
{
    private static readonly string[] _tunnelTypes = ["vxlan", "gre", "geneve"];

    private readonly DiagnosisEvidence _evidence;

    /// <summary>Reads the evidence.</summary>
    public PathBuilder(DiagnosisEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        _evidence = evidence;
    }

    /// <summary>The ways of a probe: one a server for DHCP, else one. Never empty.</summary>
    public IReadOnlyList<ProbePath> Build(ProbeKind probe)
    {
        var port = _evidence.Port;
        return probe switch
        {
            ProbeKind.Dhcp => ToDhcp(probe),
            ProbeKind.ArpGateway or ProbeKind.EchoGateway => [ToGateway(probe, "the gateway")],
            ProbeKind.EchoInternet => [ToOutside(probe)],
            ProbeKind.EchoFloating => [FromOutside(probe)],
            ProbeKind.SynMetadata when MetadataOverDhcp => ToDhcp(probe),
            ProbeKind.SynMetadata => [ToGateway(probe, "the metadata proxy")],
            ProbeKind.ArpMetadata => ToDhcp(probe),
            ProbeKind.ArpPeer or ProbeKind.EchoPeer => [ToPeer(probe)],
            ProbeKind.EchoFromPeer => [FromPeer(probe)],
            ProbeKind.EchoLarge when _evidence.Peer is not null && _evidence.Peer.PortId != port.PortId => [ToPeer(probe)],
            _ => [ToGateway(probe, "the gateway")],
        };
    }

    /// <summary>The node the guest is on; null: none of those that answered.</summary>
    public static HostEvidence? HostOf(DiagnosisEvidence evidence, Guid? port)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        // During a migration two nodes have the port; the one on which it is wired is the one in use.
        var holders = evidence.Hosts
            .Where(h => h.Wiring(port) is { } wiring && wiring.Devices.Any(d => d.Kind != PortDeviceKind.Nic)).ToList();
        return holders.FirstOrDefault(h => h.Name == evidence.Port.BindingHost && port == evidence.Port.PortId)
            ?? holders.FirstOrDefault(h => h.Wiring(port)!.Devices.All(d => d.Problems.Count == 0))
            ?? holders.FirstOrDefault();
    }

    /// <summary>Metadata is served in the DHCP server's namespace: the network has no router, or its guests are told so.</summary>
    public bool MetadataOverDhcp => IsMetadataOverDhcp(_evidence);

    /// <summary>As <see cref="MetadataOverDhcp"/>, of any evidence.</summary>
    public static bool IsMetadataOverDhcp(DiagnosisEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        var servers = evidence.Port.DhcpPorts.SelectMany(p => p.Addresses).ToHashSet();
        return MetadataNextHop(evidence) is { } hop ? servers.Contains(hop) : evidence.Port.Router is null;
    }

    /// <summary>Where the DHCP server sends guests for 169.254.169.254 (option 121, RFC 3442); null: nowhere, or not known.</summary>
    public static IPAddress? MetadataNextHop(DiagnosisEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        foreach (var option in evidence.Hosts.SelectMany(h => h.Dhcp?.Options ?? []))
        {
            if (option.Option is not ("classless-static-route" or "option:classless-static-route" or "121"))
                continue;
            var parts = option.Value.Split(',', StringSplitOptions.TrimEntries);
            for (var i = 0; i + 1 < parts.Length; i += 2)
            {
                if (parts[i] == "169.254.169.254/32" && IPAddress.TryParse(parts[i + 1], out var hop))
                    return hop;
            }
        }
        return null;
    }

    private IReadOnlyList<ProbePath> ToDhcp(ProbeKind probe)
    {
        var what = probe == ProbeKind.Dhcp ? "the DHCP server" : "the metadata proxy";
        var servers = _evidence.Port.DhcpPorts.Where(p => HostOf(_evidence, p.PortId) is not null || p.Host is not null).ToList();
        if (servers.Count == 0)
        {
            return
            [
                new ProbePath(probe, GuestLeg(_evidence.Port, outwards: true), what)
                {
                    Gap = $"no node that answers has a DHCP server of the network{Missing()}",
                },
            ];
        }
        return [.. servers.Select(s => ToService(probe, s, HopKind.DhcpPort, $"{what} on {HostOf(_evidence, s.PortId)?.Name ?? s.Host}"))];
    }

    private ProbePath ToGateway(ProbeKind probe, string answerer) =>
        _evidence.Port.Router?.Interface is { } port
            ? ToService(
                probe, port, HopKind.RouterInterface, $"{answerer} on {HostOf(_evidence, port.PortId)?.Name ?? port.Host ?? "its node"}")
            : _evidence.Port.Subnet?.Gateway is { } gateway
            // A provider network's own gateway, or a router nobody told of: what is sent to it leaves the node all the same.
            ? new ProbePath(probe, [.. GuestLeg(_evidence.Port, outwards: true), .. Leaving(_evidence.Port.PortId)], answerer)
            {
                Gap = $"no router that is known here has the gateway {gateway}: behind the NIC nothing can be seen{Missing()}",
            }
            : new ProbePath(probe, GuestLeg(_evidence.Port, outwards: true), answerer)
            {
                Gap = $"no node that answers has a router of the network{Missing()}",
            };

    private ProbePath ToService(ProbeKind probe, ServicePortIntent service, HopKind kind, string answerer)
    {
        var guest = GuestLeg(_evidence.Port, outwards: true);
        if (HostOf(_evidence, service.PortId) is not { } host)
        {
            return new ProbePath(probe, [.. guest, .. Leaving(_evidence.Port.PortId)], answerer)
            {
                Gap = _evidence.Host(service.Host) is { Silent: { } silent } dead
                    ? $"{dead.Name} did not answer: {silent}"
                    : $"no node that answers has {kind switch { HopKind.DhcpPort => "the DHCP port", _ => "the router's port" }} "
                        + $"{service.PortId}{Missing()}",
            };
        }
        return new ProbePath(
            probe,
            [.. guest, .. Between(_evidence.Port.PortId, service.PortId), ServiceHop(host, service.PortId, kind, FrameDirection.In)],
            answerer);
    }

    private ProbePath ToOutside(ProbeKind probe)
    {
        var answerer = $"the external gateway {_evidence.Port.Router?.ExternalGateway}";
        var way = ToGateway(probe, answerer) with { Answerer = answerer };
        if (way.Gap is not null)
            return way;
        if (_evidence.Port.Router?.Gateway is not { } gateway || HostOf(_evidence, gateway.PortId) is not { } host)
            return way with { Gap = "the router has no port on an external network that a node knows" };
        return way with
        {
            Hops =
            [
                .. way.Hops,
                ServiceHop(host, gateway.PortId, HopKind.RouterGateway, FrameDirection.Out),
                .. IntegrationBridge(host, gateway.PortId),
                .. Leaving(gateway.PortId),
            ],
        };
    }

    private ProbePath FromOutside(ProbeKind probe)
    {
        const string Answerer = "the guest";
        var inside = _evidence.Port.Router?.Interface;
        if (_evidence.Port.Router?.Gateway is not { } gateway || HostOf(_evidence, gateway.PortId) is not { } host || inside is null)
            return new ProbePath(probe, [], Answerer) { Gap = $"no node that answers has the router's port outside{Missing()}" };
        IReadOnlyList<PathHop> outside =
        [
            .. Leaving(gateway.PortId).AsEnumerable().Reverse().Select(Reversed),
            .. IntegrationBridge(host, gateway.PortId),
            ServiceHop(host, gateway.PortId, HopKind.RouterGateway, FrameDirection.In),
        ];
        if (host.Wiring(inside.PortId) is null)
            return new ProbePath(probe, outside, Answerer) { Gap = $"{host.Name} lacks the router's port {inside.PortId}" };
        return new ProbePath(
            probe,
            [
                .. outside,
                ServiceHop(host, inside.PortId, HopKind.RouterInterface, FrameDirection.Out),
                .. IntegrationBridge(host, inside.PortId),
                .. Between(inside.PortId, _evidence.Port.PortId).SkipWhile(h => h.Kind == HopKind.IntegrationBridge && h.Host == host.Name),
                .. GuestLeg(_evidence.Port, outwards: false),
            ],
            Answerer);
    }

    private ProbePath ToPeer(ProbeKind probe)
    {
        const string Answerer = "the peer";
        var guest = GuestLeg(_evidence.Port, outwards: true);
        if (_evidence.Peer is not { } peer)
            return new ProbePath(probe, guest, Answerer) { Gap = "the peer is no port of this cloud" };
        if (HostOf(_evidence, peer.PortId) is not { } host)
            return new ProbePath(probe, [.. guest, .. Leaving(_evidence.Port.PortId)], Answerer)
            {
                Gap = $"no node that answers has the peer's port {peer.PortId}{Missing()}",
            };
        var peerLeg = host.Wiring(peer.PortId)!.Plug == PortPlug.Internal
            ? [ServiceHop(host, peer.PortId, HopKind.DhcpPort, FrameDirection.In)]
            : GuestLeg(peer, outwards: false);
        if (peer.Network.Id == _evidence.Port.Network.Id)
            return new ProbePath(probe, [.. guest, .. Between(_evidence.Port.PortId, peer.PortId), .. peerLeg], Answerer);
        if (_evidence.Port.Router is not { Interface: { } near } router
            || peer.Router?.Interface is not { } far || peer.Router.Id != router.Id)
            return new ProbePath(probe, guest, Answerer) { Gap = "the peer is on another network that shares no router with the port's" };
        var way = ToService(probe, near, HopKind.RouterInterface, Answerer);
        if (way.Gap is not null || HostOf(_evidence, far.PortId) is not { } routing)
            return way with { Gap = way.Gap ?? $"no node that answers has the router's port {far.PortId}" };
        return way with
        {
            Hops =
            [
                .. way.Hops,
                ServiceHop(routing, far.PortId, HopKind.RouterInterface, FrameDirection.Out),
                .. IntegrationBridge(routing, far.PortId),
                .. Between(far.PortId, peer.PortId).SkipWhile(h => h.Kind == HopKind.IntegrationBridge && h.Host == routing.Name),
                .. peerLeg,
            ],
        };
    }

    private ProbePath FromPeer(ProbeKind probe)
    {
        var way = ToPeer(probe);
        return way with { Hops = [.. way.Hops.Reverse().Select(Reversed)], Answerer = "the guest" };
    }

    /// <summary>The devices of a guest's plug and, outwards, the integration bridge behind them.</summary>
    private List<PathHop> GuestLeg(PortIntent port, bool outwards)
    {
        if (HostOf(_evidence, port.PortId) is not { } host)
            return [];
        var devices = host.Wiring(port.PortId)!.Devices.Where(d => d.Kind is not PortDeviceKind.Nic).Select(d => new PathHop
        {
            Host = host.Name,
            Device = d.Device,
            Kind = d.Kind switch
            {
                PortDeviceKind.Qbr => HopKind.Qbr,
                PortDeviceKind.Qvb => HopKind.Qvb,
                PortDeviceKind.Qvo => HopKind.Qvo,
                _ => HopKind.Tap,
            },
            Namespace = d.Namespace,
            PortId = port.PortId,
            Bridge = d.Bridge,
            RequestDirection = d.Kind switch
            {
                PortDeviceKind.Qbr => null,
                PortDeviceKind.Qvb => FrameDirection.Out,
                _ => FrameDirection.In,
            },
        }).ToList();
        return outwards ? devices : [.. devices.AsEnumerable().Reverse().Select(Reversed)];
    }

    /// <summary>From one port's integration bridge to another's, both included.</summary>
    private IReadOnlyList<PathHop> Between(Guid from, Guid to)
    {
        if (HostOf(_evidence, from) is not { } here || HostOf(_evidence, to) is not { } there)
            return [];
        if (here.Name == there.Name)
            return IntegrationBridge(here, from);
        return
        [
            .. IntegrationBridge(here, from),
            .. OffHost(here, from),
            .. OffHost(there, to).AsEnumerable().Reverse().Select(Reversed),
            .. IntegrationBridge(there, to),
        ];
    }

    private List<PathHop> Leaving(Guid port) =>
        HostOf(_evidence, port) is not { } host ? []
            : port == _evidence.Port.PortId ? [.. IntegrationBridge(host, port), .. OffHost(host, port)]
            : OffHost(host, port);

    /// <summary>The bridge and the NIC by which a port's network leaves a node.</summary>
    private static List<PathHop> OffHost(HostEvidence host, Guid port)
    {
        var wiring = host.Wiring(port)!;
        var nics = wiring.Devices.Where(d => d.Kind == PortDeviceKind.Nic).ToList();
        var hops = new List<PathHop>();
        var tunnelled = _tunnelTypes.Contains(wiring.NetworkType);
        var bridge = tunnelled ? TunnelBridge(host) : nics.FirstOrDefault()?.Bridge;
        if (bridge is not null)
            hops.Add(Bridge(host, bridge, tunnelled ? HopKind.TunnelBridge : HopKind.ProviderBridge));
        if (nics.Count > 0)
        {
            hops.Add(new PathHop
            {
                Host = host.Name,
                Device = nics[0].Device,
                Alternatives = [.. nics.Skip(1).Select(n => n.Device)],
                Kind = HopKind.Nic,
                Bridge = nics[0].Bridge,
                RequestDirection = FrameDirection.Out,
            });
        }
        return hops;
    }

    private static IReadOnlyList<PathHop> IntegrationBridge(HostEvidence host, Guid port) =>
        host.Wiring(port)?.Devices.LastOrDefault(d => d.Kind is PortDeviceKind.Qvo or PortDeviceKind.Tap or PortDeviceKind.Router)?.Bridge
            is { } bridge ? [Bridge(host, bridge, HopKind.IntegrationBridge)] : [];

    private static string? TunnelBridge(HostEvidence host) =>
        host.Ovs?.Bridges.FirstOrDefault(b => b.Ports.Any(p => p.Interfaces.Any(i => _tunnelTypes.Contains(i.Type))))?.Name
        ?? host.Ovs?.Bridges.FirstOrDefault(b => b.Name == "br-tun")?.Name;

    private static PathHop ServiceHop(HostEvidence host, Guid port, HopKind kind, FrameDirection direction)
    {
        var device = host.Wiring(port)!.Devices.First(d => d.Kind is not PortDeviceKind.Nic);
        return new PathHop
        {
            Host = host.Name,
            Device = device.Device,
            Kind = kind,
            Namespace = device.Namespace,
            PortId = port,
            Bridge = device.Bridge,
            RequestDirection = direction,
        };
    }

    private static PathHop Bridge(HostEvidence host, string name, HopKind kind) => new() { Host = host.Name, Device = name, Kind = kind };

    private static PathHop Reversed(PathHop hop) => hop with
    {
        RequestDirection = hop.RequestDirection switch
        {
            FrameDirection.In => FrameDirection.Out,
            FrameDirection.Out => FrameDirection.In,
            _ => null,
        },
    };

    private string Missing()
    {
        string[] silent = [.. _evidence.Hosts.Where(h => h.Silent is not null).Select(h => h.Name)];
        return silent.Length == 0 ? "" : $"; {string.Join(", ", silent)} did not answer";
    }
}
