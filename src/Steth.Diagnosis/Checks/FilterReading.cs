using System.Text.RegularExpressions;
using Steth.Contracts.Operations;

namespace Steth.Diagnosis.Checks;

/// <summary>Reads the rules of a packet filter as iptables-save prints them.</summary>
internal static partial class FilterReading
{
    /// <summary>The words of a rule; a comment or a log's prefix in quotes is one word, without them.</summary>
    public static IReadOnlyList<string> Words(this FilterRule rule) => [.. Word().Matches(rule.Text).Select(m => m.Value.Trim('"'))];

    /// <summary>Whether a rule does not come back from the chain it leads to.</summary>
    public static bool IsGoto(this FilterRule rule) => rule.Words().FirstOrDefault(w => w is "-j" or "-g") == "-g";

    /// <summary>Where a rule sends what it matches: a chain or DROP, ACCEPT, SNAT, …; null: nowhere.</summary>
    public static string? Target(this FilterRule rule)
    {
        var words = rule.Words().SkipWhile(w => w is not ("-j" or "-g")).Take(2).ToList();
        return words.Count == 2 ? words[1] : null;
    }

    /// <summary>The word behind an option of a rule: <c>--to-source</c>; null: it has none.</summary>
    public static string? Option(this FilterRule rule, string option)
    {
        var words = rule.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var at = Array.IndexOf(words, option);
        return at >= 0 && at + 1 < words.Length && !(at > 0 && words[at - 1] == "!") ? words[at + 1] : null;
    }

    /// <summary>Rules a packet may meet from a built-in chain on.</summary>
    public static IReadOnlyList<FilterRule> From(this IReadOnlyList<FilterRule> rules, string table, string chain)
    {
        var chains = new List<string> { chain };
        for (var i = 0; i < chains.Count; i++)
        {
            chains.AddRange(rules.Where(r => r.Table == table && r.Chain == chains[i]).Select(Target).OfType<string>()
                .Where(t => !chains.Contains(t)).Distinct().ToList());
        }
        return [.. rules.Where(r => r.Table == table && chains.Contains(r.Chain))];
    }

    /// <summary>By how many packets a rule's counter moved; 0 also when the rule was not there before, or its counter began anew.</summary>
    public static long Moved(this FilterRule after, IReadOnlyList<FilterRule> before)
    {
        var same = before.Where(r => r.Table == after.Table && r.Chain == after.Chain && r.Text == after.Text).ToList();
        return same.Count == 0 ? 0 : Math.Max(0, after.Packets - same[0].Packets);
    }

    /// <summary>The rule as an operator would type it.</summary>
    public static string Line(this FilterRule rule) => $"-A {rule.Chain} {rule.Text}";

    [GeneratedRegex("""
        "(?:[^"\\]|\\.)*"|\S+
        """)]
    private static partial Regex Word();
}
