using System.Text.Json.Serialization;
using Steth.Packets.Addresses;

namespace Steth.Contracts.Operations;

/// <summary>Ends a running capture: its call then answers with its counts at once.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record CaptureEndParams
{
    /// <summary>What capture.run was given as capture_id.</summary>
    public required Guid CaptureId { get; init; }
}

/// <summary>What became of it.</summary>
public sealed record CaptureEndResult
{
    /// <summary>False when no such capture ran any more.</summary>
    public required bool Ended { get; init; }
}

/// <summary>JSON shapes of <see cref="AgentOperations.CaptureEnd"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true,
    Converters = [typeof(IPAddressJsonConverter)])]
[JsonSerializable(typeof(CaptureEndParams))]
[JsonSerializable(typeof(CaptureEndResult))]
internal sealed partial class CaptureEndJson : JsonSerializerContext;
