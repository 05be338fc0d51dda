namespace Steth.Controller.Collection;

/// <summary>Capture filters (pcap-filter(7)) for the frames of an experiment, bare, in a VXLAN tunnel and tagged.</summary>
/// <remarks>A vlan clause shifts the offsets of all clauses after it, so it comes last.</remarks>
internal static class PathFilter
{
    /// <summary>DHCP.</summary>
    public const string Dhcp = "udp port 67 or udp port 68 or udp port 4789 or (vlan and (udp port 67 or udp port 68 or udp port 4789))";

    /// <summary>ARP.</summary>
    public const string Arp = "arp or udp port 4789 or (vlan and (arp or udp port 4789))";
}
