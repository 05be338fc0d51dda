using System.Net;
using System.Security.Cryptography;
using Steth.Contracts.Operations;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Intent;
using Steth.Diagnosis.Paths;
using Steth.Packets.Addresses;
using Steth.Packets.Filters;

namespace Steth.Controller.Diagnosing;

/// <summary>Which exchanges to try for the symptoms, each with its frame, or with why it cannot be tried.</summary>
internal sealed class ProbePlan
{
    private static readonly IPAddress _metadata = IPAddress.Parse("169.254.169.254");

    private readonly DiagnosisEvidence _evidence;
    private readonly IPAddress? _outside;
    private readonly uint _base = (uint)RandomNumberGenerator.GetInt32(1 << 24) << 8;

    private ProbePlan(DiagnosisEvidence evidence, IPAddress? outside)
    {
        _evidence = evidence;
        _outside = outside;
    }

    /// <summary>The exchanges in the order in which they are sent: an ARP request first, so that whoever answers knows the guest.</summary>
    public static IReadOnlyList<ProbeEvidence> Make(DiagnosisEvidence evidence, IPAddress? outside)
    {
        var plan = new ProbePlan(evidence, outside);
        return [.. evidence.Symptoms.SelectMany(SymptomProbes.Of).Distinct().Where(plan.IsWanted).Select(plan.Plan)];
    }

    /// <summary>The symptoms that can be looked for on a port, in their order; no-peer needs a peer.</summary>
    public static IReadOnlyList<Symptom> Applicable(PortIntent port, bool hasPeer)
    {
        var symptoms = new List<Symptom>();
        if (port.Subnets.Count == 0 || port.Subnets.Any(s => s.DhcpEnabled != false))
            symptoms.Add(Symptom.NoIp);
        if (port.Router is not null || port.Subnet?.Gateway is not null)
            symptoms.Add(Symptom.NoGateway);
        if (port.Router is { } router && (router.Gateway is not null || router.ExternalNetwork is not null))
            symptoms.Add(Symptom.NoInternet);
        if (port.FloatingIps.Count > 0)
            symptoms.Add(Symptom.NoFloatingIp);
        symptoms.Add(Symptom.NoMetadata);
        if (hasPeer)
            symptoms.Add(Symptom.NoPeer);
        if (hasPeer || port.Router is not null)
            symptoms.Add(Symptom.LargePackets);
        return symptoms;
    }

    /// <summary>One capture filter for all exchanges.</summary>
    public static string Filter(IEnumerable<ProbeEvidence> probes)
    {
        var exchanges = new List<string>();
        foreach (var frame in probes.Select(p => p.Frame).OfType<FrameSpec>())
        {
            exchanges.Add(frame.Kind switch
            {
                FrameKind.DhcpDiscover => TraceFilter.Dhcp(frame.Mark),
                FrameKind.ArpRequest => TraceFilter.Arp(frame.SourceIp!),
                FrameKind.TcpSyn => TraceFilter.Syn(frame.Mark),
                _ => TraceFilter.Echo(frame.Mark),
            });
        }
        return TraceFilter.Any([.. exchanges.Distinct()]);
    }

    private bool IsWanted(ProbeKind kind) => kind switch
    {
        ProbeKind.ArpMetadata => PathBuilder.IsMetadataOverDhcp(_evidence),
        // A gateway that is no router of the cloud is there when it answers ARP; its MAC is known to no one here.
        ProbeKind.EchoGateway => _evidence.Port.Router is not null,
        ProbeKind.ArpPeer => _evidence.Peer is { } peer && peer.Network.Id == _evidence.Port.Network.Id,
        // A service is no guest whose frames could be played, and does not ask guests anything.
        ProbeKind.EchoFromPeer => _evidence.Peer is { } other
            && PathBuilder.HostOf(_evidence, other.PortId)?.Wiring(other.PortId)?.Plug is PortPlug.Hybrid or PortPlug.Native,
        _ => true,
    };

