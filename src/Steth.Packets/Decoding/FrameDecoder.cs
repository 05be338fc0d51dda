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

/// <summary>Reads captured frames.</summary>
public static class FrameDecoder
{
    /// <summary>Decodes a frame that begins with its Ethernet header; never throws, whatever the bytes.</summary>
    public static DecodedFrame Decode(ReadOnlySpan<byte> frame) => Decode(frame, openTunnel: true);

    private static DecodedFrame Decode(ReadOnlySpan<byte> frame, bool openTunnel)
    {
        if (!EthernetHeader.TryParse(frame, out var ethernet))
            return new DecodedFrame { Length = frame.Length };
        var decoded = new DecodedFrame
        {
            Length = frame.Length,
            Source = ethernet.Source,
            Destination = ethernet.Destination,
            VlanTags = ethernet.Tags,
            Type = ethernet.Type,
        };
        var payload = frame[ethernet.Length..];
        return ethernet.Type switch
        {
            EtherType.Arp => ArpPacket.TryParse(payload, out var arp) ? decoded with { Arp = arp } : decoded,
            EtherType.Probe => ProbeMessage.TryParse(payload, out var probe) ? decoded with { Probe = probe } : decoded,
            EtherType.Lldp => LldpMessage.TryParse(payload, out var lldp) ? decoded with { Lldp = lldp } : decoded,
            EtherType.IPv4 => DecodeIPv4(decoded, payload, openTunnel),
            EtherType.IPv6 => DecodeIPv6(decoded, payload, openTunnel),
            _ => decoded,
        };
    }

    private static DecodedFrame DecodeIPv4(DecodedFrame decoded, ReadOnlySpan<byte> packet, bool openTunnel)
    {
        if (!IPv4Header.TryParse(packet, out var ip))
            return decoded;
        decoded = decoded with
        {
            SourceIp = ip.Source,
            DestinationIp = ip.Destination,
            Protocol = ip.Protocol,
            FragmentOffset = ip.IsFragment ? ip.FragmentOffset : null,
        };
        return DecodeUpper(decoded, Payload(packet, ip.Length, ip.TotalLength), openTunnel);
    }

    private static DecodedFrame DecodeIPv6(DecodedFrame decoded, ReadOnlySpan<byte> packet, bool openTunnel)
    {
        if (!IPv6Header.TryParse(packet, out var ip))
            return decoded;
        decoded = decoded with
        {
            SourceIp = ip.Source,
            DestinationIp = ip.Destination,
            Protocol = ip.Protocol,
            FragmentOffset = ip.IsFragment ? ip.FragmentOffset : null,
        };
        return DecodeUpper(decoded, Payload(packet, ip.Length, ip.TotalLength), openTunnel);
    }

    /// <summary>Without padding; a total length of 0 stands in packets that segmentation offload will split.</summary>
    private static ReadOnlySpan<byte> Payload(ReadOnlySpan<byte> packet, int headerLength, int totalLength) =>
        totalLength >= headerLength && totalLength < packet.Length ? packet[headerLength..totalLength] : packet[headerLength..];

    private static DecodedFrame DecodeUpper(DecodedFrame decoded, ReadOnlySpan<byte> payload, bool openTunnel)
    {
        if (decoded.FragmentOffset > 0)
            return decoded;
        return decoded.Protocol switch
        {
            IpProtocol.Icmp when decoded.Type == EtherType.IPv4 && IcmpMessage.TryParse(payload, isV6: false, out var icmp) =>
                decoded with { Icmp = icmp },
            IpProtocol.IcmpV6 when decoded.Type == EtherType.IPv6 && IcmpMessage.TryParse(payload, isV6: true, out var icmp) =>
                decoded with { Icmp = icmp },
            IpProtocol.Tcp when TcpHeader.TryParse(payload, out var tcp) => decoded with { Tcp = tcp },
            IpProtocol.Udp when UdpHeader.TryParse(payload, out var udp) =>
                DecodeUdp(decoded with { Udp = udp }, udp, payload[UdpHeader.Length..], openTunnel),
            _ => decoded,
        };
    }

    private static DecodedFrame DecodeUdp(DecodedFrame decoded, UdpHeader udp, ReadOnlySpan<byte> payload, bool openTunnel)
    {
        if (IsDhcp(udp.SourcePort) && IsDhcp(udp.DestinationPort) && DhcpMessage.TryParse(payload, out var dhcp))
            return decoded with { Dhcp = dhcp };
        if (openTunnel && udp.DestinationPort == VxlanHeader.Port && VxlanHeader.TryParse(payload, out var vxlan))
            return decoded with { Vxlan = new VxlanFrame(vxlan.Vni, Decode(payload[VxlanHeader.Length..], openTunnel: false)) };
        return decoded;
    }

    private static bool IsDhcp(ushort port) => port is DhcpMessage.ServerPort or DhcpMessage.ClientPort;
}
