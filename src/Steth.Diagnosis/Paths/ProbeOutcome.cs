namespace Steth.Diagnosis.Paths;

/// <summary>How far a probe and its answer came on one way.</summary>
public sealed record ProbeOutcome
{
    /// <summary>The way.</summary>
    public required ProbePath Path { get; init; }

    /// <summary>What became of it.</summary>
    public required ProbeState State { get; init; }

    /// <summary>The way of the leg that was lost, in its own direction; the request's when nothing was.</summary>
    public required IReadOnlyList<PathHop> Leg { get; init; }

    /// <summary>True: the request's leg. False: the answer's.</summary>
    public required bool IsRequest { get; init; }

    /// <summary>Index into <see cref="Leg"/> of the last hop that saw it; -1: none did.</summary>
    public required int LastSeen { get; init; }

    /// <summary>Index of the first hop behind that which reliably did not; null: none is reliable.</summary>
    public int? NotSeen { get; init; }

    /// <summary>What was seen last, for a reader: <c>DHCPDISCOVER leaving comp1 eth1, tagged 101</c>; null: nothing.</summary>
    public string? LastSeenText { get; init; }

    /// <summary>
    /// Where a cause must be for the packet to have come so far and no farther: from the last hop that saw it to the first that did not,
    /// both included. On a leg that could not be seen to its end, to the end.
    /// </summary>
    public IReadOnlyList<PathHop> Suspects => State switch
    {
        ProbeState.Answered => [],
        ProbeState.Unanswered => [Leg[^1]],
        _ => [.. Leg.Skip(Math.Max(LastSeen, 0)).Take((NotSeen ?? Leg.Count - 1) - Math.Max(LastSeen, 0) + 1)],
    };

    /// <summary>What lies behind the suspects: nothing is known of it.</summary>
    public IReadOnlyList<PathHop> Beyond => State switch
    {
        ProbeState.Answered or ProbeState.Unanswered => [],
        _ when NotSeen is { } at => [.. Leg.Skip(at + 1)],
        _ => [],
    };
}

/// <summary>What became of a probe.</summary>
public enum ProbeState
{
    /// <summary>The answer came back to where the request went in (a floating IP's: the request reached the guest).</summary>
    Answered,

    /// <summary>The request or its answer was seen, and then reliably not any more.</summary>
    Lost,

    /// <summary>The request reached who should answer, and no answer was seen there.</summary>
    Unanswered,

    /// <summary>It was last seen somewhere, and what comes behind could not be watched.</summary>
    OutOfSight,

    /// <summary>It was not sent.</summary>
    NotSent,
}
