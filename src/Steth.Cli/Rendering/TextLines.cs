using System.Text;
using Spectre.Console;

namespace Steth.Cli.Rendering;

/// <summary>Breaks text into lines that fit.</summary>
public static class TextLines
{
    /// <summary>Breaks at blanks, and a word that is longer than a line anywhere. At least one line.</summary>
    public static IReadOnlyList<string> Wrap(string text, int width)
    {
        ArgumentNullException.ThrowIfNull(text);
        width = Math.Max(1, width);
        var lines = new List<string>();
        var line = new StringBuilder();
        var used = 0;
        foreach (var word in DisplayText.Clean(text).Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(w => Pieces(w, width)))
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
}
