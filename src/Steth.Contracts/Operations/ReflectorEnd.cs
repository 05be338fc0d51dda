using System.Text.Json.Serialization;
using Steth.Packets.Addresses;

namespace Steth.Contracts.Operations;

/// <summary>Ends a running reflector: its call then answers with its counts at once.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ReflectorEndParams
{
    /// <summary>What reflector.run was given as reflector_id.</summary>
    public required Guid ReflectorId { get; init; }
}

/// <summary>What became of it.</summary>
public sealed record ReflectorEndResult
{
    /// <summary>False when no such reflector ran any more.</summary>
    public required bool Ended { get; init; }
}

/// <summary>JSON shapes of <see cref="AgentOperations.ReflectorEnd"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true,
    Converters = [typeof(IPAddressJsonConverter)])]
[JsonSerializable(typeof(ReflectorEndParams))]
[JsonSerializable(typeof(ReflectorEndResult))]
internal sealed partial class ReflectorEndJson : JsonSerializerContext;
