using System.Buffers.Binary;
using Steth.Packets.Arp;
using Steth.Packets.Dhcp;
using Steth.Packets.Ethernet;
using Steth.Packets.Icmp;
using Steth.Packets.Ip;
using Steth.Packets.Lldp;
using Steth.Packets.Probe;
using Steth.Packets.Tcp;
using Steth.Packets.Udp;
using Steth.Packets.Vxlan;

namespace Steth.Packets.Decoding;

/// <summary>
/// Where the headers of a frame end and what it carries begins. Headers are Ethernet with up to four tags, ARP, IPv4 with options, IPv6
/// with extensions, TCP with options, UDP, SCTP, ICMP, and what a tunnel (VXLAN, Geneve, GRE, IP in IP) puts before an inner frame, with
/// that frame's headers. Messages whose purpose is control are headers as a whole: DHCP up to its end option, LLDP, neighbour
/// discovery, steth's
/// own probes. Of an echo's payload the first four octets count, by which steth knows its own; of the packet that an ICMP error quotes, its
/// IP header and the eight octets after it.
/// </summary>
public static class FrameHeaders
{
    private const int MostTags = 4;
    private const int MostTunnels = 3;
    private const ushort GenevePort = 6081;
    private const int BridgedType = 0x6558;
    private const int IpInIp = 4;
    private const int Ipv6InIp = 41;

    // RFC 4861, 4: solicitations and advertisements of routers and neighbours, redirects; and the fixed part of each.
    private static readonly int[] DiscoveryLengths = [8, 16, 24, 24, 40];

    /// <summary>Bytes of the headers; all, when the frame is cut within them.</summary>
    /// <param name="frame">Begins with its Ethernet header; whatever the bytes, this does not throw.</param>
    public static int LengthOf(ReadOnlySpan<byte> frame) => Math.Min(frame.Length, Ethernet(frame, MostTunnels));

    private static int Ethernet(ReadOnlySpan<byte> frame, int tunnels)
    {
        if (!EthernetHeader.TryParse(frame, out var header) || header.Tags.Count > MostTags)
            return 14 + 4 * MostTags;
        return header.Length + ByType((int)header.Type, frame[header.Length..], tunnels);
    }

    private static int ByType(int type, ReadOnlySpan<byte> payload, int tunnels) => (EtherType)type switch
    {
        EtherType.IPv4 when IPv4Header.TryParse(payload, out var ip) => ip.Length + (ip.FragmentOffset > 0 ? 0
            : Upper((int)ip.Protocol, isV6: false, Inside(payload, ip.Length, ip.TotalLength), tunnels)),
        EtherType.IPv6 when IPv6Header.TryParse(payload, out var ip) => ip.Length + (ip.FragmentOffset > 0 ? 0
            : Upper((int)ip.Protocol, isV6: true, Inside(payload, ip.Length, ip.TotalLength), tunnels)),
        EtherType.Arp => ArpPacket.TryParse(payload, out _) ? ArpPacket.Length : 8,
        EtherType.Lldp => LldpMessage.TryParse(payload, out _) ? LldpLength(payload) : 0,
        EtherType.Probe => VlanProbeMessage.TryParse(payload, out _) ? VlanProbeMessage.Length
            : ProbeMessage.TryParse(payload, out _) ? ProbeMessage.Length : 0,
        _ => 0,
    };

    // Without padding, and without what a sender appended behind the packet. 0 stands in packets that segmentation offload will split.
    private static ReadOnlySpan<byte> Inside(ReadOnlySpan<byte> packet, int start, int total) =>
        total >= start && total < packet.Length ? packet[start..total] : packet[start..];

    private static int Upper(int protocol, bool isV6, ReadOnlySpan<byte> payload, int tunnels)
    {
        var length = protocol switch
        {
            (int)IpProtocol.Tcp => payload.Length > 12 ? Math.Max(TcpHeader.MinLength, payload[12] >> 4 << 2) : TcpHeader.MinLength,
            (int)IpProtocol.Udp => UdpHeader.TryParse(payload, out var udp)
                ? UdpHeader.Length + Datagram(udp, payload, tunnels) : UdpHeader.Length,
            (int)IpProtocol.Icmp when !isV6 => Icmp(payload, isV6: false),
            (int)IpProtocol.IcmpV6 when isV6 => IcmpV6(payload),
            (int)IpProtocol.Gre => Gre(payload, tunnels),
            IpInIp when tunnels > 0 => ByType((int)EtherType.IPv4, payload, tunnels - 1),
            Ipv6InIp when tunnels > 0 => ByType((int)EtherType.IPv6, payload, tunnels - 1),
            (int)IpProtocol.Sctp or (int)IpProtocol.Ah => 12,
            (int)IpProtocol.Esp or (int)IpProtocol.Igmp => 8,
            _ => 0,
        };
        return Math.Min(length, payload.Length);
    }

