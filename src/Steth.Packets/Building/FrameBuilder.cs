using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Steth.Packets.Addresses;
using Steth.Packets.Arp;
using Steth.Packets.Dhcp;
using Steth.Packets.Ethernet;
using Steth.Packets.Icmp;
using Steth.Packets.Ip;
using Steth.Packets.Probe;
using Steth.Packets.Tcp;
using Steth.Packets.Udp;

namespace Steth.Packets.Building;

/// <summary>Builds complete Ethernet frames, tagged on request and filled up to 60 bytes, without the frame check sequence.</summary>
public static class FrameBuilder
{
    /// <summary>Payload of an echo when none is given, as ping(8) sends.</summary>
    public const int DefaultEchoPayloadLength = 56;

    /// <summary>Bytes of an echo's IPv4 packet with that payload.</summary>
    public const int DefaultEchoIpLength = IPv4Header.MinLength + IcmpMessage.HeaderLength + DefaultEchoPayloadLength;

    /// <summary>A DHCPDISCOVER by broadcast from 0.0.0.0, with the options a usual client sends.</summary>
    /// <param name="sourceMac">The client, in the Ethernet header and in chaddr.</param>
    /// <param name="xid">Transaction id.</param>
    /// <param name="broadcastFlag">Ask for answers by broadcast.</param>
    /// <param name="vlan">Tag; null: none.</param>
    public static byte[] DhcpDiscover(MacAddress sourceMac, uint xid, bool broadcastFlag = false, VlanId? vlan = null)
    {
        var clientId = new byte[1 + MacAddress.Length];
        clientId[0] = 1;
        sourceMac.CopyTo(clientId.AsSpan(1));
        var discover = new DhcpMessage
        {
            IsReply = false,
            Xid = xid,
            Broadcast = broadcastFlag,
            ClientMac = sourceMac,
            Options =
            [
                new DhcpOption(DhcpOptionCode.MessageType, new[] { (byte)DhcpMessageType.Discover }),
                new DhcpOption(DhcpOptionCode.MaxMessageSize, new byte[] { 0x05, 0xdc }),
                new DhcpOption(
                    DhcpOptionCode.ParameterRequestList,
                    new[]
                    {
                        (byte)DhcpOptionCode.SubnetMask, (byte)DhcpOptionCode.Router, (byte)DhcpOptionCode.DomainNameServer,
                        (byte)DhcpOptionCode.HostName, (byte)DhcpOptionCode.DomainName, (byte)DhcpOptionCode.InterfaceMtu,
                        (byte)DhcpOptionCode.BroadcastAddress, (byte)DhcpOptionCode.NtpServers, (byte)DhcpOptionCode.ClasslessRoutes,
                    }),
                new DhcpOption(DhcpOptionCode.ClientIdentifier, clientId),
            ],
        };
        return Dhcp(sourceMac, MacAddress.Broadcast, IPAddress.Any, IPAddress.Broadcast, discover, vlan);
    }

    /// <summary>Any DHCP message in UDP: from 68 to 67, or back for a reply.</summary>
    public static byte[] Dhcp(
        MacAddress sourceMac,
        MacAddress destinationMac,
        IPAddress sourceIp,
        IPAddress destinationIp,
        DhcpMessage message,
        VlanId? vlan = null)
    {
        ArgumentNullException.ThrowIfNull(message);
        var (from, to) =
            message.IsReply ? (DhcpMessage.ServerPort, DhcpMessage.ClientPort) : (DhcpMessage.ClientPort, DhcpMessage.ServerPort);
        return Udp(sourceMac, destinationMac, sourceIp, destinationIp, from, to, message.Build(), vlan);
    }

    /// <summary>A UDP datagram over the IP version of its addresses.</summary>
    public static byte[] Udp(
        MacAddress sourceMac,
        MacAddress destinationMac,
        IPAddress sourceIp,
        IPAddress destinationIp,
        ushort sourcePort,
        ushort destinationPort,
        ReadOnlySpan<byte> payload,
        VlanId? vlan = null)
    {
        var frame = StartIp(
            sourceMac, destinationMac, sourceIp, destinationIp, IpProtocol.Udp, UdpHeader.Length + payload.Length, vlan, out var at);
        var datagram = frame.AsSpan(at, UdpHeader.Length + payload.Length);
        payload.CopyTo(datagram[UdpHeader.Length..]);
        UdpHeader.Write(datagram, sourcePort, destinationPort, sourceIp, destinationIp);
        return frame;
    }

