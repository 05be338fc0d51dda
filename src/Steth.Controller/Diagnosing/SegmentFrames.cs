using System.Net;
using Steth.Contracts.Operations;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Intent;
using Steth.Diagnosis.Paths;
using Steth.Packets.Addresses;

namespace Steth.Controller.Diagnosing;

/// <summary>A probe's frame as it is on each network of its way: a router gives it other MACs, and translates addresses.</summary>
internal sealed class SegmentFrames(DiagnosisEvidence evidence)
{
    /// <summary>The request as it crosses a hop; as it was sent where nothing changes it.</summary>
    public FrameSpec Request(ProbeEvidence probe, ProbePath way, PathHop hop)
    {
        var sent = probe.Frame!;
        if (!IsBehindRouter(way, hop))
            return sent;
        var port = evidence.Port;
        return probe.Kind switch
        {
            ProbeKind.EchoInternet => sent with
            {
                SourceMac = MacOf(port.Router?.Gateway),
                SourceIp = port.FloatingIps.FirstOrDefault(f => f.FixedIp.Equals(sent.SourceIp))?.Address
                    ?? (port.Router?.Gateway is { Addresses: [var own, ..] } ? own : sent.SourceIp),
                DestinationMac = NeighbourMac(sent.TargetIp) ?? NeighbourMac(port.Router?.ExternalGateway),
            },
            ProbeKind.EchoFloating => sent with
            {
                SourceMac = MacOf(port.Router?.Interface),
                DestinationMac = port.Mac,
                TargetIp = port.FloatingIps.FirstOrDefault(f => f.Address.Equals(sent.TargetIp))?.FixedIp ?? sent.TargetIp,
                VlanId = null,
            },
            ProbeKind.EchoFromPeer => sent with { SourceMac = MacOf(port.Router?.Interface), DestinationMac = port.Mac },
            _ => sent with { SourceMac = MacOf(evidence.Peer?.Router?.Interface), DestinationMac = evidence.Peer?.Mac },
        };
    }

    /// <summary>Who answers the request on a network, as the answer's source shows; null: not known.</summary>
    public (MacAddress Mac, IPAddress Ip)? Answerer(ProbeEvidence probe, ProbePath way, PathHop hop)
    {
        var request = Request(probe, way, hop);
        var port = evidence.Port;
        var service = way.Hops.LastOrDefault(h => h.Kind is HopKind.DhcpPort)?.PortId is { } id
            ? port.DhcpPorts.FirstOrDefault(p => p.PortId == id) : null;
        var mac = probe.Kind switch
        {
            ProbeKind.Dhcp or ProbeKind.ArpMetadata => MacOf(service),
            ProbeKind.ArpGateway => MacOf(port.Router?.Interface),
            ProbeKind.ArpPeer => evidence.Peer?.Mac,
            _ => request.DestinationMac,
        };
        var served = service is { Addresses: [var own, ..] } ? own : null;
        var ip = probe.Kind == ProbeKind.Dhcp ? served : request.TargetIp;
        return mac is { } m && ip is not null ? (m, ip) : null;
    }

    /// <summary>The network a hop is on.</summary>
    public NetworkIntent Network(ProbeEvidence probe, ProbePath way, PathHop hop)
    {
        var behind = IsBehindRouter(way, hop);
        var own = evidence.Port.Network;
        var routed = way.Hops.Count(h => h.Kind == HopKind.RouterInterface) > 1;
        return probe.Kind switch
        {
            ProbeKind.EchoInternet => behind ? evidence.Port.Router?.ExternalNetwork ?? own : own,
            ProbeKind.EchoFloating => behind ? own : evidence.Port.Router?.ExternalNetwork ?? own,
            ProbeKind.EchoPeer or ProbeKind.EchoLarge => behind ? evidence.Peer?.Network ?? own : own,
            ProbeKind.EchoFromPeer => routed && !behind ? evidence.Peer?.Network ?? own : own,
            _ => own,
        };
    }

    // The boundary lies between two of one router's devices that follow each other.
    private static bool IsBehindRouter(ProbePath way, PathHop hop)
    {
        var boundary = -1;
        for (var i = 0; i + 1 < way.Hops.Count; i++)
        {
            if (IsRouter(way.Hops[i]) && IsRouter(way.Hops[i + 1]) && way.Hops[i].Host == way.Hops[i + 1].Host)
                boundary = i;
        }
        return boundary >= 0 && way.Hops.ToList().LastIndexOf(hop) > boundary;
    }

    private static bool IsRouter(PathHop hop) => hop.Kind is HopKind.RouterInterface or HopKind.RouterGateway;

    private MacAddress? MacOf(ServicePortIntent? port) =>
        port?.Mac ?? (port is null ? null : PathBuilder.HostOf(evidence, port.PortId)?.Wiring(port.PortId)?.Mac);

    private MacAddress? NeighbourMac(IPAddress? address) => evidence.Hosts.SelectMany(h => h.Namespaces)
        .SelectMany(n => n.Neighbours ?? []).FirstOrDefault(n => n.Address.Equals(address) && n.Mac is not null)?.Mac;
}
