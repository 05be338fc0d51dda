using System.Net;

namespace Steth.Lab.Plan;

/// <summary>One host of the lab and the addresses it carries.</summary>
public sealed record HostPlan
{
    /// <summary>Host name: ctl, net1, comp1, comp2, or node-1 and so on; sw is the physical switch, ext the outside.</summary>
    public required string Name { get; init; }

    /// <summary>Management address on eth0, /24; null on the switch and outside.</summary>
    public IPAddress? Management { get; init; }

    /// <summary>Underlay address on br-phy (with the kernel datapath on eth2), /24; null where there is no Open vSwitch of Neutron's.</summary>
    public IPAddress? Underlay { get; init; }

    /// <summary>Storage address on eth3, /24; null where there is none.</summary>
    public IPAddress? Storage { get; init; }

    /// <summary>A bare host's address on eth1, /24; null in a cloud, whose eth1 carries the provider networks and no address.</summary>
    public IPAddress? Fabric { get; init; }

    /// <summary>An operator can log on to it: it has a management address and runs an agent.</summary>
    public bool IsVisible => Management is not null;

    /// <summary>It runs Neutron's Open vSwitch bridges.</summary>
    public bool IsWired => Underlay is not null;
}
