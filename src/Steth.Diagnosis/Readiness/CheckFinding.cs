using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Readiness;

/// <summary>One thing that a check found broken, or could not measure.</summary>
public sealed record CheckFinding
{
    /// <summary>A stable slug: <c>vlan-missing</c>, <c>mtu-too-small</c>. Its meaning never changes.</summary>
    public required string Id { get; init; }

    /// <summary>FAIL: measured and broken. UNKNOWN: could not be measured.</summary>
    public required CheckState State { get; init; }

    /// <summary>
    /// What is wrong, between whom, in a line that can be acted on: <c>VLANs 200-299 missing on server-66's port (eth1)</c>.
    /// </summary>
    public required string Summary { get; init; }

    /// <summary>The nodes it is about; empty: none in particular.</summary>
    public required IReadOnlyList<string> Nodes { get; init; }

    /// <summary>The network type (<c>net</c>) it is about; null: none in particular.</summary>
    public string? Network { get; init; }

    /// <summary>What shows it, a line each.</summary>
    public required IReadOnlyList<string> Evidence { get; init; }

    /// <summary>What to do, and where; null: nothing known.</summary>
    public string? Remedy { get; init; }
}
