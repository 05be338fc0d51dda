using System.Text;
using System.Text.RegularExpressions;
using Spectre.Console;

namespace Steth.Cli.Rendering;

/// <summary>Breaks text into lines that fit.</summary>
public static partial class TextLines
{
    /// <summary>
    /// Breaks at blanks, in a quoted command only when it is longer than a line, and in a word that is. At least one line.
    /// </summary>
    public static IReadOnlyList<string> Wrap(string text, int width)
    {
        ArgumentNullException.ThrowIfNull(text);
        width = Math.Max(1, width);
        var lines = new List<string>();
        var line = new StringBuilder();
        var used = 0;
        foreach (var word in Words().Matches(DisplayText.Clean(text)).SelectMany(match => Pieces(match.Value, width)))
        {
            var columns = word.GetCellWidth();
            if (used > 0 && used + 1 + columns > width)
            {
                lines.Add(line.ToString());
                line.Clear();
                used = 0;
            }
            if (used > 0)
            {
                line.Append(' ');
                used++;
            }
            line.Append(word);
            used += columns;
        }
        lines.Add(line.ToString());
        return lines;
    }

    /// <summary>Text behind a label; its further lines stand below its first.</summary>
    public static IEnumerable<string> Hang(string label, string text, int width)
    {
        ArgumentNullException.ThrowIfNull(label);
        var indent = label.GetCellWidth();
        return Wrap(text, width - indent).Select((line, i) => (i == 0 ? label : new string(' ', indent)) + line);
    }

    /// <summary>Fills up with blanks to a width on the screen.</summary>
    public static string Pad(string text, int width)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text + new string(' ', Math.Max(0, width - text.GetCellWidth()));
    }

    private static List<string> Pieces(string word, int width)
    {
        if (word.GetCellWidth() <= width)
            return [word];
        var pieces = new List<string>();
        if (word.Contains(' ', StringComparison.Ordinal))
        {
            foreach (var part in word.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                pieces.AddRange(Pieces(part, width));
            return pieces;
        }
        var piece = new StringBuilder();
        var used = 0;
        foreach (var rune in word.EnumerateRunes())
        {
            var columns = rune.ToString().GetCellWidth();
            if (used > 0 && used + columns > width)
            {
                pieces.Add(piece.ToString());
                piece.Clear();
                used = 0;
            }
            piece.Append(rune);
            used += columns;
        }
        pieces.Add(piece.ToString());
        return pieces;
    }

    // What stands in quotes is to be copied: ('steth check-vlan-interface comp1 net1 eth1 101' tells more).
    [GeneratedRegex(@"\(?'[^' ][^']*'[^ ]*|[^ ]+")]
    private static partial Regex Words();
}