    /// <summary>An ARP request; a sender of 0.0.0.0 makes it a probe that no cache learns from (RFC 5227).</summary>
    /// <param name="sourceMac">Who asks.</param>
    /// <param name="senderIp">Its address.</param>
    /// <param name="targetIp">Whom it looks for.</param>
    /// <param name="destinationMac">Null: broadcast.</param>
    /// <param name="vlan">Tag; null: none.</param>
    public static byte[] ArpRequest(
        MacAddress sourceMac, IPAddress senderIp, IPAddress targetIp, MacAddress? destinationMac = null, VlanId? vlan = null) =>
        Arp(
            destinationMac ?? MacAddress.Broadcast,
            new ArpPacket { Operation = ArpOperation.Request, SenderMac = sourceMac, SenderIp = senderIp, TargetIp = targetIp },
            vlan);

    /// <summary>The answer that <paramref name="senderIp"/> is at <paramref name="sourceMac"/>.</summary>
    public static byte[] ArpReply(
        MacAddress sourceMac, IPAddress senderIp, MacAddress targetMac, IPAddress targetIp, VlanId? vlan = null) =>
        Arp(
            targetMac,
            new ArpPacket
            {
                Operation = ArpOperation.Reply,
                SenderMac = sourceMac,
                SenderIp = senderIp,
                TargetMac = targetMac,
                TargetIp = targetIp,
            },
            vlan);

