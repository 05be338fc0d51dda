namespace Steth.Packets.Ip;

/// <summary>IANA protocol numbers this project names; others are kept as they are.</summary>
public enum IpProtocol : byte
{
    /// <summary>IPv6 hop-by-hop options.</summary>
    HopByHop = 0,

    /// <summary>ICMP for IPv4.</summary>
    Icmp = 1,

    /// <summary>IGMP.</summary>
    Igmp = 2,

    /// <summary>TCP.</summary>
    Tcp = 6,

    /// <summary>UDP.</summary>
    Udp = 17,

    /// <summary>IPv6 routing header.</summary>
    Routing = 43,

    /// <summary>IPv6 fragment header.</summary>
    Fragment = 44,

    /// <summary>GRE.</summary>
    Gre = 47,

    /// <summary>IPsec ESP.</summary>
    Esp = 50,

    /// <summary>IPsec AH.</summary>
    Ah = 51,

    /// <summary>ICMP for IPv6.</summary>
    IcmpV6 = 58,

    /// <summary>IPv6: nothing follows.</summary>
    NoNextHeader = 59,

    /// <summary>IPv6 destination options.</summary>
    DestinationOptions = 60,

    /// <summary>VRRP (keepalived of an L3-HA router).</summary>
    Vrrp = 112,

    /// <summary>SCTP.</summary>
    Sctp = 132,
}
