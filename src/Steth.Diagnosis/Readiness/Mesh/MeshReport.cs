using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Readiness.Mesh;

/// <summary>Loss and latency between all nodes (<c>steth check mesh</c>).</summary>
public sealed record MeshReport : CheckReport
{
    /// <summary>One a directed pair and network.</summary>
    [JsonPropertyOrder(0)]
    public required IReadOnlyList<MeshResult> Results { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<CheckCase> Cases =>
    [
        .. Results.Select(r => new CheckCase(
            r.IpVersion == 6 ? $"{r.Network} (IPv6)" : r.Network, $"{r.From} to {r.To}", r.State, r.Reason)),
    ];

    /// <inheritdoc/>
    [JsonIgnore]
    public override JsonTypeInfo JsonType => MeshReportJson.Default.MeshReport;
}

/// <summary>One directed pair on one network.</summary>
public sealed record MeshResult
{
    /// <summary>Who probed.</summary>
    public required string From { get; init; }

    /// <summary>Who answered.</summary>
    public required string To { get; init; }

    /// <summary>The network type.</summary>
    public required string Network { get; init; }

    /// <summary>4 or 6.</summary>
    public required int IpVersion { get; init; }

    /// <summary>Probes sent.</summary>
    public required int Sent { get; init; }

    /// <summary>Probes answered in time.</summary>
    public required int Received { get; init; }

    /// <summary>0–100; null when nothing was sent.</summary>
    public double? LossPercent { get; init; }

    /// <summary>Median round trip in ms; null without an answer.</summary>
    public double? RttP50Ms { get; init; }

    /// <summary>99th percentile in ms; null without an answer.</summary>
    public double? RttP99Ms { get; init; }

    /// <summary>Mean difference of round trips that follow each other, in ms; null with fewer than two answers.</summary>
    public double? JitterMs { get; init; }

    /// <summary>PASS, FAIL or UNKNOWN.</summary>
    public required CheckState State { get; init; }

    /// <summary>Probes lost on their way there; null: not known.</summary>
    public int? LostThere { get; init; }

    /// <summary>Answers lost on their way back; null: not known.</summary>
    public int? LostBack { get; init; }

    /// <summary>Shortest round trip in ms; null without an answer.</summary>
    public double? RttMinMs { get; init; }

    /// <summary>Longest round trip in ms; null without an answer.</summary>
    public double? RttMaxMs { get; init; }

    /// <summary>Answers out of order.</summary>
    public required int Reordered { get; init; }

    /// <summary>Answers that came twice.</summary>
    public required int Duplicates { get; init; }

    /// <summary>Why, when it is not PASS; null: it is.</summary>
    public string? Reason { get; init; }
}

/// <summary>JSON shape of <see cref="MeshReport"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(MeshReport))]
public sealed partial class MeshReportJson : JsonSerializerContext;
