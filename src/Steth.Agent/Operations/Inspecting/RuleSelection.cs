using System.Text.RegularExpressions;
using Steth.Contracts.Operations;

namespace Steth.Agent.Operations.Inspecting;

/// <summary>Chooses, of all the rules of a packet filter, those that were asked for.</summary>
internal static partial class RuleSelection
{
    // The rules about ports of a Linux bridge lead to chains of every guest's port; no packet of the host itself meets those.
    private const string OfBridgePorts = "--physdev-";

    /// <summary>The rules <paramref name="asked"/> wants, in their order; all where it names neither words nor chains.</summary>
    public static IReadOnlyList<FilterRule> Select(IReadOnlyList<FilterRule> rules, NamespaceInspectParams asked)
    {
        if (asked.RulesHolding.Count == 0 && asked.RulesFrom.Count == 0)
            return rules;
        var held = rules.Where(r => asked.RulesHolding.Any(w => Holds(r, w))).ToHashSet();
        held.UnionWith(From([.. rules.Where(IsOfHost)], asked.RulesFrom));
        if (asked.WithDroppingRules)
            held.UnionWith(Dropping([.. rules.Where(r => held.Contains(r) || !ChainOfPort().IsMatch(r.Chain))]));
        return [.. rules.Where(held.Contains)];
    }

    private static IEnumerable<FilterRule> From(List<FilterRule> rules, IReadOnlyList<string> chains)
    {
        var byChain = rules.ToLookup(r => (r.Table, r.Chain));
        var open = new Queue<(string Table, string Chain)>(
            rules.Select(r => r.Table).Distinct().Where(t => t != "nat").SelectMany(t => chains.Select(c => (t, c))));
        var met = new HashSet<(string Table, string Chain)>();
        while (open.TryDequeue(out var chain))
        {
            if (!met.Add(chain))
                continue;
            foreach (var rule in byChain[chain])
                open.Enqueue((chain.Table, Target(rule)));
        }
        return rules.Where(r => met.Contains((r.Table, r.Chain)));
    }

    private static HashSet<FilterRule> Dropping(List<FilterRule> rules)
    {
        var targets = rules.ToLookup(r => (r.Table, r.Chain), r => (Rule: r, Target: Target(r)));
        var leading = targets.Where(c => c.Any(r => IsDrop(r.Target))).Select(c => c.Key).ToHashSet();
        while (targets.FirstOrDefault(c => !leading.Contains(c.Key) && c.Any(r => leading.Contains((c.Key.Table, r.Target)))) is { } found)
            leading.Add(found.Key);
        return [.. targets.SelectMany(c => c.Where(r => IsDrop(r.Target))
            .Concat(c.Where(r => leading.Contains((c.Key.Table, r.Target))).DistinctBy(r => r.Target)).Select(r => r.Rule))];
    }

    private static bool Holds(FilterRule rule, string word) =>
        rule.Chain.Contains(word, StringComparison.Ordinal) || rule.Text.Contains(word, StringComparison.Ordinal);

    private static bool IsOfHost(FilterRule rule) => !rule.Text.Contains(OfBridgePorts, StringComparison.Ordinal);

    private static bool IsDrop(string target) => target is "DROP" or "REJECT";

    private static string Target(FilterRule rule) => TargetOption().Match(rule.Text).Groups[1].Value;

    // Options of a target follow it; what a comment says comes before.
    [GeneratedRegex(@"(?:^| )-[jg] (\S+)", RegexOptions.RightToLeft)]
    private static partial Regex TargetOption();

    // neutron/agent/linux/iptables_firewall.py: i, o and s with 10 characters of a port's id, behind the agent's name.
    [GeneratedRegex(@"^neutron-[a-z]+-[ios][0-9a-f]{8}-[0-9a-f]$")]
    private static partial Regex ChainOfPort();
}
