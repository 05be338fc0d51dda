using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Readiness;

/// <summary>What a check across nodes came to: the one document <c>steth check … -f json</c> prints. Each check adds its results.</summary>
public abstract record CheckReport
{
    /// <summary>The shape of this version.</summary>
    public const string CurrentSchema = "steth/check/1";

    /// <summary>Which shape this is.</summary>
    [JsonPropertyOrder(-10)]
    public string Schema { get; set; } = CurrentSchema;

    /// <summary>Which check: <c>vlan</c>, <c>mtu</c>, ….</summary>
    [JsonPropertyOrder(-9)]
    public required string Check { get; init; }

    /// <summary>Fail when anything failed, else unknown when anything could not be measured, else pass.</summary>
    [JsonPropertyOrder(-8)]
    [JsonConverter(typeof(CheckStatusJsonConverter))]
    public required CheckState Status { get; init; }

    /// <summary>What is broken, and what could not be measured, the worst first; equal patterns are folded into one.</summary>
    [JsonPropertyOrder(10)]
    public required IReadOnlyList<CheckFinding> Findings { get; init; }

    /// <summary>Nodes that did not answer.</summary>
    [JsonPropertyOrder(11)]
    public required IReadOnlyList<UnreachableHost> Unreachable { get; init; }

    /// <summary>What else an operator should know, a sentence each.</summary>
    [JsonPropertyOrder(12)]
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>How long the check took in ms.</summary>
    [JsonPropertyOrder(13)]
    public long TookMs { get; init; }

    /// <summary>
    /// What was decided one by one, for a test report: each directed pair, node or network. Never empty when anything was tried.
    /// </summary>
    /// <remarks>An override is ignored in JSON only when it says so itself.</remarks>
    [JsonIgnore]
    public abstract IReadOnlyList<CheckCase> Cases { get; }

    /// <summary>How the report with its results is written.</summary>
    [JsonIgnore]
    public abstract JsonTypeInfo JsonType { get; }

    /// <summary>Fail beats unknown beats pass; nothing at all is unknown, because nothing was measured.</summary>
    public static CheckState StatusOf(IEnumerable<CheckState> states)
    {
        ArgumentNullException.ThrowIfNull(states);
        var found = states.ToHashSet();
        return found.Contains(CheckState.Fail) ? CheckState.Fail
            : found.Count == 0 || found.Contains(CheckState.Unknown) ? CheckState.Unknown
            : CheckState.Pass;
    }
}
