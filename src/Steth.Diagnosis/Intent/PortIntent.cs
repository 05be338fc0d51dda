using System.Net;
using Steth.Packets.Addresses;

namespace Steth.Diagnosis.Intent;

/// <summary>How a port should be wired and served: as Neutron says, or as the nodes' own records tell.</summary>
public sealed record PortIntent
{
    /// <summary>Who says so.</summary>
    public required IntentSource Source { get; init; }

    /// <summary>The port.</summary>
    public required Guid PortId { get; init; }

    /// <summary>Its name; null: none, or not known.</summary>
    public string? Name { get; init; }

    /// <summary>Its MAC; null: not known.</summary>
    public MacAddress? Mac { get; init; }

    /// <summary>Its fixed addresses, IPv4 first.</summary>
    public IReadOnlyList<IPAddress> FixedIps { get; set; } = [];

    /// <summary>Its floating addresses.</summary>
    public IReadOnlyList<FloatingIpIntent> FloatingIps { get; set; } = [];

    /// <summary>compute:…, network:dhcp, network:router_interface, …; null: not known.</summary>
    public string? DeviceOwner { get; init; }

    /// <summary>ACTIVE, DOWN, BUILD, N/A; null: not known.</summary>
    public string? Status { get; init; }

    /// <summary>Administratively up; null: not known.</summary>
    public bool? AdminUp { get; init; }

    /// <summary>binding:host_id; null or empty: not bound, or not known.</summary>
    public string? BindingHost { get; init; }

    /// <summary>binding:vif_type: ovs, bridge, unbound, binding_failed, …; null: not known.</summary>
    public string? VifType { get; init; }

    /// <summary>binding:vnic_type: normal, direct, …; null: not known.</summary>
    public string? VnicType { get; init; }

    /// <summary>Port security (anti-spoofing and security groups); null: not known.</summary>
    public bool? PortSecurity { get; init; }

    /// <summary>What its security groups allow; null: not known.</summary>
    public IReadOnlyList<SecurityRuleIntent>? SecurityRules { get; init; }

    /// <summary>What makes it a kind of port that is not followed yet: <c>a subport of a trunk</c>; null: nothing.</summary>
    public string? Unsupported { get; init; }

    /// <summary>Its network.</summary>
    public required NetworkIntent Network { get; init; }

    /// <summary>Subnets of its network.</summary>
    public IReadOnlyList<SubnetIntent> Subnets { get; set; } = [];

    /// <summary>Ports of its network's DHCP servers.</summary>
    public IReadOnlyList<ServicePortIntent> DhcpPorts { get; set; } = [];

    /// <summary>The router that is its gateway; null: none, or not known.</summary>
    public RouterIntent? Router { get; init; }

    /// <summary>Neutron's agents on the hosts of its path; null: not known.</summary>
    public IReadOnlyList<AgentIntent>? Agents { get; init; }

    /// <summary>Hosts whose DHCP agents are to serve its network; null: not known.</summary>
    public IReadOnlyList<string>? DhcpAgentHosts { get; init; }

    /// <summary>The first fixed IPv4 address; null: none known.</summary>
    public IPAddress? Address => FixedIps.FirstOrDefault(ip => ip.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork);

    /// <summary>The subnet of <see cref="Address"/>; null: not known.</summary>
    public SubnetIntent? Subnet => Address is { } ip ? Subnets.FirstOrDefault(s => s.Range.Contains(ip)) : null;
}

/// <summary>Who told an intent.</summary>
public enum IntentSource
{
    /// <summary>Neutron's API.</summary>
    Neutron,

    /// <summary>The nodes' own records: Open vSwitch, DHCP files, namespaces.</summary>
    Nodes,
}

/// <summary>A floating IP of a port.</summary>
/// <param name="Address">The floating address.</param>
/// <param name="FixedIp">The address it stands for.</param>
/// <param name="RouterId">The router that translates; null: not known.</param>
public sealed record FloatingIpIntent(IPAddress Address, IPAddress FixedIp, Guid? RouterId);

/// <summary>One rule of a security group.</summary>
/// <param name="Ingress">Towards the guest.</param>
/// <param name="EtherType">IPv4 or IPv6.</param>
/// <param name="Protocol">tcp, udp, icmp, a number; null: any.</param>
/// <param name="Remote">The prefix or group it is for, as text; null: everybody.</param>
/// <param name="FirstPort">First port, or ICMP type; null: any.</param>
/// <param name="LastPort">Last port, or ICMP code; null: any.</param>
public sealed record SecurityRuleIntent(bool Ingress, string EtherType, string? Protocol, string? Remote, int? FirstPort, int? LastPort);
