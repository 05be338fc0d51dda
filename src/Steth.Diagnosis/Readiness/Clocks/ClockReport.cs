using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Readiness.Clocks;

/// <summary>What <c>check clock</c> came to.</summary>
public sealed record ClockReport : CheckReport
{
    /// <summary>How far a clock may be from the median, in ms.</summary>
    [JsonPropertyOrder(-1)]
    public required double ThresholdMs { get; init; }

    /// <summary>One a node, in the order asked.</summary>
    [JsonPropertyOrder(0)]
    public required IReadOnlyList<ClockResult> Results { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<CheckCase> Cases => [.. Results.Select(r => new CheckCase("clock", r.Node, r.State, r.Reason))];

    /// <inheritdoc/>
    [JsonIgnore]
    public override JsonTypeInfo JsonType => ClockJson.Default.ClockReport;
}

/// <summary>One node's clock.</summary>
public sealed record ClockResult
{
    /// <summary>The node.</summary>
    public required string Node { get; init; }

    /// <summary>Ahead of the median of all nodes' clocks in ms, negative: behind; null: not measured.</summary>
    public double? SkewMs { get; init; }

    /// <summary>The most that the skew can be wrong by, in ms; null: not measured.</summary>
    public double? UncertaintyMs { get; init; }

    /// <summary>The shortest round trip in ms; null: not measured.</summary>
    public double? RttMs { get; init; }

    /// <summary>The kernel was told that a time source steers the clock; null: not known.</summary>
    public bool? Synchronized { get; init; }

    /// <summary>PASS: surely within the threshold. FAIL: surely beyond it.</summary>
    public required CheckState State { get; init; }

    /// <summary>Why, when it is not PASS; null: nothing to add.</summary>
    public string? Reason { get; init; }
}

/// <summary>How it is written as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    WriteIndented = true,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ClockReport))]
public sealed partial class ClockJson : JsonSerializerContext;
