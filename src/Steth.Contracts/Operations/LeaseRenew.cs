using System.Text.Json.Serialization;
using Steth.Packets.Addresses;

namespace Steth.Contracts.Operations;

/// <summary>Keeps a lease alive.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record LeaseRenewParams
{
    /// <summary>
    /// The lease; NoSuchDevice when it has lapsed, Forbidden when it was given to somebody else and the caller has not the role change,
    /// PermissionDenied when it waits to be confirmed. One that took the role change takes it again.
    /// </summary>
    public required string LeaseId { get; init; }

    /// <summary>Counted from now, 1–3600 s.</summary>
    public required int Seconds { get; init; }
}

/// <summary>The lease as it now stands.</summary>
public sealed record LeaseRenewResult
{
    /// <summary>When it lapses (UTC, the agent's clock).</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
}

/// <summary>JSON shapes of <see cref="AgentOperations.LeaseRenew"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true,
    Converters = [typeof(IPAddressJsonConverter)])]
[JsonSerializable(typeof(LeaseRenewParams))]
[JsonSerializable(typeof(LeaseRenewResult))]
internal sealed partial class LeaseRenewJson : JsonSerializerContext;
