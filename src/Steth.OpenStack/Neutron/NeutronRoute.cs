using System.Net;

namespace Steth.OpenStack.Neutron;

/// <summary>A static route.</summary>
public sealed record NeutronRoute
{
    /// <summary>Where to.</summary>
    public IPNetwork? Destination { get; init; }

    /// <summary>By way of.</summary>
    public IPAddress? Nexthop { get; init; }
}
