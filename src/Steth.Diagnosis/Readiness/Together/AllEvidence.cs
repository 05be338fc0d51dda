namespace Steth.Diagnosis.Readiness.Together;

/// <summary>What all checks of one run came to, before they are held against each other.</summary>
public sealed record AllEvidence
{
    /// <summary>The checks in the order they ran.</summary>
    public required IReadOnlyList<AllPart> Parts { get; init; }

    /// <summary>What was left out of later checks because an earlier one found it broken, a sentence each.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];

    /// <summary>How long all took in ms.</summary>
    public long TookMs { get; init; }
}

/// <summary>One check of a run.</summary>
/// <param name="Check">Its name: <c>vlan</c>.</param>
/// <param name="Report">What it came to; null: it was not run.</param>
/// <param name="Reason">Why it was not run; null: it was.</param>
public sealed record AllPart(string Check, CheckReport? Report, string? Reason)
{
    /// <summary>The network type that findings which name none are about; null: none in particular.</summary>
    public string? Network { get; init; }

    /// <summary>It was not run because the operator wanted it so: nothing is missing then.</summary>
    public bool IsUnwanted { get; init; }
}
