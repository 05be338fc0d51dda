using System.Net;
using System.Text.Json.Serialization;
using Steth.OpenStack.Transport;

namespace Steth.OpenStack.Neutron;

/// <summary>A subnet, as far as a diagnosis needs it. What was not sent is null or empty.</summary>
public sealed record NeutronSubnet
{
    /// <summary>The id; empty when it was not among the fields asked for.</summary>
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>The name.</summary>
    public string? Name { get; init; }

    /// <summary>The network.</summary>
    public string? NetworkId { get; init; }

    /// <summary>4 or 6.</summary>
    public int? IpVersion { get; init; }

    /// <summary>The prefix.</summary>
    public IPNetwork? Cidr { get; init; }

    /// <summary>The gateway; null: none.</summary>
    public IPAddress? GatewayIp { get; init; }

    /// <summary>Whether DHCP agents serve it.</summary>
    public bool? EnableDhcp { get; init; }

    /// <summary>Where ports get their addresses from.</summary>
    public IReadOnlyList<NeutronAddressRange> AllocationPools
    {
        get;
        init => field = Lenient.List(value);
    } = [];

    /// <summary>Routes that DHCP hands out.</summary>
    public IReadOnlyList<NeutronRoute> HostRoutes
    {
        get;
        init => field = Lenient.List(value);
    } = [];

    /// <summary>Name servers that DHCP hands out.</summary>
    public IReadOnlyList<string> DnsNameservers
    {
        get;
        init => field = Lenient.List(value);
    } = [];

    /// <summary>slaac, dhcpv6-stateful, dhcpv6-stateless; null: none.</summary>
    [JsonPropertyName("ipv6_address_mode")]
    public string? Ipv6AddressMode { get; init; }

    /// <summary>The same words; null: no router advertisements by Neutron.</summary>
    [JsonPropertyName("ipv6_ra_mode")]
    public string? Ipv6RaMode { get; init; }
}