    private ProbeEvidence Plan(ProbeKind kind)
    {
        var port = _evidence.Port;
        var (mac, ip) = (Mac(port), port.Address);
        if (mac is null)
            return NotRun(kind, "the port's MAC is not known: no Open vSwitch has it as attached-mac");
        if (kind == ProbeKind.Dhcp)
            return Run(kind, new FrameSpec { Kind = FrameKind.DhcpDiscover, Mark = MarkOf(kind), SourceMac = mac });
        if (ip is null)
            return NotRun(kind, "the port's IPv4 address is not known: no DHCP server's host file and no flow of its node has it");
        return kind switch
        {
            ProbeKind.ArpGateway => Arp(kind, mac.Value, ip, Gateway, "the network has no gateway"),
            ProbeKind.ArpPeer => Arp(kind, mac.Value, ip, _evidence.Peer?.Address, "the peer's address is not known"),
            ProbeKind.ArpMetadata => Arp(kind, mac.Value, ip, DhcpAddress, "no address of a DHCP server is known"),
            ProbeKind.EchoGateway => Echo(kind, mac.Value, ip, GatewayMac, Gateway, "the gateway"),
            ProbeKind.EchoInternet => Echo(kind, mac.Value, ip, GatewayMac, _outside ?? port.Router?.ExternalGateway, "the outside"),
            ProbeKind.EchoPeer => ToPeer(kind, mac.Value, ip, null),
            ProbeKind.EchoLarge => Large(mac.Value, ip),
            ProbeKind.EchoFromPeer => FromPeer(mac.Value, ip),
            ProbeKind.EchoFloating => Floating(),
            _ => Syn(mac.Value, ip),
        };
    }

    private IPAddress? Gateway => _evidence.Port.Router?.Interface is { Addresses: [var own, ..] } ? own : _evidence.Port.Subnet?.Gateway;

    private MacAddress? GatewayMac => Mac(_evidence.Port.Router?.Interface);

    private IPAddress? DhcpAddress =>
        PathBuilder.MetadataNextHop(_evidence) ?? _evidence.Port.DhcpPorts.SelectMany(p => p.Addresses).FirstOrDefault();

    private ProbeEvidence Large(MacAddress mac, IPAddress ip)
    {
        var mtu = _evidence.Port.Network.Mtu ?? TapMtu;
        // A router between two networks takes no more than the smaller of them (RFC 1191 is not what is tried here).
        if (_evidence.Peer?.Network.Mtu is { } far && far < mtu)
            mtu = far;
        if (mtu is not { } length)
            return NotRun(ProbeKind.EchoLarge, "the network's MTU is not known");
        return _evidence.Peer is not null
            ? ToPeer(ProbeKind.EchoLarge, mac, ip, length)
            : Echo(ProbeKind.EchoLarge, mac, ip, GatewayMac, Gateway, "the gateway", length);
    }

    private int? TapMtu
    {
        get
        {
            var host = PathBuilder.HostOf(_evidence, _evidence.Port.PortId);
            var tap = host?.Wiring(_evidence.Port.PortId)?.Devices.FirstOrDefault(d => d.Kind == PortDeviceKind.Tap)?.Device;
            return host?.Interfaces?.FirstOrDefault(i => i.Name == tap)?.Mtu;
        }
    }

    private ProbeEvidence ToPeer(ProbeKind kind, MacAddress mac, IPAddress ip, int? length)
    {
        if (_evidence.Peer is not { } peer)
            return NotRun(kind, "the peer is no port of this cloud; no-internet tries to reach its address");
        var near = peer.Network.Id == _evidence.Port.Network.Id;
        return Echo(kind, mac, ip, near ? Mac(peer) : GatewayMac, peer.Address, near ? "the peer" : "the gateway", length);
    }

    private ProbeEvidence FromPeer(MacAddress mac, IPAddress ip)
    {
        if (_evidence.Peer is not { Address: { } from } peer || Mac(peer) is not { } source)
            return NotRun(ProbeKind.EchoFromPeer, "the peer's MAC or address is not known");
        var near = peer.Network.Id == _evidence.Port.Network.Id;
        return Echo(ProbeKind.EchoFromPeer, source, from, near ? mac : Mac(peer.Router?.Interface), ip, near ? "the port" : "the gateway");
    }

