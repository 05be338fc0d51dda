using System.Text.Json.Serialization;
using Steth.Contracts.Names;
using Steth.Packets.Addresses;

namespace Steth.Contracts.Operations;

/// <summary>Which port.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PortWiringParams
{
    /// <summary>The Neutron port (external_ids:iface-id).</summary>
    public required Guid PortId { get; init; }

    /// <summary>
    /// The NIC the network is expected to leave by: of several it is the one described; one that the wiring does not lead to is described
    /// after those it does lead to. Null: every NIC of the provider bridge that the network's patch leads to.
    /// </summary>
    public DeviceName? PhysicalInterface { get; init; }
}

/// <summary>How this host wires a port, as its kernel and OVS tell. NoSuchDevice when neither knows the port.</summary>
public sealed record PortWiringResult
{
    /// <summary>The port.</summary>
    public required Guid PortId { get; init; }

    /// <summary>external_ids:attached-mac; null when OVS does not know the port.</summary>
    public MacAddress? Mac { get; init; }

    /// <summary>How the port is plugged.</summary>
    public required PortPlug Plug { get; init; }

    /// <summary>other_config:net_uuid.</summary>
    public Guid? NetworkId { get; init; }

    /// <summary>other_config:network_type: vlan, flat, vxlan, gre, geneve, local.</summary>
    public string? NetworkType { get; init; }

    /// <summary>other_config:physical_network.</summary>
    public string? PhysicalNetwork { get; init; }

    /// <summary>other_config:segmentation_id.</summary>
    public int? SegmentationId { get; init; }

    /// <summary>The port's local VLAN on the integration bridge, 0–4095.</summary>
    public int? LocalVlan { get; init; }

    /// <summary>
    /// Devices of the path that are expected, from the guest (or the service namespace) towards the wire. Also those that are missing.
    /// </summary>
    public required IReadOnlyList<PortDevice> Devices { get; init; }
}

/// <summary>How a port meets the integration bridge.</summary>
public enum PortPlug
{
    /// <summary>tap – qbr – qvb – qvo – br-int (ovs_hybrid_plug).</summary>
    [JsonStringEnumMemberName("hybrid")]
    Hybrid,

    /// <summary>tap directly on br-int.</summary>
    [JsonStringEnumMemberName("native")]
    Native,

    /// <summary>An OVS internal port inside a namespace (DHCP and router ports).</summary>
    [JsonStringEnumMemberName("internal")]
    Internal,
}

/// <summary>One device of a port's path.</summary>
public sealed record PortDevice
{
    /// <summary>Its name.</summary>
    public required string Device { get; init; }

    /// <summary>Its namespace; null: the host's own.</summary>
    public string? Namespace { get; init; }

    /// <summary>What it is in the path.</summary>
    public required PortDeviceKind Kind { get; init; }

    /// <summary>The bridge it should be a port of, and is when <see cref="Problem"/> is null.</summary>
    public string? Bridge { get; init; }

    /// <summary>What is wrong with it: missing, down, no carrier, off its bridge, tag 4095. Null: nothing seen.</summary>
    public string? Problem { get; init; }

    /// <summary>The same for programs, in the order they have to be put right; empty: nothing seen.</summary>
    public IReadOnlyList<WiringProblem> Problems { get; set; } = [];
}

/// <summary>What can be wrong with a device of a port's path.</summary>
[JsonConverter(typeof(EnumNameJsonConverter<WiringProblem>))]
public enum WiringProblem
{
    /// <summary>The kernel has no such device.</summary>
    [JsonStringEnumMemberName("missing")]
    Missing,

    /// <summary>It is administratively down.</summary>
    [JsonStringEnumMemberName("down")]
    Down,

    /// <summary>It has no carrier.</summary>
    [JsonStringEnumMemberName("no_carrier")]
    NoCarrier,

    /// <summary>It is not a port of the bridge it should be on.</summary>
    [JsonStringEnumMemberName("off_bridge")]
    OffBridge,

    /// <summary>Open vSwitch cannot use it (Interface.error).</summary>
    [JsonStringEnumMemberName("ovs_error")]
    OvsError,

    /// <summary>Its tag is 4095, Neutron's dead VLAN.</summary>
    [JsonStringEnumMemberName("dead_vlan")]
    DeadVlan,

    /// <summary>Its tag is not the one Neutron's agent wrote down (other_config:tag).</summary>
    [JsonStringEnumMemberName("wrong_tag")]
    WrongTag,
}

/// <summary>Place of a device in a port's path.</summary>
public enum PortDeviceKind
{
    /// <summary>The guest's tap, or the tap of a DHCP server.</summary>
    [JsonStringEnumMemberName("tap")]
    Tap,

    /// <summary>The Linux bridge of a hybrid plug.</summary>
    [JsonStringEnumMemberName("qbr")]
    Qbr,

    /// <summary>The qbr's end of the veth pair.</summary>
    [JsonStringEnumMemberName("qvb")]
    Qvb,

    /// <summary>The integration bridge's end of the veth pair.</summary>
    [JsonStringEnumMemberName("qvo")]
    Qvo,

    /// <summary>A NIC.</summary>
    [JsonStringEnumMemberName("nic")]
    Nic,

    /// <summary>A router's device in its namespace: qr-, qg-.</summary>
    [JsonStringEnumMemberName("router")]
    Router,
}

/// <summary>JSON shapes of <see cref="AgentOperations.PortWiring"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true,
    Converters = [typeof(IPAddressJsonConverter)])]
[JsonSerializable(typeof(PortWiringParams))]
[JsonSerializable(typeof(PortWiringResult))]
internal sealed partial class PortWiringJson : JsonSerializerContext;
