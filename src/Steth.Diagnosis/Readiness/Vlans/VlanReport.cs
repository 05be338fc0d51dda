using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Steth.Diagnosis.Verdicts;
using Steth.Packets.Addresses;

namespace Steth.Diagnosis.Readiness.Vlans;

/// <summary>What <c>steth check vlan</c> came to.</summary>
public sealed record VlanReport : CheckReport
{
    /// <summary>So many results are listed at most.</summary>
    public const int MostResults = 100_000;

    /// <summary>
    /// A row a VLAN and directed pair, by VLAN. When there are more than <see cref="MostResults"/>, those that passed are left out, and of
    /// the others so many are listed.
    /// </summary>
    public required IReadOnlyList<VlanResult> Results { get; init; }

    /// <summary>The VLANs in which something is broken, those with the same groups together.</summary>
    [JsonPropertyOrder(1)]
    public required IReadOnlyList<VlanPartition> Partitions { get; init; }

    /// <summary>All results by their state, those that are not listed included.</summary>
    [JsonPropertyOrder(2)]
    public required VlanResultCounts ResultCounts { get; init; }

    /// <summary>The directed pairs with what they came to over all VLANs, by sender.</summary>
    [JsonIgnore]
    public IReadOnlyList<VlanPairResult> Pairs { get; init; } = [];

    /// <summary>One case a directed pair.</summary>
    [JsonIgnore]
    public override IReadOnlyList<CheckCase> Cases => [.. Pairs.Select(pair => pair.Case)];

    /// <summary>The nodes' names, in the order they were given.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Nodes { get; init; } = [];

    /// <summary>The VLANs that were tried.</summary>
    [JsonIgnore]
    public VlanSet Vlans { get; init; } = VlanSet.Empty;

    /// <inheritdoc/>
    [JsonIgnore]
    public override JsonTypeInfo JsonType => VlanReportJson.Default.VlanReport;
}

/// <summary>One directed pair in one VLAN.</summary>
public sealed record VlanResult
{
    /// <summary>The VLAN, 1–4094; 0: untagged, which is listed only when it was asked for.</summary>
    public required int Vlan { get; init; }

    /// <summary>Who sent.</summary>
    public required string From { get; init; }

    /// <summary>Who listened.</summary>
    public required string To { get; init; }

    /// <summary>Probes sent: one, and twice more where one did not arrive; of every kind that was asked for.</summary>
    public required int Sent { get; init; }

    /// <summary>Probes that arrived in this VLAN.</summary>
    public required int Received { get; init; }

    /// <summary>PASS when one of each kind arrived; FAIL when all copies of a kind left and none arrived; else UNKNOWN.</summary>
    public required CheckState State { get; init; }
}

/// <summary>One directed pair in all VLANs.</summary>
/// <param name="From">Who sent.</param>
/// <param name="To">Who listened.</param>
/// <param name="Failed">VLANs that do not cross.</param>
/// <param name="Unknown">VLANs of which nothing can be said.</param>
public sealed record VlanPairResult(string From, string To, VlanSet Failed, VlanSet Unknown)
{
    /// <summary>FAIL when any VLAN failed, else UNKNOWN when any is, else PASS.</summary>
    public CheckState State => !Failed.IsEmpty ? CheckState.Fail : !Unknown.IsEmpty ? CheckState.Unknown : CheckState.Pass;

    /// <summary>As a test report counts it.</summary>
    internal CheckCase Case => new("vlan", $"{From} to {To}", State, Message);

    private string? Message => (Failed.IsEmpty, Unknown.IsEmpty) switch
    {
        (true, true) => null,
        (false, true) => Broken,
        (true, false) => Unmeasured,
        _ => $"{Broken}; {Unmeasured}",
    };

    private string Broken => $"{VlanWords.Vlans(Failed)} {VlanWords.Do(Failed)} not cross";

    private string Unmeasured => $"{VlanWords.Vlans(Unknown)} not measured";
}

/// <summary>VLANs in which not everybody hears everybody.</summary>
public sealed record VlanPartition
{
    /// <summary>The VLANs, as in <c>103-104,200</c>.</summary>
    public required VlanSet Vlans { get; init; }

    /// <summary>
    /// Two nodes share a group exactly when they hear each other in both directions; a node of which nothing is known is in none. Findings
    /// name the pairs of which one direction works.
    /// </summary>
    public required IReadOnlyList<IReadOnlyList<string>> Groups { get; init; }
}

/// <summary>How many results there are of each state.</summary>
/// <param name="Pass">PASS.</param>
/// <param name="Fail">FAIL.</param>
/// <param name="Unknown">UNKNOWN.</param>
public sealed record VlanResultCounts(long Pass, long Fail, long Unknown);

/// <summary>How the report is written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    WriteIndented = true,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(VlanReport))]
internal sealed partial class VlanReportJson : JsonSerializerContext;
