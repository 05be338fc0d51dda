using System.Text.Json.Serialization;
using Steth.Packets.Addresses;

namespace Steth.Contracts.Operations;

/// <summary>No parameters.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record LeaseListParams;

/// <summary>Everything the agent will undo.</summary>
public sealed record LeaseListResult
{
    /// <summary>The leases, oldest first.</summary>
    public required IReadOnlyList<LeaseFacts> Leases { get; init; }
}

/// <summary>One lease.</summary>
public sealed record LeaseFacts
{
    /// <summary>Its id.</summary>
    public required string LeaseId { get; init; }

    /// <summary>What it covers: <c>VLAN device eth1.105</c>.</summary>
    public required string Covers { get; init; }

    /// <summary>When it lapses, or is tried again to be undone (UTC, the agent's clock).</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
}

/// <summary>JSON shapes of <see cref="AgentOperations.LeaseList"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true,
    Converters = [typeof(IPAddressJsonConverter)])]
[JsonSerializable(typeof(LeaseListParams))]
[JsonSerializable(typeof(LeaseListResult))]
internal sealed partial class LeaseListJson : JsonSerializerContext;
