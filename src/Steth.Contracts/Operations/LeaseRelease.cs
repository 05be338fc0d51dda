using System.Text.Json.Serialization;
using Steth.Packets.Addresses;

namespace Steth.Contracts.Operations;

/// <summary>Ends a lease now: what it covers is undone before the answer.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record LeaseReleaseParams
{
    /// <summary>
    /// The lease; Forbidden when it was given to somebody else and the caller has not the role change. One that took the role change
    /// takes it again.
    /// </summary>
    public required string LeaseId { get; init; }
}

/// <summary>What became of it.</summary>
public sealed record LeaseReleaseResult
{
    /// <summary>False when it had lapsed already.</summary>
    public required bool Released { get; init; }
}

/// <summary>JSON shapes of <see cref="AgentOperations.LeaseRelease"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true,
    Converters = [typeof(IPAddressJsonConverter)])]
[JsonSerializable(typeof(LeaseReleaseParams))]
[JsonSerializable(typeof(LeaseReleaseResult))]
internal sealed partial class LeaseReleaseJson : JsonSerializerContext;
