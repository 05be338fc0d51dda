using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;

namespace Steth.Controller.Diagnosing;

/// <summary>
/// Writes a probe's frame, or the answer it should get, as the flow <see cref="OvsTraceParams.Flow"/> takes (ovs-fields(7)). Fields stand
/// behind those they depend on, as Open vSwitch wants them.
/// </summary>
public static class TraceFlow
{
    /// <summary>Conntrack states of an answer, enough for every lookup of a way (<see cref="OvsTraceParams.CtNext"/>).</summary>
    public static IReadOnlyList<string> AnswerStates { get; } = ["trk,est,rpl", "trk,est,rpl", "trk,est,rpl", "trk,est,rpl"];

    /// <summary>The probe's own frame.</summary>
    /// <param name="frame">The frame, with its source MAC.</param>
    /// <param name="inPort">The port of the bridge it enters by.</param>
    /// <param name="vlan">The tag it has there; null: none.</param>
    /// <param name="tunnel">The tunnel it comes out of; null: none.</param>
    public static string Request(FrameSpec frame, string inPort, int? vlan, TunnelEntry? tunnel)
    {
        ArgumentNullException.ThrowIfNull(frame);
        var (from, to) = (frame.SourceMac ?? default, frame.DestinationMac ?? MacAddress.Broadcast);
        var source = frame.SourceIp ?? IPAddress.Any;
        var entry = Entry(inPort, vlan, tunnel, from, to);
        return frame.Kind switch
        {
            FrameKind.DhcpDiscover => Udp(entry, source, frame.TargetIp ?? IPAddress.Broadcast, 68, 67),
            FrameKind.ArpRequest => Arp(entry, 1, (from, source), (default, frame.TargetIp ?? IPAddress.Any)),
            FrameKind.IcmpEcho => Icmp(entry, source, frame.TargetIp ?? IPAddress.Any, 8),
            FrameKind.TcpSyn => Tcp(entry, source, frame.TargetIp ?? IPAddress.Any, frame.SourcePort ?? 0, frame.TargetPort ?? 0,
                flags: 0x002),
            _ => $"{entry},dl_type=0x88b5",
        };
    }

    /// <summary>The answer the frame should get: OFFER, ARP reply, echo reply, SYN-ACK.</summary>
    /// <param name="frame">The frame, with its source MAC and, but for a DISCOVER, its source IP.</param>
    /// <param name="answererMac">Whose MAC it comes from on this leg.</param>
    /// <param name="answererIp">Whose address it comes from on this leg.</param>
    /// <param name="inPort">The port of the bridge it enters by.</param>
    /// <param name="vlan">The tag it has there; null: none.</param>
    /// <param name="tunnel">The tunnel it comes out of; null: none.</param>
    /// <param name="offered">The address a DISCOVER is offered, to which the OFFER goes; null: it is broadcast.</param>
    public static string Answer(
        FrameSpec frame,
        MacAddress answererMac,
        IPAddress answererIp,
        string inPort,
        int? vlan = null,
        TunnelEntry? tunnel = null,
        IPAddress? offered = null)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(answererIp);
        var isBroadcast = frame.Kind == FrameKind.DhcpDiscover && offered is null;
        var guest = frame.SourceMac ?? default;
        var entry = Entry(inPort, vlan, tunnel, answererMac, isBroadcast ? MacAddress.Broadcast : guest);
        var target = frame.SourceIp ?? IPAddress.Any;
        return frame.Kind switch
        {
            FrameKind.DhcpDiscover => Udp(entry, answererIp, offered ?? IPAddress.Broadcast, 67, 68),
            FrameKind.ArpRequest => Arp(entry, 2, (answererMac, answererIp), (guest, target)),
            FrameKind.IcmpEcho => Icmp(entry, answererIp, target, 0),
            FrameKind.TcpSyn => Tcp(entry, answererIp, target, frame.TargetPort ?? 0, frame.SourcePort ?? 0, flags: 0x012),
            _ => $"{entry},dl_type=0x88b5",
        };
    }

    private static string Entry(string inPort, int? vlan, TunnelEntry? tunnel, MacAddress from, MacAddress to)
    {
        var text = $"in_port={inPort}";
        if (tunnel is not null)
        {
            var family = tunnel.Source.AddressFamily == AddressFamily.InterNetworkV6 ? "tun_ipv6_" : "tun_";
            text += string.Create(
                CultureInfo.InvariantCulture, $",tun_id=0x{tunnel.Key:x},{family}src={tunnel.Source},{family}dst={tunnel.Destination}");
        }
        if (vlan is { } tag)
            text += string.Create(CultureInfo.InvariantCulture, $",dl_vlan={tag}");
        return $"{text},dl_src={from},dl_dst={to}";
    }

    private static string Arp(string entry, int operation, (MacAddress Mac, IPAddress Ip) sender, (MacAddress Mac, IPAddress Ip) target) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{entry},arp,arp_op={operation},arp_spa={sender.Ip},arp_tpa={target.Ip},arp_sha={sender.Mac},arp_tha={target.Mac}");

    private static string Udp(string entry, IPAddress from, IPAddress to, int sourcePort, int targetPort) =>
        string.Create(CultureInfo.InvariantCulture, $"{Ip(entry, "udp", from, to)},udp_src={sourcePort},udp_dst={targetPort}");

    private static string Icmp(string entry, IPAddress from, IPAddress to, int type) =>
        string.Create(CultureInfo.InvariantCulture, $"{Ip(entry, "icmp", from, to)},icmp_type={type},icmp_code=0");

    private static string Tcp(string entry, IPAddress from, IPAddress to, int sourcePort, int targetPort, int flags) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Ip(entry, "tcp", from, to)},tcp_src={sourcePort},tcp_dst={targetPort},tcp_flags=0x{flags:x3}");

    // A packet that nobody's hands have touched has a time to live; without one a router's flows would drop it.
    private static string Ip(string entry, string protocol, IPAddress from, IPAddress to) =>
        $"{entry},{protocol},nw_src={from},nw_dst={to},nw_ttl=64";
}
