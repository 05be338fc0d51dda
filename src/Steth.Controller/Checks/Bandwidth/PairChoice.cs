using Steth.Diagnosis.Readiness.Bandwidth;

namespace Steth.Controller.Checks.Bandwidth;

/// <summary>Between which nodes is measured.</summary>
public sealed class PairChoice
{
    private readonly Func<IReadOnlyList<string>, IReadOnlyList<IReadOnlyList<NodePair>>> _rounds;

    private PairChoice(Func<IReadOnlyList<string>, IReadOnlyList<IReadOnlyList<NodePair>>> rounds) => _rounds = rounds;

    /// <summary>Every two nodes.</summary>
    public static PairChoice All { get; } = new(RunSchedule.All);

    /// <summary>Each node and the next, the last and the first: every NIC once in each direction with two peers.</summary>
    public static PairChoice Ring { get; } = new(RunSchedule.Ring);

    /// <summary>These pairs of node names.</summary>
    public static PairChoice Of(IReadOnlyList<NodePair> pairs) => new(nodes =>
    {
        var there = nodes.ToHashSet();
        return RunSchedule.Of(pairs.Where(pair => there.Contains(pair.One) && there.Contains(pair.Other)));
    });

    /// <summary>The rounds between some nodes; nobody is in two pairs of a round.</summary>
    /// <param name="nodes">The nodes that can take part, by name.</param>
    public IReadOnlyList<IReadOnlyList<NodePair>> Rounds(IReadOnlyList<string> nodes) => _rounds(nodes);
}