    private ProbeEvidence Floating()
    {
        var port = _evidence.Port;
        var floating = port.FloatingIps.FirstOrDefault(f => f.FixedIp.Equals(port.Address));
        if (floating is null)
            return NotRun(ProbeKind.EchoFloating, "the port has no floating IP");
        if (port.Router?.Gateway is not { } gateway || Mac(gateway) is not { } to)
            return NotRun(ProbeKind.EchoFloating, "the router's port outside is not known");
        if (port.Router.ExternalGateway is not { } from)
            return NotRun(ProbeKind.EchoFloating, "the external gateway is not known");
        var external = port.Router.ExternalNetwork;
        return Run(ProbeKind.EchoFloating, new FrameSpec
        {
            Kind = FrameKind.IcmpEcho,
            Mark = MarkOf(ProbeKind.EchoFloating),
            SourceMac = OutsideMac(from),
            DestinationMac = to,
            SourceIp = from,
            TargetIp = floating.Address,
            VlanId = external?.Type == "vlan" && external.SegmentationId is { } id && VlanId.IsValid(id) ? new VlanId(id) : null,
        });
    }

    // The gateway's own MAC keeps every learned table as it is; where nobody has resolved it, a locally administered one hurts nobody.
    private MacAddress OutsideMac(IPAddress gateway)
    {
        var known = _evidence.Hosts.SelectMany(h => h.Namespaces).SelectMany(n => n.Neighbours ?? [])
            .FirstOrDefault(n => n.Address.Equals(gateway) && n.Mac is not null)?.Mac;
        return known ?? MacAddress.Parse("02:00:5e:00:53:01", null);
    }

    private ProbeEvidence Syn(MacAddress mac, IPAddress ip)
    {
        var overDhcp = PathBuilder.IsMetadataOverDhcp(_evidence);
        var server = _evidence.Port.DhcpPorts.FirstOrDefault(p => DhcpAddress is { } a && p.Addresses.Contains(a))
            ?? (_evidence.Port.DhcpPorts is [var first, ..] ? first : null);
        if ((overDhcp ? Mac(server) : GatewayMac) is not { } to)
            return NotRun(ProbeKind.SynMetadata, $"the MAC of {(overDhcp ? "the DHCP server" : "the gateway")} is not known");
        return Run(ProbeKind.SynMetadata, new FrameSpec
        {
            Kind = FrameKind.TcpSyn,
            Mark = MarkOf(ProbeKind.SynMetadata),
            SourceMac = mac,
            DestinationMac = to,
            SourceIp = ip,
            TargetIp = _metadata,
            SourcePort = RandomNumberGenerator.GetInt32(61000, 65536),
            TargetPort = 80,
        });
    }

    private ProbeEvidence Arp(ProbeKind kind, MacAddress mac, IPAddress ip, IPAddress? target, string otherwise) =>
        target is null
            ? NotRun(kind, otherwise)
            : Run(kind, new FrameSpec
            {
                Kind = FrameKind.ArpRequest,
                Mark = MarkOf(kind),
                SourceMac = mac,
                SourceIp = ip,
                TargetIp = target,
            });

    private ProbeEvidence Echo(
        ProbeKind kind, MacAddress mac, IPAddress ip, MacAddress? to, IPAddress? target, string whom, int? length = null)
    {
        if (target is null)
            return NotRun(kind, $"the address of {whom} is not known");
        if (to is null)
            return NotRun(kind, $"the MAC of {(kind == ProbeKind.EchoInternet ? "the gateway" : whom)} is not known");
        return Run(kind, new FrameSpec
        {
            Kind = FrameKind.IcmpEcho,
            Mark = MarkOf(kind),
            SourceMac = mac,
            DestinationMac = to,
            SourceIp = ip,
            TargetIp = target,
            IpLength = length,
            DontFragment = length is not null,
        });
    }

    private uint MarkOf(ProbeKind kind) => _base | (uint)kind + 1;

    private MacAddress? Mac(PortIntent port) =>
        port.Mac ?? PathBuilder.HostOf(_evidence, port.PortId)?.Wiring(port.PortId)?.Mac;

    private MacAddress? Mac(ServicePortIntent? port)
    {
        if (port is null || port.Mac is not null)
            return port?.Mac;
        return PathBuilder.HostOf(_evidence, port.PortId)?.Wiring(port.PortId)?.Mac;
    }

    private static ProbeEvidence Run(ProbeKind kind, FrameSpec frame) => new() { Kind = kind, Frame = frame };

    private static ProbeEvidence NotRun(ProbeKind kind, string reason) => new() { Kind = kind, NotRun = reason };
}
