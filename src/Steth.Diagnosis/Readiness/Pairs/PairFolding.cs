namespace Steth.Diagnosis.Readiness.Pairs;

/// <summary>
/// Folds bad directed pairs into the fewest patterns that a person would name: a node all of whose pairs are bad is one, not 2(N-1).
/// Every bad pair is in a pattern, and no good one is.
/// </summary>
public static class PairFolding
{
    /// <summary>Fewer peers do not tell a node from its peer.</summary>
    private const int LeastPeers = 2;

    /// <summary>Finds the patterns, the largest first.</summary>
    /// <param name="measured">All pairs that were measured.</param>
    /// <param name="bad">Those of them that are bad.</param>
    public static IReadOnlyList<PairPattern> Fold(IReadOnlyCollection<DirectedPair> measured, IReadOnlySet<DirectedPair> bad)
    {
        ArgumentNullException.ThrowIfNull(measured);
        ArgumentNullException.ThrowIfNull(bad);
        if (bad.Count == 0)
            return [];
        string[] nodes = [.. measured.SelectMany(p => (string[])[p.From, p.To]).Distinct().Order(StringComparer.Ordinal)];
        if (nodes.Length > LeastPeers && measured.All(bad.Contains))
            return [Pattern(PairPatternKind.Everywhere, nodes, measured)];
        var found = new List<PairPattern>();
        var left = bad.ToHashSet();
        if (PartsOf(measured, bad, nodes) is { } parts)
        {
            found.Add(parts);
            left.ExceptWith(parts.Pairs);
        }
        found.AddRange(NodePatterns(measured, bad, nodes, left));
        return [.. WithoutExplained(found), .. PairPatterns(left)];
    }

    /// <summary>Parts of two nodes or more that hear each other within, while nothing crosses between any two parts.</summary>
    private static PairPattern? PartsOf(
        IReadOnlyCollection<DirectedPair> measured, IReadOnlySet<DirectedPair> bad, string[] nodes)
    {
        var part = nodes.ToDictionary(n => n, n => n);
        foreach (var good in measured.Where(p => !bad.Contains(p)))
            part[Root(part, good.From)] = Root(part, good.To);
        var parts = nodes.GroupBy(n => Root(part, n)).Select(g => g.ToArray()).Where(g => g.Length > 1).ToArray();
        if (parts.Length < 2)
            return null;
        var members = parts.SelectMany(p => p).ToHashSet();
        // Any good pair joins two nodes into one part: what is left between the parts is bad.
        return Pattern(
            PairPatternKind.Parts, [.. members.Order(StringComparer.Ordinal)],
            measured.Where(p => members.Contains(p.From) && members.Contains(p.To) && Root(part, p.From) != Root(part, p.To)))
            with
        { Parts = parts };
    }

    private static string Root(Dictionary<string, string> part, string node)
    {
        while (part[node] != node)
            node = part[node] = part[part[node]];
        return node;
    }

    private static List<PairPattern> NodePatterns(
        IReadOnlyCollection<DirectedPair> measured, IReadOnlySet<DirectedPair> bad, string[] nodes, HashSet<DirectedPair> left)
    {
        var sending = measured.ToLookup(p => p.From);
        var receiving = measured.ToLookup(p => p.To);
        List<PairPattern> candidates =
        [
            .. nodes.Select(n => Pattern(PairPatternKind.Node, [n], sending[n].Concat(receiving[n]))),
            .. nodes.Select(n => Pattern(PairPatternKind.NodeSends, [n], sending[n])),
            .. nodes.Select(n => Pattern(PairPatternKind.NodeReceives, [n], receiving[n])),
        ];
        candidates.RemoveAll(c => PeersOf(c) < LeastPeers || !c.Pairs.All(bad.Contains));
        var chosen = new List<PairPattern>();
        while (candidates.MaxBy(c => c.Pairs.Count(left.Contains)) is { } largest && largest.Pairs.Count(left.Contains) >= LeastPeers)
        {
            chosen.Add(largest);
            candidates.Remove(largest);
            left.ExceptWith(largest.Pairs);
        }
        return chosen;
    }

    /// <summary>One that others explain wholly says nothing: three deaf nodes of four look as if the fourth could not send.</summary>
    private static List<PairPattern> WithoutExplained(List<PairPattern> patterns)
    {
        var cover = patterns.SelectMany(c => c.Pairs).CountBy(p => p).ToDictionary();
        foreach (var pattern in patterns.AsEnumerable().Reverse().ToArray())
        {
            if (!pattern.Pairs.All(p => cover[p] > 1))
                continue;
            patterns.Remove(pattern);
            foreach (var pair in pattern.Pairs)
                cover[pair]--;
        }
        return patterns;
    }

    private static int PeersOf(PairPattern pattern) =>
        pattern.Pairs.SelectMany(p => (string[])[p.From, p.To]).Where(n => n != pattern.Nodes[0]).Distinct().Count();

    private static IEnumerable<PairPattern> PairPatterns(HashSet<DirectedPair> left) =>
        from pair in left.OrderBy(p => p.From, StringComparer.Ordinal).ThenBy(p => p.To, StringComparer.Ordinal)
        let both = left.Contains(pair.Reversed)
        where !both || string.CompareOrdinal(pair.From, pair.To) < 0
        select both
            ? Pattern(PairPatternKind.Between, [pair.From, pair.To], [pair, pair.Reversed])
            : Pattern(PairPatternKind.OneWay, [pair.From, pair.To], [pair]);

    private static PairPattern Pattern(PairPatternKind kind, string[] nodes, IEnumerable<DirectedPair> pairs) => new()
    {
        Kind = kind,
        Nodes = nodes,
        Pairs = [.. pairs.OrderBy(p => p.From, StringComparer.Ordinal).ThenBy(p => p.To, StringComparer.Ordinal)],
    };
}
