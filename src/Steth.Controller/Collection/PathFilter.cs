using System.Net;

namespace Steth.Controller.Collection;

/// <summary>
/// Capture filters (pcap-filter(7)) for the frames of one experiment: bare, in a VXLAN tunnel and tagged, so that a busy NIC's other traffic
/// does not use up the capture.
/// </summary>
/// <remarks>
/// libpcap has no name for what is inside VXLAN; it is addressed by its offset from the outer UDP header: UDP 8 and VXLAN 8 bytes, then the inner
/// Ethernet header's 14. A vlan clause shifts the offsets of all clauses after it, so it comes last.
/// </remarks>
internal static class PathFilter
{
    /// <summary>DHCP messages of one transaction, the id of which stands 4 bytes into the message (RFC 2131, figure 1).</summary>
    public static string Dhcp(uint xid) => Anywhere(FormattableString.Invariant(
        $"(udp and (port 67 or port 68) and udp[12:4] = {xid}) or (udp dst port 4789 and udp[28:2] = 0x0800 and udp[39] = 17 and udp[62:4] = {xid})"));

    /// <summary>ARP about one IPv4 address, as sender or as target (RFC 826).</summary>
    public static string Arp(IPAddress target)
    {
        var number = Convert.ToHexStringLower(target.GetAddressBytes());
        return Anywhere(
            $"(arp host {target}) or (udp dst port 4789 and udp[28:2] = 0x0806 and (udp[44:4] = 0x{number} or udp[54:4] = 0x{number}))");
    }

    private static string Anywhere(string bare) => $"({bare}) or (vlan and ({bare}))";
}
