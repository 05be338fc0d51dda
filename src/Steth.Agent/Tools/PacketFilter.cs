using System.Globalization;
using System.Text.RegularExpressions;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tools;

/// <summary>Reads what <c>iptables-save -c</c> prints (iptables-save(8)), without the counters too.</summary>
public static partial class PacketFilter
{
    /// <summary>Reads all tables.</summary>
    /// <exception cref="FormatException">A line is neither table, chain nor rule.</exception>
    public static (IReadOnlyList<FilterChain> Chains, IReadOnlyList<FilterRule> Rules) Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var chains = new List<FilterChain>();
        var rules = new List<FilterRule>();
        string? table = null;
        foreach (var line in text.Split('\n').Select(l => l.Trim()))
        {
            if (line.Length == 0 || line[0] == '#' || line == "COMMIT")
                continue;
            if (line[0] == '*')
                table = line[1..];
            else if (table is not null && ChainLine().Match(line) is { Success: true } chain)
                chains.Add(new FilterChain(
                    table, chain.Groups[1].Value, chain.Groups[2].Value == "-" ? null : chain.Groups[2].Value, Number(chain.Groups[3])));
            else if (table is not null && RuleLine().Match(line) is { Success: true } rule)
                rules.Add(new FilterRule(table, rule.Groups[2].Value, rule.Groups[3].Value, Number(rule.Groups[1])));
            else
                throw new FormatException($"'{line}' is not a line of iptables-save.");
        }
        return (chains, rules);
    }

    private static long Number(Group packets) => packets.Success ? long.Parse(packets.ValueSpan, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"^:(\S+) (\S+)(?: \[(\d+):\d+\])?$")]
    private static partial Regex ChainLine();

    [GeneratedRegex(@"^(?:\[(\d+):\d+\] )?-A (\S+) ?(.*)$")]
    private static partial Regex RuleLine();
}
