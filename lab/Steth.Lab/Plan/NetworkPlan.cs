using System.Net;

namespace Steth.Lab.Plan;

/// <summary>A network with its one subnet.</summary>
public sealed record NetworkPlan
{
    /// <summary>Network id.</summary>
    public required string Id { get; init; }

    /// <summary>Network name.</summary>
    public required string Name { get; init; }

    /// <summary>Subnet id.</summary>
    public required string SubnetId { get; init; }

    /// <summary>How it crosses from host to host.</summary>
    public required NetworkType Type { get; init; }

    /// <summary>The VLAN on the physical network, 1 to 4094, or the VNI; null on a flat network.</summary>
    public int? SegmentationId { get; init; }

    /// <summary>The subnet's range.</summary>
    public required IPNetwork Range { get; init; }

    /// <summary>The subnet's gateway; null on an isolated network.</summary>
    public IPAddress? Gateway { get; init; }

    /// <summary>The local VLAN that stands for it on the br-int of each host that has ports on it, by host name.</summary>
    public required IReadOnlyDictionary<string, int> LocalVlans { get; init; }

    /// <summary>What fits in one packet: the underlay's 1500 bytes, less VXLAN's 50.</summary>
    public int Mtu => Type == NetworkType.Vxlan ? 1450 : 1500;

    /// <summary>Provider network type as Neutron writes it: vlan, vxlan or flat.</summary>
    public string TypeName => Type switch { NetworkType.Vlan => "vlan", NetworkType.Vxlan => "vxlan", _ => "flat" };

    /// <summary>Physical network as Neutron's agent writes it into OVSDB: Python's None where there is none.</summary>
    public string PhysicalNetwork => Type == NetworkType.Vxlan ? "None" : "physnet1";

    /// <summary>No router: the DHCP namespace answers for the metadata service.</summary>
    public bool IsIsolated => Gateway is null;

    /// <summary>The namespace of its DHCP server on net1.</summary>
    public string DhcpNamespace => "qdhcp-" + Id;
}
