using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Readiness.Mtu;

/// <summary>The largest packets that pass between all nodes (<c>steth check mtu</c>).</summary>
public sealed record MtuReport : CheckReport
{
    /// <summary>One a directed pair and network.</summary>
    [JsonPropertyOrder(0)]
    public required IReadOnlyList<MtuResult> Results { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<CheckCase> Cases =>
    [
        .. Results.Select(r => new CheckCase(
            r.IpVersion == 6 ? $"{r.Network} (IPv6)" : r.Network, $"{r.From} to {r.To}", r.State, r.Reason)),
    ];

    /// <inheritdoc/>
    [JsonIgnore]
    public override JsonTypeInfo JsonType => MtuReportJson.Default.MtuReport;
}

/// <summary>One directed pair on one network. Sizes are those of IP packets in bytes.</summary>
public sealed record MtuResult
{
    /// <summary>Who sent.</summary>
    public required string From { get; init; }

    /// <summary>Who received.</summary>
    public required string To { get; init; }

    /// <summary>The network type.</summary>
    public required string Network { get; init; }

    /// <summary>4 or 6.</summary>
    public required int IpVersion { get; init; }

    /// <summary>The largest that passed; null: not measured.</summary>
    public int? Mtu { get; init; }

    /// <summary>
    /// What has to pass: the smaller MTU of the two interfaces, or what tenants need where that is more; null: not known.
    /// </summary>
    public int? Needed { get; init; }

    /// <summary>PASS, FAIL or UNKNOWN.</summary>
    public required CheckState State { get; init; }

    /// <summary>By UDP, this way alone; null: not measured.</summary>
    public int? UdpMtu { get; init; }

    /// <summary>By ICMP echo, there and back; null: not measured.</summary>
    public int? IcmpMtu { get; init; }

    /// <summary>The sender's interface; null: not known.</summary>
    public int? InterfaceMtu { get; init; }

    /// <summary>Why, when it is not PASS; null: it is.</summary>
    public string? Reason { get; init; }
}

/// <summary>JSON shape of <see cref="MtuReport"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(MtuReport))]
public sealed partial class MtuReportJson : JsonSerializerContext;
