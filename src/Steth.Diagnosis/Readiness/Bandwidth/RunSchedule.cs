namespace Steth.Diagnosis.Readiness.Bandwidth;

/// <summary>
/// Puts pairs of nodes into rounds, so that no node is in two pairs of a round: a run takes all that a node's NIC can carry. Each pair
/// comes
/// once.
/// </summary>
public static class RunSchedule
{
    /// <summary>
    /// Every pair of nodes, in N-1 rounds for an even number of nodes and N for an odd one, which is the least there can be. The circle
    /// method of tournaments: one node stays, the others move on by one place each round, and who is opposite plays.
    /// </summary>
    /// <param name="nodes">The nodes, each once.</param>
    public static IReadOnlyList<IReadOnlyList<NodePair>> All(IReadOnlyList<string> nodes)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        if (nodes.Count < 2)
            return [];
        // With an odd number, who is opposite the empty place rests.
        var places = nodes.Count + nodes.Count % 2;
        var rounds = new List<IReadOnlyList<NodePair>>();
        for (var round = 0; round < places - 1; round++)
        {
            var pairs = new List<NodePair>();
            for (var place = 0; place < places / 2; place++)
            {
                var (one, other) = (At(place, round), At(places - 1 - place, round));
                if (one < nodes.Count && other < nodes.Count)
                    pairs.Add(new NodePair(nodes[Math.Min(one, other)], nodes[Math.Max(one, other)]));
            }
            rounds.Add(pairs);
        }
        return rounds;

        int At(int place, int round) => place == places - 1 ? place : (place + round) % (places - 1);
    }

    /// <summary>
    /// Each node with the next, the last with the first: two rounds for an even number of nodes, three for an odd one, one for two.
    /// </summary>
    /// <param name="nodes">The nodes, each once, in the order of the ring.</param>
    public static IReadOnlyList<IReadOnlyList<NodePair>> Ring(IReadOnlyList<string> nodes)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        NodePair[] ring = nodes.Count switch
        {
            < 2 => [],
            2 => [new NodePair(nodes[0], nodes[1])],
            _ => [.. nodes.Index().Select(node => new NodePair(node.Item, nodes[(node.Index + 1) % nodes.Count]))],
        };
        return
        [
            .. ring.Index().GroupBy(pair => pair.Index == ring.Length - 1 && ring.Length % 2 == 1 && ring.Length > 1 ? 2 : pair.Index % 2)
                .OrderBy(round => round.Key).Select(round => round.Select(pair => pair.Item).ToArray()),
        ];
    }

    /// <summary>
    /// Any pairs. As many rounds as the busiest node has pairs, or one more: that one more is needed is, in general, too hard to rule out.
    /// </summary>
    /// <param name="pairs">The pairs; one that is there twice, either way round, is measured once.</param>
    public static IReadOnlyList<IReadOnlyList<NodePair>> Of(IEnumerable<NodePair> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        NodePair[] once =
        [
            .. pairs.Where(pair => pair.One != pair.Other)
                .DistinctBy(pair => string.CompareOrdinal(pair.One, pair.Other) < 0 ? pair : new NodePair(pair.Other, pair.One)),
        ];
        return [.. EdgeColouring.Of(once).Zip(once).GroupBy(e => e.First).OrderBy(g => g.Key).Select(g =>
            g.Select(e => e.Second).ToArray())];
    }
}
