namespace Steth.OpenStack.Neutron;

/// <summary>How a port is plugged in on its host.</summary>
public sealed record NeutronVifDetails
{
    /// <summary>With a qbr bridge and iptables (true), or straight into OVS.</summary>
    public bool? OvsHybridPlug { get; init; }

    /// <summary>Whether the mechanism enforces security groups.</summary>
    public bool? PortFilter { get; init; }

    /// <summary>The integration bridge.</summary>
    public string? BridgeName { get; init; }

    /// <summary>system or netdev.</summary>
    public string? DatapathType { get; init; }

    /// <summary>l2 or l3; older Neutrons do not say.</summary>
    public string? Connectivity { get; init; }

    /// <summary>The socket of a vhost-user port.</summary>
    public string? VhostuserSocket { get; init; }
}
