using System.Globalization;
using Spectre.Console;
using Steth.Cli.Commands;
using Steth.Diagnosis.Verdicts;

namespace Steth.Cli.Rendering.Checks;

/// <summary>A heat map as characters: a row a sender, a column a receiver, the darker the worse.</summary>
public static class HeatMapText
{
    // A pipe may end in a file that is read with any font: digits there.
    private const string Shades = "·░▒▓█";
    private const string Digits = "0123456789";
    private const int MostName = 24;

    /// <summary>Draws a map; receivers that do not fit into the width follow in further blocks.</summary>
    /// <param name="map">What to draw.</param>
    /// <param name="width">Columns on the screen.</param>
    /// <param name="isTerminal">Shades; digits elsewhere.</param>
    /// <param name="painter">Colours what is broken or unknown.</param>
    public static IEnumerable<string> Lines(HeatMap map, int width, bool isTerminal, Painter painter)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(painter);
        var levels = isTerminal ? Shades : Digits;
        var cells = map.Cells.GroupBy(cell => (cell.From, cell.To)).ToDictionary(pair => pair.Key, pair => pair.First());
        string[] names = [.. map.Nodes.Select(Name)];
        var digits = map.Nodes.Count.ToString(CultureInfo.InvariantCulture).Length;
        var label = digits + 1 + (names.Length == 0 ? 0 : names.Max(name => name.GetCellWidth())) + 1;
        var room = Math.Max(10, width - label);
        var broad = map.Nodes.Count * 2 <= room ? 2 : 1;
        foreach (var line in TextLines.Wrap($"{map.Title}; from row to column, {Legend(map, levels)}", width))
            yield return line;
        for (var first = 0; first < map.Nodes.Count; first += room / broad)
        {
            var receivers = Enumerable.Range(first, Math.Min(room / broad, map.Nodes.Count - first)).ToArray();
            for (var digit = 0; digit < digits; digit++)
            {
                var numbers = receivers.Select(to => Digit(to + 1, digits, digit) + new string(' ', broad - 1));
                yield return (new string(' ', label) + string.Concat(numbers)).TrimEnd();
            }
            for (var from = 0; from < map.Nodes.Count; from++)
            {
                var row = receivers.Select(to => Shade(cells.GetValueOrDefault((map.Nodes[from], map.Nodes[to])), levels, broad, painter));
                yield return $"{(from + 1).ToString(CultureInfo.InvariantCulture).PadLeft(digits)} "
                    + $"{TextLines.Pad(names[from], label - digits - 1)}{string.Concat(row)}".TrimEnd();
            }
        }
    }

    private static string Shade(HeatCell? cell, string levels, int broad, Painter painter)
    {
        if (cell is null)
            return new string(' ', broad);
        var mark = cell.Heat is { } heat ? levels[(int)Math.Round(Math.Clamp(heat, 0, 1) * (levels.Length - 1))] : '?';
        var tone = cell.State == CheckState.Pass ? CellTone.Plain : Tones.State(cell.State).Tone;
        return painter.Paint(new string(mark, 1), tone) + new string(' ', broad - 1);
    }

    private static string Legend(HeatMap map, string levels)
    {
        HeatCell[] measured = [.. map.Cells.Where(cell => cell.Heat is not null).OrderBy(cell => cell.Heat)];
        var unknown = map.Cells.Any(cell => cell.Heat is null) ? ", ? not measured" : "";
        return measured.Length == 0
            ? $"nothing was measured{unknown}"
            : $"{levels[0]} good to {levels[^1]} bad; best {measured[0].Text}, worst {measured[^1].Text} "
                + $"({measured[^1].From} to {measured[^1].To}){unknown}";
    }

    private static string Name(string node)
    {
        var clean = DisplayText.Clean(node);
        return clean.GetCellWidth() <= MostName ? clean : string.Concat(clean.AsSpan(0, MostName - 3), "...");
    }

    private static string Digit(int number, int digits, int digit)
    {
        var text = number.ToString(CultureInfo.InvariantCulture).PadLeft(digits);
        return text[digit..(digit + 1)];
    }
}
