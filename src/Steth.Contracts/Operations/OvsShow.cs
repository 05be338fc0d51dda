using System.Text.Json.Serialization;
using Steth.Packets.Addresses;

namespace Steth.Contracts.Operations;

/// <summary>No parameters.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record OvsShowParams;

/// <summary>The Open vSwitch database of a host (ovs-vswitchd.conf.db(5)).</summary>
public sealed record OvsShowResult
{
    /// <summary>False when Open vSwitch is not installed or its database does not answer; the rest is then empty.</summary>
    public required bool Running { get; init; }

    /// <summary>Why it is not running; null when it is.</summary>
    public string? Reason { get; init; }

    /// <summary>Open_vSwitch.ovs_version.</summary>
    public string? Version { get; init; }

    /// <summary>Open_vSwitch.external_ids.</summary>
    public required IReadOnlyDictionary<string, string> ExternalIds { get; init; }

    /// <summary>Bridges, by name.</summary>
    public required IReadOnlyList<OvsBridge> Bridges { get; init; }
}

/// <summary>One bridge.</summary>
public sealed record OvsBridge
{
    /// <summary>Name.</summary>
    public required string Name { get; init; }

    /// <summary><c>system</c> or <c>netdev</c>; empty means system.</summary>
    public required string DatapathType { get; init; }

    /// <summary><c>secure</c> or <c>standalone</c>; null when not set.</summary>
    public string? FailMode { get; init; }

    /// <summary>Ports, by name.</summary>
    public required IReadOnlyList<OvsPort> Ports { get; init; }
}

/// <summary>One port.</summary>
public sealed record OvsPort
{
    /// <summary>Name.</summary>
    public required string Name { get; init; }

    /// <summary>Access or native VLAN, 0–4095; Neutron's dead VLAN is 4095. Null: none.</summary>
    public int? Tag { get; init; }

    /// <summary>Trunked VLANs; empty: all.</summary>
    public required IReadOnlyList<int> Trunks { get; init; }

    /// <summary>access, trunk, native-tagged, …; null when not set.</summary>
    public string? VlanMode { get; init; }

    /// <summary>Neutron's agent writes net_uuid, network_type, physical_network, segmentation_id and tag here.</summary>
    public required IReadOnlyDictionary<string, string> OtherConfig { get; init; }

    /// <summary>Interfaces; more than one in an OVS bond.</summary>
    public required IReadOnlyList<OvsInterface> Interfaces { get; init; }
}

/// <summary>One interface of a port.</summary>
public sealed record OvsInterface
{
    /// <summary>Name.</summary>
    public required string Name { get; init; }

    /// <summary>Empty for a network device, else internal, patch, vxlan, gre, geneve, …</summary>
    public required string Type { get; init; }

    /// <summary>OpenFlow port; -1 when it could not be opened; null while unassigned.</summary>
    public int? Ofport { get; init; }

    /// <summary>Neutron and os-vif write iface-id, attached-mac, iface-status, vm-uuid here.</summary>
    public required IReadOnlyDictionary<string, string> ExternalIds { get; init; }

    /// <summary>peer of a patch; remote_ip, local_ip of a tunnel.</summary>
    public required IReadOnlyDictionary<string, string> Options { get; init; }

    /// <summary>up or down; null when unknown.</summary>
    public string? AdminState { get; init; }

    /// <summary>up or down; null when unknown.</summary>
    public string? LinkState { get; init; }

    /// <summary>Why it could not be opened; null when it could.</summary>
    public string? Error { get; init; }

    /// <summary>rx_packets, tx_packets, rx_dropped, … as OVS counts them.</summary>
    public required IReadOnlyDictionary<string, long> Statistics { get; init; }
}

/// <summary>JSON shapes of <see cref="AgentOperations.OvsShow"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true,
    Converters = [typeof(IPAddressJsonConverter)])]
[JsonSerializable(typeof(OvsShowParams))]
[JsonSerializable(typeof(OvsShowResult))]
internal sealed partial class OvsShowJson : JsonSerializerContext;