    /// <summary>
    /// An ICMP echo request (IPv4) that is told from others by its mark: the first four octets of its payload, and the low half as its
    /// identifier, which NAT may change.
    /// </summary>
    /// <param name="sourceMac">From.</param>
    /// <param name="destinationMac">Next hop.</param>
    /// <param name="sourceIp">IPv4.</param>
    /// <param name="targetIp">IPv4.</param>
    /// <param name="mark">The mark.</param>
    /// <param name="sequence">Counts the echoes of a mark.</param>
    /// <param name="ipLength">Bytes of the IP packet with its header, 32–65535.</param>
    /// <param name="dontFragment">Set DF (RFC 791).</param>
    /// <param name="vlan">Tag; null: none.</param>
    public static byte[] MarkedEcho(
        MacAddress sourceMac,
        MacAddress destinationMac,
        IPAddress sourceIp,
        IPAddress targetIp,
        uint mark,
        ushort sequence,
        int ipLength = DefaultEchoIpLength,
        bool dontFragment = false,
        VlanId? vlan = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ipLength, IPv4Header.MinLength + IcmpMessage.HeaderLength + sizeof(uint));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ipLength, ushort.MaxValue);
        var payload = new byte[ipLength - IPv4Header.MinLength - IcmpMessage.HeaderLength];
        FillCounting(payload);
        BinaryPrimitives.WriteUInt32BigEndian(payload, mark);
        return IcmpEchoRequest(sourceMac, destinationMac, sourceIp, targetIp, (ushort)mark, sequence, payload, vlan, dontFragment);
    }

    /// <summary>The first segment of a TCP connection, with a maximum segment size as a usual client sends it.</summary>
    /// <param name="sourceMac">From.</param>
    /// <param name="destinationMac">Next hop.</param>
    /// <param name="sourceIp">From; IPv4 or IPv6.</param>
    /// <param name="targetIp">To, of the same family.</param>
    /// <param name="sourcePort">From.</param>
    /// <param name="targetPort">To.</param>
    /// <param name="sequence">Initial sequence number; what answers carries the next one as acknowledgement.</param>
    /// <param name="vlan">Tag; null: none.</param>
    public static byte[] TcpSyn(
        MacAddress sourceMac,
        MacAddress destinationMac,
        IPAddress sourceIp,
        IPAddress targetIp,
        ushort sourcePort,
        ushort targetPort,
        uint sequence,
        VlanId? vlan = null)
    {
        var frame = StartIp(sourceMac, destinationMac, sourceIp, targetIp, IpProtocol.Tcp, TcpHeader.SynLength, vlan, out var at);
        var header = new TcpHeader
        {
            SourcePort = sourcePort,
            DestinationPort = targetPort,
            Sequence = sequence,
            Flags = TcpFlags.Syn,
        };
        header.WriteSyn(frame.AsSpan(at, TcpHeader.SynLength), sourceIp, targetIp);
        return frame;
    }

    /// <summary>An echo request, ICMP or ICMPv6 by the addresses' family. An empty payload: 56 counted octets.</summary>
    public static byte[] IcmpEchoRequest(
        MacAddress sourceMac,
        MacAddress destinationMac,
        IPAddress sourceIp,
        IPAddress targetIp,
        ushort identifier,
        ushort sequence,
        ReadOnlySpan<byte> payload = default,
        VlanId? vlan = null,
        bool dontFragment = false)
    {
        ArgumentNullException.ThrowIfNull(sourceIp);
        var v6 = sourceIp.AddressFamily == AddressFamily.InterNetworkV6;
        var length = IcmpMessage.HeaderLength + (payload.IsEmpty ? DefaultEchoPayloadLength : payload.Length);
        var frame = StartIp(
            sourceMac, destinationMac, sourceIp, targetIp, v6 ? IpProtocol.IcmpV6 : IpProtocol.Icmp, length, vlan, out var at,
            dontFragment);
        var message = frame.AsSpan(at, length);
        if (payload.IsEmpty)
            FillCounting(message[IcmpMessage.HeaderLength..]);
        else
            payload.CopyTo(message[IcmpMessage.HeaderLength..]);
        if (v6)
            IcmpMessage.WriteEchoV6(message, reply: false, identifier, sequence, sourceIp, targetIp);
        else
            IcmpMessage.WriteEcho(message, reply: false, identifier, sequence);
        return frame;
    }

    /// <summary>
    /// A neighbour solicitation (RFC 4861, 7.2.2) to the solicited-node address of <paramref name="target"/>; the answer comes to
    /// <paramref name="sourceIp"/> alone.
    /// </summary>
    public static byte[] NeighbourSolicitation(MacAddress sourceMac, IPAddress sourceIp, IPAddress target, VlanId? vlan = null)
    {
        ArgumentNullException.ThrowIfNull(target);
        var last = target.GetAddressBytes()[^3..];
        var group = new IPAddress([0xff, 0x02, .. new byte[9], 0x01, 0xff, .. last]);
        var frame = StartIp(
            sourceMac, MacAddress.FromBytes([0x33, 0x33, 0xff, .. last]), sourceIp, group, IpProtocol.IcmpV6,
            IcmpMessage.NeighbourSolicitationLength, vlan, out var at, hopLimit: byte.MaxValue);
        IcmpMessage.WriteNeighbourSolicitation(frame.AsSpan(at), target, sourceMac, sourceIp, group);
        return frame;
    }

    /// <summary>Steth's own probe: nothing answers it.</summary>
    public static byte[] Probe(MacAddress sourceMac, MacAddress destinationMac, uint mark, uint sequence, VlanId? vlan = null)
    {
        var frame = Start(sourceMac, destinationMac, EtherType.Probe, ProbeMessage.Length, vlan, out var at);
        new ProbeMessage { Mark = mark, Sequence = sequence }.Write(frame.AsSpan(at));
        return frame;
    }

    private static byte[] Arp(MacAddress destinationMac, ArpPacket packet, VlanId? vlan)
    {
        var frame = Start(packet.SenderMac, destinationMac, EtherType.Arp, ArpPacket.Length, vlan, out var at);
        packet.Write(frame.AsSpan(at));
        return frame;
    }

    private static void FillCounting(Span<byte> payload)
    {
        for (var i = 0; i < payload.Length; i++)
            payload[i] = (byte)i;
    }

    private static byte[] StartIp(
        MacAddress sourceMac,
        MacAddress destinationMac,
        IPAddress sourceIp,
        IPAddress destinationIp,
        IpProtocol protocol,
        int payloadLength,
        VlanId? vlan,
        out int payloadStart,
        bool dontFragment = false,
        byte hopLimit = IPv6Header.DefaultHopLimit)
    {
        ArgumentNullException.ThrowIfNull(sourceIp);
        var v6 = sourceIp.AddressFamily == AddressFamily.InterNetworkV6;
        var headerLength = v6 ? IPv6Header.FixedLength : IPv4Header.MinLength;
        var total = headerLength + payloadLength;
        var frame = Start(sourceMac, destinationMac, v6 ? EtherType.IPv6 : EtherType.IPv4, total, vlan, out var at);
        if (v6)
            new IPv6Header
            {
                Source = sourceIp,
                Destination = destinationIp,
                Protocol = protocol,
                TotalLength = total,
                HopLimit = hopLimit,
            }.Write(frame.AsSpan(at));
        else
            new IPv4Header
            {
                Source = sourceIp,
                Destination = destinationIp,
                Protocol = protocol,
                TotalLength = total,
                DontFragment = dontFragment,
            }.Write(frame.AsSpan(at));
        payloadStart = at + headerLength;
        return frame;
    }

    private static byte[] Start(
        MacAddress sourceMac, MacAddress destinationMac, EtherType type, int payloadLength, VlanId? vlan, out int payloadStart)
    {
        var header = new EthernetHeader
        {
            Destination = destinationMac,
            Source = sourceMac,
            Type = type,
            Tags = vlan is { } id ? [new VlanTag { Protocol = EtherType.Vlan, Id = id.Value }] : [],
        };
        payloadStart = header.Length;
        var frame = new byte[Math.Max(EthernetHeader.MinFrameLength, header.Length + payloadLength)];
        header.Write(frame);
        return frame;
    }
}
