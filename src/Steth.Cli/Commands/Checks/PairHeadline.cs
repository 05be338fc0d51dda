using System.Globalization;
using Steth.Diagnosis.Verdicts;

namespace Steth.Cli.Commands.Checks;

/// <summary>The first line of a check of directed pairs: <c>4 nodes, 3 networks, 24 directed pairs: 22 good, 2 bad</c>.</summary>
internal static class PairHeadline
{
    /// <summary>Makes it.</summary>
    public static string Of<TRow>(
        IReadOnlyList<TRow> rows, Func<TRow, (string From, string To, string Network, CheckState State)> read)
    {
        var pairs = rows.Select(read).ToArray();
        var nodes = pairs.SelectMany(p => (string[])[p.From, p.To]).Distinct().Count();
        var counts = pairs.CountBy(p => p.State).ToDictionary();
        var text = $"{Count(nodes, "node")}, {Count(pairs.Select(p => p.Network).Distinct().Count(), "network")}, "
            + $"{Count(pairs.Length, "directed pair")}";
        string[] parts =
        [
            .. from state in (CheckState[])[CheckState.Pass, CheckState.Fail, CheckState.Unknown]
               where counts.GetValueOrDefault(state) > 0
               select string.Create(CultureInfo.InvariantCulture, $"{counts[state]:N0} {Word(state)}"),
        ];
        return parts.Length == 0 ? text : $"{text}: {string.Join(", ", parts)}";
    }

    private static string Word(CheckState state) => state switch
    {
        CheckState.Pass => "good",
        CheckState.Fail => "bad",
        _ => "unknown",
    };

    private static string Count(int count, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {what}{(count == 1 ? "" : "s")}");
}
