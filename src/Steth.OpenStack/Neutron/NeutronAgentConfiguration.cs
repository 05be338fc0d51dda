using System.Net;
using System.Text.Json.Serialization;
using Steth.OpenStack.Transport;

namespace Steth.OpenStack.Neutron;

/// <summary>
/// What an agent reports of its configuration, as far as a diagnosis needs it. Which members are there depends on the agent.
/// </summary>
public sealed record NeutronAgentConfiguration
{
    /// <summary>Physical network to bridge.</summary>
    public IReadOnlyDictionary<string, string>? BridgeMappings { get; init; }

    /// <summary>vxlan, gre.</summary>
    public IReadOnlyList<string> TunnelTypes
    {
        get;
        init => field = Lenient.List(value);
    } = [];

    /// <summary>The VTEP's address; null: none.</summary>
    public IPAddress? TunnelingIp { get; init; }

    /// <summary>system or netdev.</summary>
    public string? DatapathType { get; init; }

    /// <summary>br-int.</summary>
    public string? IntegrationBridge { get; init; }

    /// <summary>Whether it has iptables as firewall.</summary>
    public bool? OvsHybridPlug { get; init; }

    /// <summary>Whether flooding tables are filled by Neutron.</summary>
    [JsonPropertyName("l2_population")]
    public bool? L2Population { get; init; }

    /// <summary>Whether it answers ARP for remote ports.</summary>
    public bool? ArpResponderEnabled { get; init; }

    /// <summary>DVR at the switch.</summary>
    public bool? EnableDistributedRouting { get; init; }

    /// <summary>Its extensions: qos, port_forwarding.</summary>
    public IReadOnlyList<string> Extensions
    {
        get;
        init => field = Lenient.List(value);
    } = [];

    /// <summary>legacy, dvr, dvr_snat, dvr_no_external: the L3 agent's mode.</summary>
    public string? AgentMode { get; init; }

    /// <summary>openvswitch, linuxbridge.</summary>
    public string? InterfaceDriver { get; init; }

    /// <summary>The DHCP agent's driver.</summary>
    public string? DhcpDriver { get; init; }
}
