namespace Steth.OpenStack.Neutron;

/// <summary>A DHCP option of a port.</summary>
public sealed record NeutronDhcpOption
{
    /// <summary>dnsmasq's name of it: mtu, tftp-server.</summary>
    public string? OptName { get; init; }

    /// <summary>Its value.</summary>
    public string? OptValue { get; init; }

    /// <summary>4 or 6.</summary>
    public int? IpVersion { get; init; }
}
