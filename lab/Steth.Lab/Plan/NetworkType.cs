namespace Steth.Lab.Plan;

/// <summary>How a network crosses from host to host (Neutron's provider:network_type).</summary>
public enum NetworkType
{
    /// <summary>A VLAN of the physical network.</summary>
    Vlan,

    /// <summary>A VXLAN network identifier between the hosts' underlay addresses.</summary>
    Vxlan,

    /// <summary>The physical network itself, untagged.</summary>
    Flat,
}
