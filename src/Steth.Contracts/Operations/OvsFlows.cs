using System.Text.Json.Serialization;
using Steth.Contracts.Names;
using Steth.Packets.Addresses;

namespace Steth.Contracts.Operations;

/// <summary>Which flows.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record OvsFlowsParams
{
    /// <summary>The bridge; NoSuchDevice when there is none of that name.</summary>
    public required DeviceName Bridge { get; init; }

    /// <summary>Only this table, 0–254; null: all.</summary>
    public int? Table { get; init; }
}

/// <summary>OpenFlow flows (ovs-ofctl(8) dump-flows), in the order printed.</summary>
public sealed record OvsFlowsResult
{
    /// <summary>The flows.</summary>
    public required IReadOnlyList<OvsFlow> Flows { get; init; }
}

/// <summary>One flow.</summary>
public sealed record OvsFlow
{
    /// <summary>As printed: 0x….</summary>
    public required string Cookie { get; init; }

    /// <summary>Table number.</summary>
    public required int Table { get; init; }

    /// <summary>Higher wins; 32768 when not printed.</summary>
    public required int Priority { get; init; }

    /// <summary>Packets matched; lags by up to a revalidator round (0.3 s seen).</summary>
    public required long Packets { get; init; }

    /// <summary>Bytes matched.</summary>
    public required long Bytes { get; init; }

    /// <summary>What it matches, without priority; empty: everything.</summary>
    public required string Match { get; init; }

    /// <summary>What it does.</summary>
    public required string Actions { get; init; }
}

/// <summary>JSON shapes of <see cref="AgentOperations.OvsFlows"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true,
    Converters = [typeof(IPAddressJsonConverter)])]
[JsonSerializable(typeof(OvsFlowsParams))]
[JsonSerializable(typeof(OvsFlowsResult))]
internal sealed partial class OvsFlowsJson : JsonSerializerContext;
