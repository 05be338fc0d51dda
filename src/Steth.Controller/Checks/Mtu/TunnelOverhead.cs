namespace Steth.Controller.Checks.Mtu;

/// <summary>What a tunnel adds to a tenant's IP packet, the inner Ethernet header (14 bytes) included; in bytes.</summary>
public static class TunnelOverhead
{
    /// <summary>An outer IPv6 header is longer than an IPv4 one by this.</summary>
    public const int V6 = 20;

    /// <summary>Over IPv4; null for what is no tunnel.</summary>
    /// <param name="type">A network type of Neutron.</param>
    public static int? Of(string? type) => type switch
    {
        "vxlan" => 14 + 8 + 8 + 20, // RFC 7348
        "gre" => 14 + 8 + 20, // RFC 2890: GRE with a key
        "geneve" => 14 + 8 + 8 + 8 + 20, // RFC 8926: with the option OVN sends
        _ => null,
    };
}
