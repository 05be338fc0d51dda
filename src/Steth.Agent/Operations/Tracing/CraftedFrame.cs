using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;
using Steth.Packets.Building;

namespace Steth.Agent.Operations.Tracing;

/// <summary>The one place that turns what a caller wants sent into the bytes of a frame.</summary>
public static class CraftedFrame
{
    private const int LeastIpLength = 32;

    // The range a usual client takes its ports from (ip_local_port_range), cut so that a mark spreads over it.
    private const int FirstPort = 32768;
    private const int Ports = 28000;

    /// <summary>Whether a frame of that kind needs a source address.</summary>
    public static bool NeedsSource(FrameKind kind) => kind is FrameKind.IcmpEcho or FrameKind.TcpSyn;

    /// <summary>Refuses what does not go together. A source that is missing is the caller's matter, who may know one.</summary>
    /// <exception cref="OperationException">InvalidParams.</exception>
    public static void Validate(FrameSpec frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        var (echo, syn) = (frame.Kind == FrameKind.IcmpEcho, frame.Kind == FrameKind.TcpSyn);
        foreach (var address in new[] { frame.SourceIp, frame.TargetIp })
            Require(address is null || address.AddressFamily == AddressFamily.InterNetwork,
                $"{address} is not an IPv4 address; frames are crafted for IPv4.");
        Require(frame.Kind is FrameKind.DhcpDiscover or FrameKind.Probe || frame.TargetIp is not null,
            "target_ip is missing; an ARP request, an echo and a SYN need one.");
        Require(frame.Kind != FrameKind.DhcpDiscover || frame.SourceIp is null || frame.SourceIp.Equals(IPAddress.Any),
            $"source_ip {frame.SourceIp} does not go with a DHCPDISCOVER, which always comes from 0.0.0.0; leave it out.");
        Require(!syn || frame.TargetPort is not null, "target_port is missing; a SYN needs one.");
        Require(syn || (frame.SourcePort is null && frame.TargetPort is null), "source_port and target_port go with a SYN only.");
        Require(echo || (frame.IpLength is null && !frame.DontFragment), "ip_length and dont_fragment go with an echo only.");
        RequireRange("source_port", frame.SourcePort, 1, ushort.MaxValue);
        RequireRange("target_port", frame.TargetPort, 1, ushort.MaxValue);
        RequireRange("ip_length", frame.IpLength, LeastIpLength, ushort.MaxValue);
    }

    /// <summary>The frame from its Ethernet header on.</summary>
    /// <param name="frame">What was validated.</param>
    /// <param name="source">Source MAC where the frame names none.</param>
    /// <param name="sequence">Counts the frames of one mark: an echo's sequence, of which 16 bits remain, and a probe's.</param>
    /// <exception cref="OperationException">InvalidParams: an echo or a SYN without a source address.</exception>
    public static byte[] Build(FrameSpec frame, MacAddress source, uint sequence)
    {
        ArgumentNullException.ThrowIfNull(frame);
        source = frame.SourceMac ?? source;
        var destination = frame.DestinationMac ?? MacAddress.Broadcast;
        var from = frame.SourceIp ?? IPAddress.Any;
        Require(!NeedsSource(frame.Kind) || !from.Equals(IPAddress.Any), "source_ip is missing; an echo and a SYN need one.");
        switch (frame.Kind)
        {
            case FrameKind.DhcpDiscover:
                var discover = FrameBuilder.DhcpDiscover(source, frame.Mark, vlan: frame.VlanId);
                destination.CopyTo(discover);
                return discover;
            case FrameKind.ArpRequest:
                return FrameBuilder.ArpRequest(source, from, frame.TargetIp!, destination, frame.VlanId);
            case FrameKind.IcmpEcho:
                return FrameBuilder.MarkedEcho(
                    source, destination, from, frame.TargetIp!, frame.Mark, (ushort)sequence,
                    frame.IpLength ?? FrameBuilder.DefaultEchoIpLength, frame.DontFragment, frame.VlanId);
            case FrameKind.TcpSyn:
                var port = frame.SourcePort ?? FirstPort + (int)(frame.Mark % Ports);
                return FrameBuilder.TcpSyn(
                    source, destination, from, frame.TargetIp!, (ushort)port, (ushort)frame.TargetPort!.Value, frame.Mark, frame.VlanId);
            default:
                return FrameBuilder.Probe(source, destination, frame.Mark, sequence, frame.VlanId);
        }
    }

    private static void RequireRange(string name, int? value, int least, int most) =>
        Require(value is null || (value >= least && value <= most),
            string.Create(CultureInfo.InvariantCulture, $"{name} {value} is out of range; expected {least}-{most}."));

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw new OperationException(OperationErrorCode.InvalidParams, otherwise);
    }
}
