using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Steth.Contracts.Operations;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Readiness.Nics;

/// <summary>What <c>check nics</c> came to.</summary>
public sealed record NicsReport : CheckReport
{
    /// <summary>The least speed that was asked for in Mbit/s; null: none.</summary>
    [JsonPropertyOrder(-1)]
    public required int? SpeedMinMbps { get; init; }

    /// <summary>So many drops a second are borne.</summary>
    [JsonPropertyOrder(-1)]
    public required double DropsMaxPerSecond { get; init; }

    /// <summary>One a NIC, by node in the order asked; one without a NIC where none could be looked at.</summary>
    [JsonPropertyOrder(0)]
    public required IReadOnlyList<NicResult> Results { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<CheckCase> Cases =>
        [.. Results.Select(r => new CheckCase(
            r.Networks.Count == 0 ? "nics" : string.Join('+', r.Networks),
            r.Nic is null ? r.Node : $"{r.Nic} of {r.Node}", r.State, r.Reason))];

    /// <inheritdoc/>
    [JsonIgnore]
    public override JsonTypeInfo JsonType => NicsJson.Default.NicsReport;
}

/// <summary>
/// One NIC. Null is what its driver does not have or say, unless <see cref="Unmeasured"/> or <see cref="Reason"/> says otherwise.
/// </summary>
public sealed record NicResult
{
    /// <summary>The node.</summary>
    public required string Node { get; init; }

    /// <summary>The NIC; null: none of the node's could be looked at, or none carries the network.</summary>
    public string? Nic { get; init; }

    /// <summary>What it is; null without a NIC.</summary>
    public NicRole? Role { get; init; }

    /// <summary>The networks it carries.</summary>
    public required IReadOnlyList<string> Networks { get; init; }

    /// <summary>The bond it is a member of; null: none.</summary>
    public string? Bond { get; init; }

    /// <summary>FAIL: something of it is broken. UNKNOWN: something could not be measured.</summary>
    public required CheckState State { get; init; }

    /// <summary>Why, when it is not PASS.</summary>
    public string? Reason { get; init; }

    /// <summary>Somebody brought it up.</summary>
    public bool? AdminUp { get; init; }

    /// <summary>It has a carrier.</summary>
    public bool? Carrier { get; init; }

    /// <summary>In Mbit/s.</summary>
    public int? SpeedMbps { get; init; }

    /// <summary><c>full</c> or <c>half</c>.</summary>
    public string? Duplex { get; init; }

    /// <summary>Speed and duplex are negotiated.</summary>
    public bool? Autoneg { get; init; }

    /// <summary>In bytes.</summary>
    public int? Mtu { get; init; }

    /// <summary>Hardware address.</summary>
    public string? Mac { get; init; }

    /// <summary>The driver.</summary>
    public string? Driver { get; init; }

    /// <summary>Its version.</summary>
    public string? DriverVersion { get; init; }

    /// <summary>The firmware's.</summary>
    public string? Firmware { get; init; }

    /// <summary>Where it sits.</summary>
    public string? Bus { get; init; }

    /// <summary>For how long the counters were watched in ms; null: they were not.</summary>
    public int? LookedMs { get; init; }

    /// <summary>By how much the counters grew meanwhile; null: not measured.</summary>
    public NicCounters? Grown { get; init; }

    /// <summary>Descriptors.</summary>
    public NicRing? Ring { get; init; }

    /// <summary>Queues.</summary>
    public NicChannels? Channels { get; init; }

    /// <summary>Flow control.</summary>
    public NicPause? Pause { get; init; }

    /// <summary>Features and whether they are on.</summary>
    public IReadOnlyDictionary<string, bool>? Offloads { get; init; }

    /// <summary>Of a bond: mode, LACP and members.</summary>
    public BondFacts? Bonding { get; init; }

    /// <summary>Who is at the other end of the cable, by LLDP.</summary>
    public required IReadOnlyList<LldpNeighbour> Lldp { get; init; }

    /// <summary>What could not be read.</summary>
    public required IReadOnlyList<NicUnmeasured> Unmeasured { get; init; }
}

/// <summary>How it is written as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    WriteIndented = true,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(NicsReport))]
public sealed partial class NicsJson : JsonSerializerContext;
