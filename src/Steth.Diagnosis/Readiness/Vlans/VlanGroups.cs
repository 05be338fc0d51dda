namespace Steth.Diagnosis.Readiness.Vlans;

/// <summary>
/// Groups of nodes that all hear each other: two nodes share a group exactly when they hear each other in both directions. Most often every
/// node is in one group; where a hears b and c, who do not hear each other, a is in two.
/// </summary>
internal static class VlanGroups
{
    /// <summary>Groups nodes.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="areMutual">Whether two of them hear each other.</param>
    /// <returns>The groups, the largest first; a node that nobody shares a group with is one by itself.</returns>
    public static IReadOnlyList<IReadOnlyList<int>> Of(IReadOnlyList<int> nodes, Func<int, int, bool> areMutual)
    {
        var groups = new List<IReadOnlyList<int>>();
        var covered = new HashSet<(int, int)>();
        foreach (var node in nodes)
        {
            var isAlone = true;
            foreach (var other in nodes.Where(other => other != node && areMutual(node, other)))
            {
                isAlone = false;
                if (covered.Contains((Math.Min(node, other), Math.Max(node, other))))
                    continue;
                var group = new List<int> { node, other };
                group.AddRange(nodes.Where(third => third != node && third != other).Aggregate(
                    new List<int>(),
                    (grown, third) =>
                    {
                        if (group.Concat(grown).All(member => areMutual(member, third)))
                            grown.Add(third);
                        return grown;
                    }));
                group.Sort();
                foreach (var (first, i) in group.Select((member, i) => (member, i)))
                    covered.UnionWith(group.Skip(i + 1).Select(second => (first, second)));
                groups.Add(group);
            }
            if (isAlone)
                groups.Add([node]);
        }
        return [.. groups.OrderByDescending(group => group.Count)];
    }
}
