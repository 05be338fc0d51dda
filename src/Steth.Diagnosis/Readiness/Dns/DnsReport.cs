using System.Net;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Steth.Diagnosis.Verdicts;
using Steth.Packets.Addresses;

namespace Steth.Diagnosis.Readiness.Dns;

/// <summary>What <c>check dns</c> came to.</summary>
public sealed record DnsReport : CheckReport
{
    /// <summary>One a node and name, by node in the order asked.</summary>
    [JsonPropertyOrder(0)]
    public required IReadOnlyList<DnsResult> Results { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<CheckCase> Cases =>
        [.. Results.Select(r => new CheckCase("dns", r.Name is null ? r.Node : $"{r.Name} on {r.Node}", r.State, r.Reason))];

    /// <inheritdoc/>
    [JsonIgnore]
    public override JsonTypeInfo JsonType => DnsJson.Default.DnsReport;
}

/// <summary>One name on one node.</summary>
public sealed record DnsResult
{
    /// <summary>Where it was resolved.</summary>
    public required string Node { get; init; }

    /// <summary>The name; null: the node could not be asked for any.</summary>
    public string? Name { get; init; }

    /// <summary>What it resolves to there, in the order a program would try them; empty: nothing.</summary>
    public required IReadOnlyList<IPAddress> Addresses { get; init; }

    /// <summary>The addresses of that node in the configuration.</summary>
    public required IReadOnlyList<IPAddress> Configured { get; init; }

    /// <summary>How long it took in ms; null: not measured.</summary>
    public double? TookMs { get; init; }

    /// <summary>PASS: to configured addresses only, and the same as elsewhere.</summary>
    public required CheckState State { get; init; }

    /// <summary>Why, when it is not PASS; null: nothing to add.</summary>
    public string? Reason { get; init; }
}

/// <summary>How it is written as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    WriteIndented = true,
    UseStringEnumConverter = true,
    Converters = [typeof(IPAddressJsonConverter)])]
[JsonSerializable(typeof(DnsReport))]
public sealed partial class DnsJson : JsonSerializerContext;
