using System.Net;

namespace Steth.OpenStack.Neutron;

/// <summary>An address of a port.</summary>
public sealed record NeutronFixedIp
{
    /// <summary>The subnet it is from.</summary>
    public string? SubnetId { get; init; }

    /// <summary>The address; null when it is none.</summary>
    public IPAddress? IpAddress { get; init; }
}