    private static int Datagram(UdpHeader udp, ReadOnlySpan<byte> segment, int tunnels)
    {
        var payload = Inside(segment, UdpHeader.Length, udp.DatagramLength);
        if (IsDhcp(udp.SourcePort) && IsDhcp(udp.DestinationPort))
            return DhcpMessage.HeadersLength(payload);
        if (tunnels > 0 && udp.DestinationPort == VxlanHeader.Port && VxlanHeader.TryParse(payload, out _))
            return VxlanHeader.Length + LengthInside(BridgedType, payload[VxlanHeader.Length..], tunnels);
        // RFC 8926, 3.4: version and option length, flags, protocol, VNI; then options in words.
        if (tunnels > 0 && udp.DestinationPort == GenevePort && payload.Length >= 8 && payload[0] >> 6 == 0)
        {
            var length = 8 + 4 * (payload[0] & 0x3f);
            return length > payload.Length ? payload.Length
                : length + LengthInside(BinaryPrimitives.ReadUInt16BigEndian(payload[2..]), payload[length..], tunnels);
        }
        return 0;
    }

    // RFC 2784, RFC 2890: flags say which optional words are there.
    private static int Gre(ReadOnlySpan<byte> payload, int tunnels)
    {
        if (payload.Length < 4)
            return payload.Length;
        var flags = BinaryPrimitives.ReadUInt16BigEndian(payload);
        if ((flags & 7) != 0)
            return 4;
        var length = 4 + ((flags & 0x8000) != 0 ? 4 : 0) + ((flags & 0x2000) != 0 ? 4 : 0) + ((flags & 0x1000) != 0 ? 4 : 0);
        return tunnels == 0 || length > payload.Length ? length
            : length + LengthInside(BinaryPrimitives.ReadUInt16BigEndian(payload[2..]), payload[length..], tunnels);
    }

    private static int LengthInside(int type, ReadOnlySpan<byte> payload, int tunnels) => Math.Min(
        payload.Length, type == BridgedType ? Ethernet(payload, tunnels - 1) : ByType(type, payload, tunnels - 1));

    private static int Icmp(ReadOnlySpan<byte> payload, bool isV6)
    {
        if (!IcmpMessage.TryParse(payload, isV6, out var message))
            return IcmpMessage.HeaderLength;
        if (message.IsEchoRequest || message.IsEchoReply)
            return IcmpMessage.HeaderLength + sizeof(uint);
        return IcmpMessage.HeaderLength + (message.IsError ? QuotedLength(payload[IcmpMessage.HeaderLength..]) : 0);
    }

    private static int QuotedLength(ReadOnlySpan<byte> quoted)
    {
        const int promised = 8;
        return IPv4Header.TryParse(quoted, out var v4) ? v4.Length + (IsKnown(v4.Protocol) && v4.FragmentOffset == 0 ? promised : 0)
            : IPv6Header.TryParse(quoted, out var v6) ? v6.Length + (IsKnown(v6.Protocol) && v6.FragmentOffset == 0 ? promised : 0)
            : 0;
    }

    private static bool IsKnown(IpProtocol protocol) => protocol is
        IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Icmp or IpProtocol.IcmpV6;

    private static int IcmpV6(ReadOnlySpan<byte> payload)
    {
        const int first = 133;
        if (payload.Length < IcmpMessage.HeaderLength || payload[0] < first || payload[0] >= first + DiscoveryLengths.Length)
            return Icmp(payload, isV6: true);
        // Options: type, length in 8 octets. Addresses, prefixes, MTU and name servers; a redirect's option 4 holds a packet.
        var at = DiscoveryLengths[payload[0] - first];
        while (at + 8 <= payload.Length && payload[at] is 1 or 2 or 3 or 5 or 25 && payload[at + 1] is > 0 and <= 4)
            at += 8 * payload[at + 1];
        return at;
    }

    private static int LldpLength(ReadOnlySpan<byte> payload)
    {
        var at = 0;
        while (at + 2 <= payload.Length)
        {
            var head = BinaryPrimitives.ReadUInt16BigEndian(payload[at..]);
            at += 2 + (head & 0x1ff);
            if (head >> 9 == 0)
                break;
        }
        return at;
    }

    private static bool IsDhcp(ushort port) => port is DhcpMessage.ServerPort or DhcpMessage.ClientPort;
}
