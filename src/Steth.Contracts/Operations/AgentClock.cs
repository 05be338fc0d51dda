using System.Text.Json.Serialization;
using Steth.Packets.Addresses;

namespace Steth.Contracts.Operations;

/// <summary>No parameters.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record AgentClockParams;

/// <summary>What the host's clock shows, read while the call is answered.</summary>
public sealed record AgentClockResult
{
    /// <summary>Nanoseconds since 1970-01-01 UTC, leap seconds not counted (CLOCK_REALTIME), in steps of 100.</summary>
    public required long UnixNanoseconds { get; init; }

    /// <summary>
    /// Whether the kernel was told that its clock is steered by a time source (adjtimex(2): any state but TIME_ERROR); null when the kernel
    /// does not say.
    /// </summary>
    public bool? Synchronized { get; init; }
}

/// <summary>JSON shapes of <see cref="AgentOperations.AgentClock"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true,
    Converters = [typeof(IPAddressJsonConverter)])]
[JsonSerializable(typeof(AgentClockParams))]
[JsonSerializable(typeof(AgentClockResult))]
internal sealed partial class AgentClockJson : JsonSerializerContext;
