using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Readiness.Planning;

/// <summary>The configuration against itself and against the nodes (<c>steth check plan</c>).</summary>
public sealed record PlanReport : CheckReport
{
    /// <summary>A row a node, and one for each of its addresses.</summary>
    [JsonPropertyOrder(0)]
    public required IReadOnlyList<PlanResult> Results { get; init; }

    /// <summary>What concerns no single node: whether networks overlap, and whether others answer.</summary>
    [JsonIgnore]
    public IReadOnlyList<CheckCase> FileCases { get; init; } = [];

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<CheckCase> Cases =>
        [.. FileCases, .. Results.Select(row => new CheckCase(row.Network ?? "agents", row.Node, row.State, row.Reason))];

    /// <inheritdoc/>
    [JsonIgnore]
    public override JsonTypeInfo JsonType => PlanReportJson.Default.PlanReport;
}

/// <summary>A node's agent, or one of its addresses.</summary>
public sealed record PlanResult
{
    /// <summary>The node.</summary>
    public required string Node { get; init; }

    /// <summary>The network type; null: the row is about the agent.</summary>
    public string? Network { get; init; }

    /// <summary>The address by the file; the agent's with its port.</summary>
    public required string Address { get; init; }

    /// <summary>The NIC by the file; null: it names none.</summary>
    public string? Nic { get; init; }

    /// <summary>The interface that has the address; null: none, or not known.</summary>
    public string? Interface { get; init; }

    /// <summary>The prefix the interface has with it, <c>192.0.2.0/24</c>; null: not known.</summary>
    public string? Prefix { get; init; }

    /// <summary>What it came to.</summary>
    public required CheckState State { get; init; }

    /// <summary>Why, when it is not PASS; null: it is.</summary>
    public string? Reason { get; init; }
}

/// <summary>JSON shape of <see cref="PlanReport"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(PlanReport))]
public sealed partial class PlanReportJson : JsonSerializerContext;
