using System.Text.Json.Serialization;
using Steth.Contracts.Names;
using Steth.Packets.Addresses;

namespace Steth.Contracts.Operations;

/// <summary>
/// Sends broadcast probes in many VLANs by one NIC: one frame a VLAN and kind, crafted with its tag, so that no VLAN device is made.
/// EtherType 0x88b5; nothing answers.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record VlanSendParams
{
    /// <summary>The NIC; NoSuchDevice when it does not exist. A port of Open vSwitch or of a bridge and a bond do as well.</summary>
    public required DeviceName Device { get; init; }

    /// <summary>Its named network namespace; null: the agent's own.</summary>
    public NamespaceName? Namespace { get; init; }

    /// <summary>Tells this run's probes from another's.</summary>
    public required uint Mark { get; init; }

    /// <summary>This sender's number in the run, 0–1023.</summary>
    public required int Sender { get; init; }

    /// <summary>What to send, at least one.</summary>
    public required IReadOnlyList<VlanProbes> Probes { get; init; }

    /// <summary>Which repetition it is, 0–255; it is in the frames.</summary>
    public int Copy { get; set; }

    /// <summary>Frames a second at most, 1–1000000.</summary>
    public int Pps { get; set; } = 5000;

    /// <summary>The inner VLAN of probes with two tags.</summary>
    public VlanId InnerVlan { get; set; } = new(1);

    /// <summary>The outer tag of probes with two tags.</summary>
    public OuterTag OuterTag { get; set; } = OuterTag.Service;
}

/// <summary>Probes of one kind.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record VlanProbes
{
    /// <summary>How they are made.</summary>
    public required VlanProbeKind Kind { get; init; }

    /// <summary>The VLANs, one frame each, as in <c>untagged,1-100,200</c>; untagged goes with plain probes only.</summary>
    public required VlanSet Vlans { get; init; }
}

/// <summary>How a VLAN's probe is made.</summary>
[JsonConverter(typeof(EnumNameJsonConverter<VlanProbeKind>))]
public enum VlanProbeKind
{
    /// <summary>The shortest frame, with one 802.1Q tag, or with none.</summary>
    [JsonStringEnumMemberName("plain")]
    Plain,

    /// <summary>The shortest frame with two tags; the VLAN is that of the outer one.</summary>
    [JsonStringEnumMemberName("double_tagged")]
    DoubleTagged,

    /// <summary>As large as the NIC's MTU allows, with one 802.1Q tag.</summary>
    [JsonStringEnumMemberName("full_size")]
    FullSize,
}

/// <summary>The EtherType of the outer of two tags.</summary>
[JsonConverter(typeof(EnumNameJsonConverter<OuterTag>))]
public enum OuterTag
{
    /// <summary>0x88a8, the service tag of 802.1ad.</summary>
    [JsonStringEnumMemberName("802.1ad")]
    Service,

    /// <summary>0x8100, as switches without 802.1ad stack them.</summary>
    [JsonStringEnumMemberName("802.1q")]
    Customer,
}

/// <summary>What left.</summary>
public sealed record VlanSendResult
{
    /// <summary>Frames the kernel took.</summary>
    public required int Sent { get; init; }

    /// <summary>From the first frame to the last, in ms.</summary>
    public required double TookMs { get; init; }

    /// <summary>Length of a full-size probe on the wire without its checksum, in bytes; null when none was sent.</summary>
    public int? FullSizeBytes { get; init; }
}

/// <summary>JSON shapes of <see cref="AgentOperations.VlanSend"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true,
    Converters = [typeof(IPAddressJsonConverter)])]
[JsonSerializable(typeof(VlanSendParams))]
[JsonSerializable(typeof(VlanSendResult))]
internal sealed partial class VlanSendJson : JsonSerializerContext;
