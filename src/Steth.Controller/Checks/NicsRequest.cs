using Steth.Diagnosis.Readiness.Nics;

namespace Steth.Controller.Checks;

/// <summary>How to look at the NICs.</summary>
public sealed record NicsRequest
{
    /// <summary>The network types whose NICs to look at, in the order to name them.</summary>
    public required IReadOnlyList<string> Networks { get; init; }

    /// <summary>How long to watch the counters, 0–30 s.</summary>
    public int LookSeconds { get; init; } = 2;

    /// <summary>How long to listen for LLDP where no lldpd runs, 0–35 s; 0: not at all.</summary>
    public int LldpSeconds { get; init; }

    /// <summary>From where on something counts.</summary>
    public NicThresholds Thresholds { get; init; } = new();
}
