using System.Globalization;

namespace Steth.Diagnosis.Checks.Fabric;

/// <summary>What carries a tunnel between two nodes.</summary>
internal static class TunnelTransport
{
    /// <summary>For a reader.</summary>
    /// <param name="type">vxlan, gre, geneve.</param>
    /// <param name="port">The UDP port, where it is not the usual one.</param>
    public static string Words(string? type, int? port = null) => type switch
    {
        "gre" => "GRE (IP protocol 47)",
        "geneve" => string.Create(CultureInfo.InvariantCulture, $"Geneve (UDP {port ?? Port(type)})"),
        _ => string.Create(CultureInfo.InvariantCulture, $"VXLAN (UDP {port ?? Port(type)})"),
    };

    /// <summary>The IP protocol: name and number.</summary>
    public static (string Name, int Number) Protocol(string? type) => type == "gre" ? ("gre", 47) : ("udp", 17);

    /// <summary>The usual UDP port (RFC 7348, RFC 8926); null: it has none.</summary>
    public static int? Port(string? type) => type switch { "gre" => null, "geneve" => 6081, _ => 4789 };
}
