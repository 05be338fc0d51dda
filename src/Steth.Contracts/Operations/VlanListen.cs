using System.Text.Json.Serialization;
using Steth.Contracts.Names;
using Steth.Packets.Addresses;

namespace Steth.Contracts.Operations;

/// <summary>
/// Listens on a NIC for the probes of vlan.send and counts which arrived from whom in which VLAN. Ends when all that is expected was
/// seen, by capture.end, after its seconds, or when the caller goes away.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record VlanListenParams
{
    /// <summary>The NIC; NoSuchDevice when it does not exist.</summary>
    public required DeviceName Device { get; init; }

    /// <summary>Its named network namespace; null: the agent's own.</summary>
    public NamespaceName? Namespace { get; init; }

    /// <summary>The run whose probes count.</summary>
    public required uint Mark { get; init; }

    /// <summary>By which capture.end ends it.</summary>
    public required Guid CaptureId { get; init; }

    /// <summary>Who sends what, 1–1024 senders; frames of others are not counted.</summary>
    public required IReadOnlyList<VlanSender> Senders { get; init; }

    /// <summary>The sender that sends by this NIC: its frames are expected to leave, not to arrive. Null: none does.</summary>
    public int? Own { get; init; }

    /// <summary>1–3600 s.</summary>
    public int Seconds { get; set; } = 60;
}

/// <summary>What one sender of a run sends.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record VlanSender
{
    /// <summary>Its number, 0–1023, each once.</summary>
    public required int Sender { get; init; }

    /// <summary>What it sends.</summary>
    public required IReadOnlyList<VlanProbes> Probes { get; init; }
}

/// <summary>The moment from which the NIC is listened on; what comes later is only a heartbeat.</summary>
public sealed record VlanListenEvent
{
    /// <summary>True.</summary>
    public required bool Listening { get; init; }
}

/// <summary>What was seen.</summary>
public sealed record VlanListenResult
{
    /// <summary>Probes that arrived in the VLAN they were sent in, once each however often they came.</summary>
    public required IReadOnlyList<VlanSighting> Arrived { get; init; }

    /// <summary>Probes that were seen leaving by this NIC: proof that it is listened on, and that they left.</summary>
    public required IReadOnlyList<VlanSighting> Left { get; init; }

    /// <summary>Probes that arrived in another VLAN than the one they were sent in, at most 8192.</summary>
    public required IReadOnlyList<VlanMoved> Moved { get; init; }

    /// <summary>All that was expected was seen.</summary>
    public required bool Complete { get; init; }

    /// <summary>Frames the kernel dropped because we were slow, at most; a "not seen" is worth nothing when this is not 0.</summary>
    public required long Dropped { get; init; }

    /// <summary>Why the NIC was not listened on to the end (it was deleted); null: it was.</summary>
    public string? Problem { get; init; }
}

/// <summary>Probes of one sender and kind.</summary>
public sealed record VlanSighting
{
    /// <summary>Who sent them.</summary>
    public required int Sender { get; init; }

    /// <summary>How they were made.</summary>
    public required VlanProbeKind Kind { get; init; }

    /// <summary>The VLANs they were sent in.</summary>
    public required VlanSet Vlans { get; init; }
}

/// <summary>Probes that changed their VLAN on the way.</summary>
public sealed record VlanMoved
{
    /// <summary>Who sent them.</summary>
    public required int Sender { get; init; }

    /// <summary>How they were made.</summary>
    public required VlanProbeKind Kind { get; init; }

    /// <summary>The VLAN they were sent in; 0: untagged.</summary>
    public required int SentIn { get; init; }

    /// <summary>The outermost VLAN they arrived in; 0: untagged. Both are equal when only the inner of two tags was lost.</summary>
    public required int ArrivedIn { get; init; }
}

/// <summary>JSON shapes of <see cref="AgentOperations.VlanListen"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true,
    Converters = [typeof(IPAddressJsonConverter)])]
[JsonSerializable(typeof(VlanListenParams))]
[JsonSerializable(typeof(VlanListenResult))]
[JsonSerializable(typeof(VlanListenEvent))]
internal sealed partial class VlanListenJson : JsonSerializerContext;
