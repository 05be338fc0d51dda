namespace Steth.Diagnosis.Readiness.Vlans;

/// <summary>
/// Explains which pairs are broken in a VLAN by as few reasons as there are: a VLAN that is nowhere, nodes that are cut off, groups,
/// nodes that are not heard or hear nobody, and what is left pair by pair. Every broken pair is explained, and no good one.
/// </summary>
internal static class VlanFaultFinder
{
    /// <summary>So many receivers make "nobody hears it": with fewer it is a matter of the pair.</summary>
    private const int LeastOthers = 2;

    /// <summary>Finds the reasons.</summary>
    /// <param name="nodes">The nodes to look at.</param>
    /// <param name="state">State of a directed pair of them: sender, receiver.</param>
    public static IReadOnlyList<VlanFault> Find(IReadOnlyList<int> nodes, Func<int, int, VlanPairState> state)
    {
        if (!Pairs(nodes).Any(pair => state(pair.From, pair.To) == VlanPairState.Broken))
            return [];
        // Nodes of different groups are broken in both directions.
        var groups = Components(nodes, (a, b) => state(a, b) != VlanPairState.Broken || state(b, a) != VlanPairState.Broken);
        var large = groups.Where(group => group.Count > 1).ToList();
        if (large.Count == 0)
            return [new VlanFault(VlanFaultKind.Nowhere, [])];
        var faults = groups.Where(group => group.Count == 1).Select(group => VlanFault.Of(VlanFaultKind.Missing, group[0])).ToList();
        if (large.Count > 1)
            faults.Add(new VlanFault(VlanFaultKind.Split, large));
        faults.AddRange(large.SelectMany(group => Within(group, state)));
        return faults;
    }

    private static List<VlanFault> Within(IReadOnlyList<int> group, Func<int, int, VlanPairState> state)
    {
        var left = Pairs(group).Where(pair => state(pair.From, pair.To) == VlanPairState.Broken).ToHashSet();
        var faults = new List<VlanFault>();
        foreach (var node in group)
        {
            // Only what is broken is explained, should something of the node be open.
            var deafTo = left.Where(pair => pair.From == node).Select(pair => pair.To).ToList();
            if (deafTo.Count >= LeastOthers && group.All(other => other == node || state(node, other) != VlanPairState.Good))
                faults.Add(Take(VlanFaultKind.Mute, node, deafTo));
        }
        foreach (var node in group)
        {
            var unheard = left.Where(pair => pair.To == node).Select(pair => pair.From).ToList();
            if (unheard.Count >= LeastOthers && group.All(other => other == node || state(other, node) != VlanPairState.Good))
                faults.Add(Take(VlanFaultKind.Deaf, node, unheard));
        }
        foreach (var (from, to) in left.Order())
        {
            if (!left.Contains((to, from)))
                faults.Add(VlanFault.Of(VlanFaultKind.OneWay, from, to));
            else if (from < to)
                faults.Add(VlanFault.Of(VlanFaultKind.Pair, from, to));
        }
        return faults;

        VlanFault Take(VlanFaultKind kind, int node, List<int> others)
        {
            others.Sort();
            left.RemoveWhere(pair => kind == VlanFaultKind.Mute ? pair.From == node : pair.To == node);
            return new VlanFault(kind, [[node], others]);
        }
    }

    private static IEnumerable<(int From, int To)> Pairs(IReadOnlyList<int> nodes) =>
        nodes.SelectMany(from => nodes.Where(to => to != from).Select(to => (from, to)));

    private static List<IReadOnlyList<int>> Components(IReadOnlyList<int> nodes, Func<int, int, bool> isJoined)
    {
        var open = nodes.ToList();
        var components = new List<IReadOnlyList<int>>();
        while (open.Count > 0)
        {
            var component = new List<int> { open[0] };
            open.RemoveAt(0);
            for (var i = 0; i < component.Count; i++)
            {
                var joined = open.Where(other => isJoined(component[i], other)).ToList();
                component.AddRange(joined);
                open.RemoveAll(joined.Contains);
            }
            component.Sort();
            components.Add(component);
        }
        return components;
    }
}
