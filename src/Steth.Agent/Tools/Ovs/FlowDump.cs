using System.Globalization;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tools.Ovs;

/// <summary>
/// Reads what <c>ovs-ofctl dump-flows</c> prints: a head line (<c>NXST_FLOW reply</c> for OpenFlow 1.0, <c>OFPST_FLOW reply</c> from 1.1
/// on), then a line a flow: <c>cookie=…, duration=…s, table=…, n_packets=…, n_bytes=…, [idle_age=…, FLAG ] MATCH actions=ACTIONS</c>.
/// A statistic ends with a comma and a space, a flag with a space; the match is one word.
/// </summary>
public static class FlowDump
{
    private const int DefaultPriority = 32768;
    private const int HighestPriority = 65535;
    private const int LastTable = 254;
    private const string Priority = "priority=";
    private static readonly HashSet<string> Flags =
        ["send_flow_rem", "check_overlap", "reset_counts", "no_packet_counts", "no_byte_counts"];

    /// <summary>Reads a whole dump.</summary>
    /// <exception cref="FormatException">
    /// A line is not a flow: it lacks something, or has a table beyond 254 or a priority beyond 65535 (ovs-ofctl(8)).
    /// </exception>
    public static IReadOnlyList<OvsFlow> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var flows = new List<OvsFlow>();
        // A large dump's lines are not all there at once beside it.
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var line = text.AsSpan(range).Trim();
            if (line.Length > 0 && !line.Contains("_FLOW reply", StringComparison.Ordinal))
                flows.Add(ParseFlow(line.ToString()));
        }
        return flows;
    }

    private static OvsFlow ParseFlow(string line)
    {
        var actionsAt = line.IndexOf(" actions=", StringComparison.Ordinal);
        if (actionsAt < 0)
            throw new FormatException($"'{line}' is not a flow as ovs-ofctl prints it.");
        var words = line[..actionsAt].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        // Everything at the default priority prints as no match at all: the last word is then a statistic or a flag.
        string[] match = words.Length == 0 || words[^1].EndsWith(',') || Flags.Contains(words[^1]) ? [] : words[^1].Split(',');
        var priority = Array.Find(match, m => m.StartsWith(Priority, StringComparison.Ordinal));
        return new OvsFlow
        {
            Cookie = Statistic(words, "cookie=") ?? throw new FormatException($"'{line}' has no cookie."),
            Table = (int)Number(Statistic(words, "table=") ?? "0", line, LastTable),
            Packets = Number(Statistic(words, "n_packets="), line),
            Bytes = Number(Statistic(words, "n_bytes="), line),
            Priority = priority is null ? DefaultPriority : (int)Number(priority[Priority.Length..], line, HighestPriority),
            Match = string.Join(',', match.Where(m => !ReferenceEquals(m, priority))),
            Actions = line[(actionsAt + " actions=".Length)..],
        };
    }

    private static string? Statistic(string[] words, string name) =>
        Array.Find(words, w => w.StartsWith(name, StringComparison.Ordinal) && w.EndsWith(','))?[name.Length..^1];

    private static long Number(string? text, string line, long most = long.MaxValue) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most
            ? number
            : throw new FormatException($"'{line}' lacks a number or holds one that is none, or too large.");
}
