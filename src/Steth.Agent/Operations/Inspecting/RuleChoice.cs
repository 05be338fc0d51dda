using Steth.Contracts.Operations;

namespace Steth.Agent.Operations.Inspecting;

/// <summary>Which rules of a packet filter are told.</summary>
internal static class RuleChoice
{
    // The rules about ports of a Linux bridge lead to chains of every guest's port; no packet of the host itself meets those.
    private const string OfBridgePorts = "--physdev-";

    /// <summary>As <see cref="NamespaceInspectParams.RulesHolding"/> and <see cref="NamespaceInspectParams.RulesFrom"/> ask, in order.</summary>
    public static IReadOnlyList<FilterRule> Of(IReadOnlyList<FilterRule> rules, NamespaceInspectParams wanted)
    {
        if (wanted.RulesHolding.Count == 0 && wanted.RulesFrom.Count == 0)
            return rules;
        var met = Met(rules, wanted.RulesFrom);
        return [.. rules.Where(r => wanted.RulesHolding.Any(w => Holds(r, w)) || IsOfHost(r) && met.Contains((r.Table, r.Chain)))];
    }

    private static HashSet<(string Table, string Chain)> Met(IReadOnlyList<FilterRule> rules, IReadOnlyList<string> chains)
    {
        var byChain = rules.Where(IsOfHost).ToLookup(r => (r.Table, r.Chain));
        var open = new Queue<(string Table, string Chain)>(
            rules.Select(r => r.Table).Distinct().Where(t => t != "nat").SelectMany(t => chains.Select(c => (t, c))));
        var met = new HashSet<(string Table, string Chain)>();
        while (open.TryDequeue(out var chain))
        {
            if (!met.Add(chain))
                continue;
            foreach (var target in byChain[chain].Select(Target).OfType<string>())
                open.Enqueue((chain.Table, target));
        }
        return met;
    }

    private static string? Target(FilterRule rule)
    {
        var words = rule.Text.Split(' ');
        var at = Array.FindLastIndex(words, w => w is "-j" or "-g");
        return at >= 0 && at + 1 < words.Length ? words[at + 1] : null;
    }

    private static bool IsOfHost(FilterRule rule) => !rule.Text.Contains(OfBridgePorts, StringComparison.Ordinal);

    private static bool Holds(FilterRule rule, string word) =>
        rule.Chain.Contains(word, StringComparison.Ordinal) || rule.Text.Contains(word, StringComparison.Ordinal);
}
