namespace Steth.Diagnosis.Readiness.Pairs;

/// <summary>What some directed pairs have in common.</summary>
public sealed record PairPattern
{
    /// <summary>What it is.</summary>
    public required PairPatternKind Kind { get; init; }

    /// <summary>
    /// Everywhere: all nodes. Parts: all nodes of the parts. Node, sends, receives: the one node. Between: two. One way: sender, receiver.
    /// </summary>
    public required IReadOnlyList<string> Nodes { get; init; }

    /// <summary>With <see cref="PairPatternKind.Parts"/>: the parts; empty otherwise.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Parts { get; init; } = [];

    /// <summary>The pairs, each bad, in the order of their names.</summary>
    public required IReadOnlyList<DirectedPair> Pairs { get; init; }
}

/// <summary>What bad pairs can have in common.</summary>
public enum PairPatternKind
{
    /// <summary>Every pair is bad.</summary>
    Everywhere,

    /// <summary>Every pair of nodes of different parts is bad.</summary>
    Parts,

    /// <summary>Every pair with one node is bad, both ways.</summary>
    Node,

    /// <summary>Every pair that one node sends in is bad.</summary>
    NodeSends,

    /// <summary>Every pair that one node receives in is bad.</summary>
    NodeReceives,

    /// <summary>Two nodes, both ways.</summary>
    Between,

    /// <summary>From one node to another.</summary>
    OneWay,
}
