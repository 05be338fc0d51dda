using Steth.Contracts.Operations;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Paths;
using Steth.Packets.Arp;
using Steth.Packets.Decoding;
using Steth.Packets.Tcp;

namespace Steth.Controller.Diagnosing;

/// <summary>Tells whose frame a captured one is: the mark of a probe, or the addresses of its ARP request.</summary>
internal sealed class SightingReader(IReadOnlyList<ProbeEvidence> probes)
{
    /// <summary>The probe and the sighting; null: a frame of somebody else's.</summary>
    public (ProbeKind Probe, Sighting Sighting)? Read(string host, CapturePoint point, CapturedFrame captured)
    {
        var outer = FrameDecoder.Decode(captured.Data.Span);
        var frame = outer.Vxlan?.Inner ?? outer;
        foreach (var probe in probes)
        {
            if (probe.Frame is { } sent && Match(sent, frame) is { } match)
            {
                return (probe.Kind, new Sighting
                {
                    Host = host,
                    Device = point.Device.ToString(),
                    Namespace = point.Namespace?.ToString(),
                    IsRequest = match.IsRequest,
                    Message = match.Message,
                    Direction = captured.Direction,
                    At = captured.At,
                    Vlan = outer.Vlan is { } vlan ? (int)vlan.Value : null,
                    Vni = outer.Vxlan is { } vxlan ? (int)vxlan.Vni : null,
                    SourceMac = frame.Source,
                    Sender = match.Sender,
                });
            }
        }
        return null;
    }

    private static Matched? Match(FrameSpec sent, DecodedFrame frame) => sent.Kind switch
    {
        FrameKind.DhcpDiscover when frame.Dhcp is { } dhcp && dhcp.Xid == sent.Mark =>
            new Matched(!dhcp.IsReply, dhcp.Name, dhcp.IsReply ? dhcp.ServerIdentifier?.ToString() : null),
        FrameKind.ArpRequest when frame.Arp is { } arp => MatchArp(sent, arp),
        FrameKind.IcmpEcho when frame.Icmp is { IsV6: false } icmp && icmp.Mark == sent.Mark =>
            icmp.IsEchoRequest ? new Matched(true, "ICMP echo request", null)
                : icmp.IsEchoReply ? new Matched(false, "ICMP echo reply", frame.SourceIp?.ToString())
                : null,
        FrameKind.TcpSyn when frame.Tcp is { } tcp => MatchTcp(sent, tcp, frame),
        _ => null,
    };

    private static Matched? MatchArp(FrameSpec sent, ArpPacket arp)
    {
        if (arp.Operation == ArpOperation.Request && arp.SenderIp.Equals(sent.SourceIp) && arp.TargetIp.Equals(sent.TargetIp))
            return new Matched(true, "ARP request", null);
        return arp.Operation == ArpOperation.Reply && arp.SenderIp.Equals(sent.TargetIp) && arp.TargetIp.Equals(sent.SourceIp)
            ? new Matched(false, "ARP reply", arp.SenderMac.ToString())
            : null;
    }

    private static Matched? MatchTcp(FrameSpec sent, TcpHeader tcp, DecodedFrame frame)
    {
        if (tcp.Flags.HasFlag(TcpFlags.Syn) && !tcp.Flags.HasFlag(TcpFlags.Ack) && tcp.Sequence == sent.Mark)
            return new Matched(true, "SYN", null);
        if (!tcp.Flags.HasFlag(TcpFlags.Ack) || tcp.Acknowledgement != sent.Mark + 1)
            return null;
        return new Matched(false, tcp.Flags.HasFlag(TcpFlags.Rst) ? ProbeReader.Refusal : "SYN-ACK", frame.SourceIp?.ToString());
    }

    private sealed record Matched(bool IsRequest, string Message, string? Sender);
}
