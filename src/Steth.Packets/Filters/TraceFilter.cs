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

    private static string Tagged(string bare) => $"({bare}) or (vlan and ({bare}))";
}
