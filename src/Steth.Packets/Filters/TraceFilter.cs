using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Steth.Packets.Filters;

/// <summary>
/// Capture filters (pcap-filter(7)) for one exchange, bare, VLAN-tagged or inside VXLAN, so that a busy NIC's other traffic never leaves
/// the kernel.
/// </summary>
/// <remarks>
/// pcap-filter(7) cannot look behind a VXLAN header by name, so the inner frame is addressed by its offset from the outer UDP header:
/// UDP 8, VXLAN 8, Ethernet 14, then IPv4 20 and UDP 8. The vlan clause comes last because it shifts the offsets of what follows it.
/// </remarks>
public static class TraceFilter
{
    private const int InnerType = 28;
    private const int InnerIp = 30;
    private const int InnerUdp = InnerIp + 20;

    // Offset of the xid from a UDP header: UDP 8, then op, htype, hlen, hops (RFC 2131, figure 1).
    private const int Xid = 12;

    // Offset of the mark in a probe, behind its magic word and version.
    private const int ProbeMark = 6;
    private const int EthernetPayload = 14;
    private const string BeforeTagged = ") or (vlan and (";

    /// <summary>DHCP of one transaction (RFC 2131 xid), in both directions.</summary>
    public static string Dhcp(uint xid) => Tagged(string.Create(CultureInfo.InvariantCulture,
        $"(udp and (port 67 or port 68) and udp[{Xid}:4] = {xid})"
        + $" or (udp dst port 4789 and udp[{InnerType}:2] = 0x0800 and udp[{InnerIp + 9}] = 17"
        + $" and (udp[{InnerUdp}:2] = 67 or udp[{InnerUdp}:2] = 68) and udp[{InnerUdp + Xid}:4] = {xid})"));

    /// <summary>ARP about one IPv4 address, as sender or as target (RFC 826).</summary>
    /// <exception cref="ArgumentException">The address is not IPv4.</exception>
    public static string Arp(IPAddress target)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (target.AddressFamily != AddressFamily.InterNetwork)
            throw new ArgumentException($"ARP asks for IPv4 addresses; {target} is not one.", nameof(target));
        var number = Convert.ToHexStringLower(target.GetAddressBytes());
        return Tagged(
            $"(arp host {target})"
            + $" or (udp dst port 4789 and udp[{InnerType}:2] = 0x0806"
            + $" and (udp[{InnerIp + 14}:4] = 0x{number} or udp[{InnerIp + 24}:4] = 0x{number}))");
    }

    /// <summary>An ICMP echo and its reply by the first four octets of their payload; fragments but the first are not matched.</summary>
    public static string Echo(uint mark) => Tagged(string.Create(CultureInfo.InvariantCulture,
        $"(icmp and (icmp[0] = 8 or icmp[0] = 0) and icmp[8:4] = {mark})"
        + $" or (udp dst port 4789 and udp[{InnerType}:2] = 0x0800 and udp[{InnerIp + 9}] = 1"
        + $" and (udp[{InnerUdp}] = 8 or udp[{InnerUdp}] = 0) and udp[{InnerUdp + 8}:4] = {mark})"));

    /// <summary>A TCP SYN by its sequence number, and the SYN-ACK or RST that acknowledges it (RFC 9293, 3.5).</summary>
    public static string Syn(uint mark)
    {
        var next = unchecked(mark + 1);
        return Tagged(string.Create(CultureInfo.InvariantCulture,
            $"(tcp and tcp[13] & 6 != 0 and (tcp[4:4] = {mark} or tcp[8:4] = {next}))"
            + $" or (udp dst port 4789 and udp[{InnerType}:2] = 0x0800 and udp[{InnerIp + 9}] = 6 and udp[{InnerUdp + 13}] & 6 != 0"
            + $" and (udp[{InnerUdp + 4}:4] = {mark} or udp[{InnerUdp + 8}:4] = {next}))"));
    }

    /// <summary>Steth's own probe by its mark.</summary>
    /// <remarks>ether[] counts from the frame's first octet also behind a vlan clause, and a tag may be in the data or beside it.</remarks>
    public static string Probe(uint mark) => Tagged(string.Create(CultureInfo.InvariantCulture,
        $"(ether proto 0x88b5 and (ether[{EthernetPayload + ProbeMark}:4] = {mark} or ether[{EthernetPayload + 4 + ProbeMark}:4] = {mark}))"
        + $" or (udp dst port 4789 and udp[{InnerType}:2] = 0x88b5 and udp[{InnerIp + ProbeMark}:4] = {mark})"));

    /// <summary>Any of several exchanges, each as a member of this class gives it.</summary>
    /// <exception cref="ArgumentException">None is given, or one is not of this class.</exception>
    public static string Any(params string[] exchanges)
    {
        ArgumentNullException.ThrowIfNull(exchanges);
        if (exchanges.Length == 0)
            throw new ArgumentException("There is no exchange to look for.", nameof(exchanges));
        return Tagged(string.Join(" or ", exchanges.Select(Bare)));
    }

    private static string Bare(string exchange)
    {
        var end = exchange.IndexOf(BeforeTagged, StringComparison.Ordinal);
        var bare = end > 0 ? exchange[1..end] : "";
        return Tagged(bare) == exchange
            ? bare
            : throw new ArgumentException($"'{exchange}' is not a filter of {nameof(TraceFilter)}.", nameof(exchange));
    }

    private static string Tagged(string bare) => $"({bare}{BeforeTagged}{bare}))";
}
