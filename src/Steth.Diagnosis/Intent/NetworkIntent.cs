using System.Net;
using Steth.Packets.Addresses;

namespace Steth.Diagnosis.Intent;

/// <summary>A network and its segment.</summary>
public sealed record NetworkIntent
{
    /// <summary>Its id; null: not known (a port no agent has wired).</summary>
    public Guid? Id { get; init; }

    /// <summary>Its name; null: not known.</summary>
    public string? Name { get; init; }

    /// <summary>vlan, flat, vxlan, gre, geneve, local; null: not known.</summary>
    public string? Type { get; init; }

    /// <summary>The physical network of a VLAN or flat network.</summary>
    public string? PhysicalNetwork { get; init; }

    /// <summary>VLAN id or VNI.</summary>
    public int? SegmentationId { get; init; }

    /// <summary>In bytes, of an IP packet; null: not known.</summary>
    public int? Mtu { get; init; }

    /// <summary>Administratively up; null: not known.</summary>
    public bool? AdminUp { get; init; }

    /// <summary>It is carried in tunnels.</summary>
    public bool IsTunnelled => Type is "vxlan" or "gre" or "geneve";
}

/// <summary>A subnet.</summary>
public sealed record SubnetIntent
{
    /// <summary>Its id; null: not known.</summary>
    public Guid? Id { get; init; }

    /// <summary>Its range.</summary>
    public required IPNetwork Range { get; init; }

    /// <summary>Its gateway; null: none.</summary>
    public IPAddress? Gateway { get; init; }

    /// <summary>DHCP is enabled; null: not known.</summary>
    public bool? DhcpEnabled { get; init; }

    /// <summary>Addresses of its pools in all; null: not known.</summary>
    public long? PoolSize { get; init; }
}

/// <summary>A port of a service: a DHCP server's, a router's.</summary>
public sealed record ServicePortIntent
{
    /// <summary>The port.</summary>
    public required Guid PortId { get; init; }

    /// <summary>Its MAC; null: not known.</summary>
    public MacAddress? Mac { get; init; }

    /// <summary>Its addresses, IPv4 first.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; set; } = [];

    /// <summary>The node it is on; null: not bound, or not known.</summary>
    public string? Host { get; init; }

    /// <summary>Administratively up; null: not known.</summary>
    public bool? AdminUp { get; init; }

    /// <summary>ACTIVE, DOWN, BUILD; null: not known.</summary>
    public string? Status { get; init; }
}

/// <summary>The router that is a network's gateway.</summary>
public sealed record RouterIntent
{
    /// <summary>Its id; null: not known.</summary>
    public Guid? Id { get; init; }

    /// <summary>Its name; null: not known.</summary>
    public string? Name { get; init; }

    /// <summary>Administratively up; null: not known.</summary>
    public bool? AdminUp { get; init; }

    /// <summary>Distributed (DVR); null: not known.</summary>
    public bool? Distributed { get; init; }

    /// <summary>Highly available (VRRP); null: not known.</summary>
    public bool? HighlyAvailable { get; init; }

    /// <summary>Its port on the network; the address is the guests' gateway. Null: not known.</summary>
    public ServicePortIntent? Interface { get; init; }

    /// <summary>Its port on the external network; null: it has none, or it is not known.</summary>
    public ServicePortIntent? Gateway { get; init; }

    /// <summary>The external network; null: it has none, or it is not known.</summary>
    public NetworkIntent? ExternalNetwork { get; init; }

    /// <summary>The next hop outside; null: not known.</summary>
    public IPAddress? ExternalGateway { get; init; }

    /// <summary>Traffic without a floating IP is translated; null: not known.</summary>
    public bool? SnatEnabled { get; init; }

    /// <summary>Nodes whose L3 agents are to host it; null: not known.</summary>
    public IReadOnlyList<string>? Hosts { get; init; }
}

/// <summary>One of Neutron's agents.</summary>
public sealed record AgentIntent
{
    /// <summary>Its host, as Neutron calls it.</summary>
    public required string Host { get; init; }

    /// <summary>neutron-openvswitch-agent, neutron-dhcp-agent, neutron-l3-agent, neutron-metadata-agent, ….</summary>
    public required string Binary { get; init; }

    /// <summary>It has reported within agent_down_time.</summary>
    public required bool Alive { get; init; }

    /// <summary>Administratively up.</summary>
    public required bool AdminUp { get; init; }

    /// <summary>configurations:tunneling_ip of an OVS agent; null: none.</summary>
    public IPAddress? TunnelingIp { get; init; }

    /// <summary>configurations:bridge_mappings of an OVS agent: physical network to bridge.</summary>
    public IReadOnlyDictionary<string, string> BridgeMappings { get; set; } = new Dictionary<string, string>();

    /// <summary>When it last reported (UTC); null: not known.</summary>
    public DateTimeOffset? HeartbeatAt { get; init; }
}
