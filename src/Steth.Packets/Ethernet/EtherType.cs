namespace Steth.Packets.Ethernet;

/// <summary>What an Ethernet frame carries (IEEE 802 numbers); other values are kept as they are.</summary>
public enum EtherType : ushort
{
    /// <summary>IPv4 (RFC 894).</summary>
    IPv4 = 0x0800,

    /// <summary>ARP (RFC 826).</summary>
    Arp = 0x0806,

    /// <summary>802.1Q customer tag.</summary>
    Vlan = 0x8100,

    /// <summary>IPv6 (RFC 2464).</summary>
    IPv6 = 0x86dd,

    /// <summary>802.1ad service tag.</summary>
    ServiceVlan = 0x88a8,

    /// <summary>IEEE 802 local experimental 1: Steth's own probe.</summary>
    Probe = 0x88b5,

    /// <summary>LLDP (802.1AB).</summary>
    Lldp = 0x88cc,
}
