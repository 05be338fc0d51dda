using System.Net;
using Steth.Packets.Addresses;
using Steth.Packets.Arp;
using Steth.Packets.Dhcp;
using Steth.Packets.Ethernet;
using Steth.Packets.Icmp;
using Steth.Packets.Ip;
using Steth.Packets.Lldp;
using Steth.Packets.Probe;
using Steth.Packets.Tcp;
using Steth.Packets.Udp;

namespace Steth.Packets.Decoding;

/// <summary>
/// What a frame is, as far as its captured bytes tell. A member is null when the frame carries no such thing or is cut within it.
/// </summary>
public sealed record DecodedFrame
{
    /// <summary>Bytes that were decoded, padding included.</summary>
    public required int Length { get; init; }

    /// <summary>Source MAC; all zero when <see cref="Type"/> is null.</summary>
    public MacAddress Source { get; init; }

    /// <summary>Destination MAC; all zero when <see cref="Type"/> is null.</summary>
    public MacAddress Destination { get; init; }

    /// <summary>Tags, outermost first.</summary>
    public IReadOnlyList<VlanTag> VlanTags { get; init; } = [];

    /// <summary>What follows the tags; null when the frame is cut within its Ethernet header.</summary>
    public EtherType? Type { get; init; }

    /// <summary>IPv4 or IPv6 source.</summary>
    public IPAddress? SourceIp { get; init; }

    /// <summary>IPv4 or IPv6 destination.</summary>
    public IPAddress? DestinationIp { get; init; }

    /// <summary>What IP carries.</summary>
    public IpProtocol? Protocol { get; init; }

    /// <summary>Where an IP fragment's payload belongs, in bytes; null when it is no fragment.</summary>
    public int? FragmentOffset { get; init; }

    /// <summary>The ARP packet.</summary>
    public ArpPacket? Arp { get; init; }

    /// <summary>The ICMP or ICMPv6 message.</summary>
    public IcmpMessage? Icmp { get; init; }

    /// <summary>The UDP header, of DHCP and VXLAN too.</summary>
    public UdpHeader? Udp { get; init; }

    /// <summary>The TCP header.</summary>
    public TcpHeader? Tcp { get; init; }

    /// <summary>The DHCP message.</summary>
    public DhcpMessage? Dhcp { get; init; }

    /// <summary>Steth's own probe.</summary>
    public ProbeMessage? Probe { get; init; }

    /// <summary>What a switch says of itself.</summary>
    public LldpMessage? Lldp { get; init; }

    /// <summary>The frame inside, with its VNI; one level.</summary>
    public VxlanFrame? Vxlan { get; init; }

    /// <summary>The outermost VLAN id; null when untagged or priority-tagged.</summary>
    public VlanId? Vlan => VlanTags.Count > 0 && VlanId.IsValid(VlanTags[0].Id) ? new VlanId(VlanTags[0].Id) : null;

    /// <summary>One line for an operator: <c>vlan 101 DHCPDISCOVER fa:16:3e:8d:3c:2b xid 0x1a2b3c4d</c>.</summary>
    public string Summary => FrameSummary.Of(this);

    /// <inheritdoc/>
    public override string ToString() => Summary;
}
