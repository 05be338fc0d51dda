using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Steth.Packets.Arp;
using Steth.Packets.Dhcp;
using Steth.Packets.Ethernet;
using Steth.Packets.Icmp;
using Steth.Packets.Ip;
using Steth.Packets.Tcp;

namespace Steth.Packets.Decoding;

/// <summary>Writes a decoded frame as one line.</summary>
internal static class FrameSummary
{
    private static readonly (TcpFlags Flag, string Name)[] FlagNames =
    [
        (TcpFlags.Syn, "SYN"), (TcpFlags.Fin, "FIN"), (TcpFlags.Rst, "RST"), (TcpFlags.Psh, "PSH"),
        (TcpFlags.Ack, "ACK"), (TcpFlags.Urg, "URG"), (TcpFlags.Ece, "ECE"), (TcpFlags.Cwr, "CWR"),
    ];

    public static string Of(DecodedFrame frame)
    {
        if (frame.Type is not { } type)
            return Invariant($"cut frame, {frame.Length} bytes");
        var line = new StringBuilder(96);
        foreach (var tag in frame.VlanTags)
            line.Append(tag.Protocol == EtherType.ServiceVlan ? "svlan " : "vlan ").Append(tag.Id).Append(' ');
        return line.Append(Body(frame, type)).ToString();
    }

    private static string Body(DecodedFrame frame, EtherType type) => frame switch
    {
        { Vxlan: { } vxlan } => Invariant($"vxlan {vxlan.Vni} / {Of(vxlan.Inner)}"),
        { Dhcp: { } dhcp } => Dhcp(dhcp),
        { Arp: { } arp } => Arp(arp),
        { Icmp: { } icmp } => Icmp(frame, icmp),
        { Tcp: { } tcp } => $"TCP {Ends(frame, tcp.SourcePort, tcp.DestinationPort)} [{Flags(tcp.Flags)}]",
        { Udp: { } udp } => Invariant($"UDP {Ends(frame, udp.SourcePort, udp.DestinationPort)} length {udp.DatagramLength - 8}"),
        { Probe: { } probe } => Invariant($"probe mark 0x{probe.Mark:x8} seq {probe.Sequence} {frame.Source} > {frame.Destination}"),
        { Lldp: { } lldp } => $"LLDP {lldp.SystemName ?? lldp.ChassisId} port {lldp.PortId}",
        { Protocol: { } protocol, FragmentOffset: > 0 } =>
            Invariant($"{Version(frame)} fragment {frame.SourceIp} > {frame.DestinationIp} {Name(protocol)} offset {frame.FragmentOffset}"),
        { Protocol: { } protocol } => Invariant($"{Version(frame)} {frame.SourceIp} > {frame.DestinationIp} {Name(protocol)}"),
        _ => $"{Name(type)} {frame.Source} > {frame.Destination}",
    };

    private static string Dhcp(DhcpMessage dhcp)
    {
        var line = Invariant($"{dhcp.Name} {dhcp.ClientMac} xid 0x{dhcp.Xid:x8}");
        if (!dhcp.YourIp.Equals(IPAddress.Any))
            line += $" address {dhcp.YourIp}";
        return dhcp is { IsReply: true, ServerIdentifier: { } server } ? $"{line} server {server}" : line;
    }

    private static string Arp(ArpPacket arp) => arp.Operation switch
    {
        ArpOperation.Request when arp.SenderIp.Equals(arp.TargetIp) => $"ARP announces {arp.SenderIp} is-at {arp.SenderMac}",
        ArpOperation.Request => $"ARP who-has {arp.TargetIp} tell {arp.SenderIp}",
        ArpOperation.Reply => $"ARP {arp.SenderIp} is-at {arp.SenderMac}",
        _ => Invariant($"ARP operation {(int)arp.Operation} {arp.SenderIp} > {arp.TargetIp}"),
    };

    private static string Icmp(DecodedFrame frame, IcmpMessage icmp)
    {
        var line = $"{(icmp.IsV6 ? "ICMPv6" : "ICMP")} {icmp.Name} {frame.SourceIp} > {frame.DestinationIp}";
        if (icmp.Identifier is { } identifier)
            return Invariant($"{line} id {identifier} seq {icmp.Sequence}");
        if (icmp.NeighbourTarget is { } neighbour)
            return $"{line} for {neighbour}";
        if (icmp.Quoted is not { } quoted)
            return line;
        return quoted.DestinationPort is { } port
            ? $"{line} for {Name(quoted.Protocol)} to {End(quoted.Destination, port)}"
            : $"{line} for {Name(quoted.Protocol)} to {quoted.Destination}";
    }

    private static string Flags(TcpFlags flags) => string.Join(',', FlagNames.Where(f => (flags & f.Flag) != 0).Select(f => f.Name));

    private static string Ends(DecodedFrame frame, ushort sourcePort, ushort destinationPort) =>
        $"{End(frame.SourceIp!, sourcePort)} > {End(frame.DestinationIp!, destinationPort)}";

    private static string End(IPAddress address, ushort port) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? Invariant($"[{address}]:{port}") : Invariant($"{address}:{port}");

    private static string Version(DecodedFrame frame) => frame.Type == EtherType.IPv6 ? "IPv6" : "IPv4";

    private static string Name(IpProtocol protocol) => protocol switch
    {
        IpProtocol.Icmp => "ICMP",
        IpProtocol.IcmpV6 => "ICMPv6",
        IpProtocol.Igmp => "IGMP",
        IpProtocol.Tcp => "TCP",
        IpProtocol.Udp => "UDP",
        IpProtocol.Gre => "GRE",
        IpProtocol.Esp => "ESP",
        IpProtocol.Ah => "AH",
        IpProtocol.Vrrp => "VRRP",
        IpProtocol.Sctp => "SCTP",
        _ => Invariant($"protocol {(int)protocol}"),
    };

    private static string Name(EtherType type) => type switch
    {
        EtherType.Arp => "ARP",
        EtherType.IPv4 => "IPv4",
        EtherType.IPv6 => "IPv6",
        EtherType.Lldp => "LLDP",
        < (EtherType)0x0600 => Invariant($"802.3 length {(int)type}"),
        _ => Invariant($"ethertype 0x{(int)type:x4}"),
    };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
