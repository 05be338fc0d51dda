using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Readiness.Clocks;

/// <summary>What was measured of the nodes' clocks.</summary>
public sealed record ClockEvidence
{
    /// <summary>How far a clock may be from the median of all, in ms.</summary>
    public required double ThresholdMs { get; init; }

    /// <summary>How often each clock was read.</summary>
    public required int Rounds { get; init; }

    /// <summary>One a node, in the order asked.</summary>
    public required IReadOnlyList<ClockReading> Readings { get; init; }

    /// <summary>Nodes that did not answer; their readings have no offset.</summary>
    public required IReadOnlyList<UnreachableHost> Unreachable { get; init; }

    /// <summary>How long it took in ms.</summary>
    public required long TookMs { get; init; }
}

/// <summary>One node's clock, by the round trip that took the least time.</summary>
public sealed record ClockReading
{
    /// <summary>The node.</summary>
    public required string Node { get; init; }

    /// <summary>
    /// How far it is ahead of the controller's clock, in ms: what it showed less the middle of the round trip. Null: not measured.
    /// </summary>
    public double? OffsetMs { get; init; }

    /// <summary>That round trip in ms; the offset is wrong by at most its half. Null: not measured.</summary>
    public double? RttMs { get; init; }

    /// <summary>The kernel was told that a time source steers it; null: not known.</summary>
    public bool? Synchronized { get; init; }

    /// <summary>Why it could not be read; null when it was.</summary>
    public string? Problem { get; init; }
}
