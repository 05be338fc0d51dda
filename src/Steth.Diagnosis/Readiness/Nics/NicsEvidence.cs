using Steth.Contracts.Operations;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Readiness.Nics;

/// <summary>What the nodes told of the NICs of their networks.</summary>
public sealed record NicsEvidence
{
    /// <summary>From where on something counts.</summary>
    public required NicThresholds Thresholds { get; init; }

    /// <summary>One a node, in the order asked.</summary>
    public required IReadOnlyList<NicsNode> Nodes { get; init; }

    /// <summary>Nodes that did not answer.</summary>
    public required IReadOnlyList<UnreachableHost> Unreachable { get; init; }

    /// <summary>How long it took in ms.</summary>
    public required long TookMs { get; init; }
}

/// <summary>From where on something counts.</summary>
public sealed record NicThresholds
{
    /// <summary>Fewer drops than this a second are noise: frames of protocols that the node does not speak count as dropped too.</summary>
    public const double DefaultDropsPerSecond = 10;

    /// <summary>A smaller share of all packets that are dropped, in percent, is noise however many they are.</summary>
    public const double DropsPercent = 0.1;

    /// <summary>A slower link is a failure, in Mbit/s; null: NICs are compared with each other only.</summary>
    public int? SpeedMbps { get; init; }

    /// <summary>More drops a second are a failure, when they are more than <see cref="DropsPercent"/> as well.</summary>
    public double DropsPerSecond { get; init; } = DefaultDropsPerSecond;
}

/// <summary>One node.</summary>
public sealed record NicsNode
{
    /// <summary>Its name.</summary>
    public required string Node { get; init; }

    /// <summary>The NICs of its networks; a bond is followed by its members.</summary>
    public required IReadOnlyList<NicPlace> Nics { get; init; }

    /// <summary>Networks whose NIC was not found.</summary>
    public IReadOnlyList<NicGap> Gaps { get; init; } = [];

    /// <summary>Why it could not be asked at all; null: it could.</summary>
    public string? Problem { get; init; }

    /// <summary>For how long its counters were watched in ms; null: they were not.</summary>
    public int? LookedMs { get; init; }
}

/// <summary>A network of a node whose NIC was not found.</summary>
/// <param name="Network">The network type.</param>
/// <param name="Reason">Why.</param>
public sealed record NicGap(string Network, string Reason);

/// <summary>One NIC of a node.</summary>
public sealed record NicPlace
{
    /// <summary>Its name.</summary>
    public required string Nic { get; init; }

    /// <summary>What it is there.</summary>
    public required NicRole Role { get; init; }

    /// <summary>The network types it carries; empty: none of the configuration.</summary>
    public required IReadOnlyList<string> Networks { get; init; }

    /// <summary>The bond it is a member of.</summary>
    public string? Bond { get; init; }

    /// <summary>What the agent told; null: nothing.</summary>
    public NicFacts? Facts { get; init; }

    /// <summary>Why it told nothing.</summary>
    public string? Problem { get; init; }
}
