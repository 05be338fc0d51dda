using System.Buffers.Binary;
using System.Net;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;
using Steth.Packets.Building;
using Steth.Packets.Dhcp;

namespace Steth.Controller.Tests.Diagnosing;

/// <summary>The bytes of a probe, and of the answer it should get.</summary>
internal static class Frames
{
    private const int Ethernet = 14;
    private const int Tag = 4;
    private const int IPv4 = 20;

    public static byte[] Request(FrameSpec frame, VlanId? vlan = null)
    {
        var (from, to) = (frame.SourceMac!.Value, frame.DestinationMac ?? MacAddress.Broadcast);
        return frame.Kind switch
        {
            FrameKind.DhcpDiscover => FrameBuilder.DhcpDiscover(from, frame.Mark, vlan: vlan),
            FrameKind.ArpRequest => FrameBuilder.ArpRequest(from, frame.SourceIp!, frame.TargetIp!, vlan: vlan),
            FrameKind.IcmpEcho => FrameBuilder.MarkedEcho(
                from, to, frame.SourceIp!, frame.TargetIp!, frame.Mark, 1, frame.IpLength ?? 84, frame.DontFragment, vlan),
            FrameKind.TcpSyn => FrameBuilder.TcpSyn(
                from, to, frame.SourceIp!, frame.TargetIp!, (ushort)frame.SourcePort!, (ushort)frame.TargetPort!, frame.Mark, vlan),
            _ => FrameBuilder.Probe(from, to, frame.Mark, 1, vlan),
        };
    }

    public static byte[] Answer(FrameSpec frame, MacAddress by, VlanId? vlan = null, bool refuse = false)
    {
        var guest = frame.SourceMac!.Value;
        var upper = Ethernet + (vlan is null ? 0 : Tag) + IPv4;
        switch (frame.Kind)
        {
            case FrameKind.DhcpDiscover:
                var offer = new DhcpMessage
                {
                    IsReply = true,
                    Xid = frame.Mark,
                    ClientMac = guest,
                    Options =
                    [
                        new DhcpOption(DhcpOptionCode.MessageType, new byte[] { 2 }),
                        new DhcpOption(DhcpOptionCode.ServerIdentifier, CloudIntent.DhcpIp.GetAddressBytes()),
                    ],
                };
                return FrameBuilder.Dhcp(by, guest, CloudIntent.DhcpIp, CloudIntent.GuestIp, offer, vlan);
            case FrameKind.ArpRequest:
                return FrameBuilder.ArpReply(by, frame.TargetIp!, guest, frame.SourceIp!, vlan);
            case FrameKind.IcmpEcho:
                var reply = FrameBuilder.MarkedEcho(by, guest, frame.TargetIp!, frame.SourceIp!, frame.Mark, 1, vlan: vlan);
                reply[upper] = 0;
                return reply;
            default:
                var ack = FrameBuilder.TcpSyn(by, guest, frame.TargetIp!, frame.SourceIp!, 80, (ushort)frame.SourcePort!, 7, vlan);
                BinaryPrimitives.WriteUInt32BigEndian(ack.AsSpan(upper + 8), frame.Mark + 1);
                ack[upper + 13] = refuse ? (byte)0x14 : (byte)0x12;
                return ack;
        }
    }

    /// <summary>A frame as a tunnel carries it.</summary>
    public static byte[] InVxlan(byte[] inner, int vni)
    {
        var payload = new byte[8 + inner.Length];
        new Packets.Vxlan.VxlanHeader { Vni = vni }.Write(payload);
        inner.CopyTo(payload, 8);
        return FrameBuilder.Udp(
            MacAddress.Parse("00:00:5e:00:53:01"), MacAddress.Parse("00:00:5e:00:53:02"), IPAddress.Parse("10.77.0.11"),
            IPAddress.Parse("10.77.0.21"), 50000, 4789, payload);
    }
}
