using System.Net;
using System.Text.Json.Serialization;
using Steth.Packets.Addresses;

namespace Steth.Contracts.Operations;

/// <summary>Sends frames as the guest of a port would.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record GuestSendParams
{
    /// <summary>The port; NoSuchDevice when this host does not have it, InvalidParams when it is a service's.</summary>
    public required Guid PortId { get; init; }

    /// <summary>1–32 frames, sent in this order, back to back.</summary>
    public required IReadOnlyList<FrameSpec> Frames { get; init; }
}

/// <summary>One frame to craft.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record FrameSpec
{
    /// <summary>What it is.</summary>
    public required FrameKind Kind { get; init; }

    /// <summary>
    /// By which the frame and its answer are told from everybody else's, also behind NAT: the xid of a DISCOVER, the first four bytes of an
    /// echo's payload (its id is the low half), the sequence number of a SYN, the mark of a probe. An ARP request carries none.
    /// </summary>
    public required uint Mark { get; init; }

    /// <summary>Source MAC; null: the port's own, or the device's.</summary>
    public MacAddress? SourceMac { get; init; }

    /// <summary>Destination MAC; null: broadcast.</summary>
    public MacAddress? DestinationMac { get; init; }

    /// <summary>Source IPv4. Null: 0.0.0.0, which an echo and a SYN do not take.</summary>
    public IPAddress? SourceIp { get; init; }

    /// <summary>Target IPv4. Needed for all but a DISCOVER and a probe.</summary>
    public IPAddress? TargetIp { get; init; }

    /// <summary>Source port of a SYN, 1–65535.</summary>
    public int? SourcePort { get; init; }

    /// <summary>Destination port of a SYN, 1–65535.</summary>
    public int? TargetPort { get; init; }

    /// <summary>Length of an echo's IP packet in bytes, 32–65535, header included; null: 84.</summary>
    public int? IpLength { get; init; }

    /// <summary>Set DF (RFC 791); an echo's only.</summary>
    public bool DontFragment { get; init; }

    /// <summary>Tag the frame with this VLAN.</summary>
    public VlanId? VlanId { get; init; }
}

/// <summary>How the frames entered.</summary>
public sealed record GuestSendResult
{
    /// <summary>Where.</summary>
    public required InjectionMethod Injection { get; init; }

    /// <summary>Why not where the guest's frames do; null when it was there.</summary>
    public string? InjectionNote { get; init; }

    /// <summary>Frames the kernel took.</summary>
    public required int Sent { get; init; }

    /// <summary>The MAC that was used where a frame named none.</summary>
    public MacAddress? Mac { get; init; }
}

/// <summary>JSON shapes of <see cref="AgentOperations.GuestSend"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true,
    Converters = [typeof(IPAddressJsonConverter)])]
[JsonSerializable(typeof(GuestSendParams))]
[JsonSerializable(typeof(GuestSendResult))]
internal sealed partial class GuestSendJson : JsonSerializerContext;
