using System.Text.RegularExpressions;
using Steth.Contracts.Operations;

namespace Steth.Agent.Operations.Inspecting;

/// <summary>Chooses, of all the rules of a packet filter, those that were asked for.</summary>
internal static partial class RuleSelection
{
    /// <summary>The rules <paramref name="asked"/> wants, in their order.</summary>
    public static IReadOnlyList<FilterRule> Select(IReadOnlyList<FilterRule> rules, NamespaceInspectParams asked)
    {
        var held = rules.Where(r => asked.RulesHolding.Count == 0 || asked.RulesHolding.Any(w => Holds(r, w))).ToHashSet();
        if (asked.WithDroppingRules)
            held.UnionWith(Dropping([.. rules.Where(r => held.Contains(r) || !ChainOfPort().IsMatch(r.Chain))]));
        return [.. rules.Where(held.Contains)];
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

    private static bool IsDrop(string target) => target is "DROP" or "REJECT";

    private static string Target(FilterRule rule) => TargetOption().Match(rule.Text).Groups[1].Value;

    // Options of a target follow it; what a comment says comes before.
    [GeneratedRegex(@"(?:^| )-[jg] (\S+)", RegexOptions.RightToLeft)]
    private static partial Regex TargetOption();

    // neutron/agent/linux/iptables_firewall.py: i, o and s with 10 characters of a port's id, behind the agent's name.
    [GeneratedRegex(@"^neutron-[a-z]+-[ios][0-9a-f]{8}-[0-9a-f]$")]
    private static partial Regex ChainOfPort();
}
