using System.Net;

namespace Steth.OpenStack.Neutron;

/// <summary>Another address a port may send from.</summary>
public sealed record NeutronAddressPair
{
    /// <summary>The address or prefix; a single address has its full length.</summary>
    public IPNetwork? IpAddress { get; init; }

    /// <summary>The MAC address.</summary>
    public string? MacAddress { get; init; }
}
