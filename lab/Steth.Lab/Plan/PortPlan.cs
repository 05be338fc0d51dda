using System.Net;
using Steth.Packets.Addresses;

namespace Steth.Lab.Plan;

/// <summary>A Neutron port: a VM's, the DHCP server's or a router's. Device names carry the first 11 characters of the port id.</summary>
public sealed record PortPlan
{
    /// <summary>Port id.</summary>
    public required string Id { get; init; }

    /// <summary>Port name, as in vm1.</summary>
    public required string Name { get; init; }

    /// <summary>MAC address of the port.</summary>
    public required MacAddress Mac { get; init; }

    /// <summary>The fixed IPv4 address.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>Host the port is bound to.</summary>
    public required string Host { get; init; }

    /// <summary>Network the port is on.</summary>
    public required NetworkPlan Network { get; init; }

    /// <summary>The floating IP that leads to it; null when none does.</summary>
    public IPAddress? FloatingIp { get; init; }

    /// <summary>The VM's id; null for ports that are no VM's.</summary>
    public string? VmId { get; init; }

    /// <summary>What the port belongs to.</summary>
    public required PortRole Role { get; init; }

    /// <summary>Plugged through a Linux bridge (tap, qbr, qvb, qvo) for iptables' sake, not straight into br-int.</summary>
    public bool IsHybrid { get; init; }

    /// <summary>First 11 characters of the id.</summary>
    public string Short => Id[..11];

    /// <summary>The guest's TAP device, or the DHCP server's device.</summary>
    public string Tap => "tap" + Short;

    /// <summary>The Linux bridge of a hybrid plug.</summary>
    public string Bridge => "qbr" + Short;

    /// <summary>The bridge's end of a hybrid plug's veth pair.</summary>
    public string BridgeVeth => "qvb" + Short;

    /// <summary>The br-int end of a hybrid plug's veth pair.</summary>
    public string OvsVeth => "qvo" + Short;

    /// <summary>The device that is the port of br-int.</summary>
    public string OvsDevice => Role switch
    {
        PortRole.Gateway => "qg-" + Short,
        PortRole.Router => "qr-" + Short,
        _ => IsHybrid ? OvsVeth : Tap,
    };

    /// <summary>The local VLAN of its network on its host.</summary>
    public int LocalVlan => Network.LocalVlans[Host];
}
