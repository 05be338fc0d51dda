using System.Net;

namespace Steth.OpenStack.Neutron;

/// <summary>A range of addresses, both ends included.</summary>
public sealed record NeutronAddressRange
{
    /// <summary>The first.</summary>
    public IPAddress? Start { get; init; }

    /// <summary>The last.</summary>
    public IPAddress? End { get; init; }
}
