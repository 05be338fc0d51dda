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

    /// <summary>
    /// Whom it was given to: the name in the certificate; null: there was none, or an agent that has ended made it and this one undoes it.
    /// </summary>
    public string? Holder { get; init; }

    /// <summary>How it stands.</summary>
    public LeaseState State { get; init; }

    /// <summary>When it lapses, or is tried again to be undone (UTC, the agent's clock).</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
}

/// <summary>How a lease stands.</summary>
public enum LeaseState
{
    /// <summary>It is undone unless it is renewed.</summary>
    [JsonStringEnumMemberName("held")]
    Held,

    /// <summary>It is undone unless it is confirmed.</summary>
    [JsonStringEnumMemberName("unconfirmed")]
    Unconfirmed,

    /// <summary>It is being made or undone at this moment.</summary>
    [JsonStringEnumMemberName("changing")]
    Changing,

    /// <summary>It has ended and could not be undone; it is tried again. The agent's log says why.</summary>
    [JsonStringEnumMemberName("stuck")]
    Stuck,
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
