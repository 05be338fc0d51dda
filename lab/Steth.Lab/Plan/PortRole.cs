namespace Steth.Lab.Plan;

/// <summary>What a port belongs to (Neutron's device_owner).</summary>
public enum PortRole
{
    /// <summary>A VM: compute:nova.</summary>
    Vm,

    /// <summary>A DHCP server: network:dhcp.</summary>
    Dhcp,

    /// <summary>A router's inside: network:router_interface.</summary>
    Router,

    /// <summary>A router's outside: network:router_gateway.</summary>
    Gateway,
}
