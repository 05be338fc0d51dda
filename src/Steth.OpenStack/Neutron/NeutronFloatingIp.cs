using System.Net;

namespace Steth.OpenStack.Neutron;

/// <summary>A floating IP. What was not sent is null.</summary>
public sealed record NeutronFloatingIp
{
    /// <summary>The id; empty when it was not among the fields asked for.</summary>
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>The outer address.</summary>
    public IPAddress? FloatingIpAddress { get; init; }

    /// <summary>The port's address it leads to; null: to none.</summary>
    public IPAddress? FixedIpAddress { get; init; }

    /// <summary>The port; null: it is with none.</summary>
    public string? PortId { get; init; }

    /// <summary>The router that translates.</summary>
    public string? RouterId { get; init; }

    /// <summary>The external network.</summary>
    public string? FloatingNetworkId { get; init; }

    /// <summary>ACTIVE, DOWN, ERROR.</summary>
    public string? Status { get; init; }
}
