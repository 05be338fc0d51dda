using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Readiness.Bandwidth;

/// <summary>Throughput between nodes (<c>steth check bandwidth</c>).</summary>
public sealed record BandwidthReport : CheckReport
{
    /// <summary>One a directed pair and network.</summary>
    [JsonPropertyOrder(0)]
    public required IReadOnlyList<BandwidthResult> Results { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<CheckCase> Cases =>
        [.. Results.Select(r => new CheckCase(r.Network, $"{r.From} to {r.To}", r.State, r.State == CheckState.Pass ? null : r.Reason))];

    /// <inheritdoc/>
    [JsonIgnore]
    public override JsonTypeInfo JsonType => BandwidthReportJson.Default.BandwidthReport;
}

/// <summary>One run: a row of <c>check-iperf</c>, with from and to.</summary>
public sealed record BandwidthResult
{
    /// <summary>Who sent.</summary>
    public required string From { get; init; }

    /// <summary>Who received.</summary>
    public required string To { get; init; }

    /// <summary>The network type.</summary>
    public required string Network { get; init; }

    /// <summary>TCP or UDP.</summary>
    public required string Protocol { get; init; }

    /// <summary>Mean rate at the receiver; null: not measured.</summary>
    public double? BitsPerSecond { get; init; }

    /// <summary>TCP segments sent again; null: not told.</summary>
    public long? Retransmits { get; init; }

    /// <summary>UDP jitter in ms; null for TCP.</summary>
    public double? JitterMs { get; init; }

    /// <summary>UDP datagrams lost, 0–100; null for TCP.</summary>
    public double? LossPercent { get; init; }

    /// <summary>CPU the sending iperf used, in percent of one; null: not told.</summary>
    public double? SenderCpuPercent { get; init; }

    /// <summary>CPU the receiving iperf used, in percent of one; null: not told.</summary>
    public double? ReceiverCpuPercent { get; init; }

    /// <summary>Speed of the slower of the two links; null: not known.</summary>
    public double? LinkBitsPerSecond { get; init; }

    /// <summary>What is needed; null: nothing is, or it is a share of a link whose speed is not known.</summary>
    public double? NeededBitsPerSecond { get; init; }

    /// <summary>PASS, FAIL or UNKNOWN.</summary>
    public required CheckState State { get; init; }

    /// <summary>Why, when it is not PASS; null: it is.</summary>
    public string? Reason { get; init; }
}

/// <summary>JSON shape of <see cref="BandwidthReport"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(BandwidthReport))]
public sealed partial class BandwidthReportJson : JsonSerializerContext;
