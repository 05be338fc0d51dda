using Spectre.Console;

namespace Steth.Cli.Rendering;

/// <summary>Rows in columns without borders; what does not fit into the width is wrapped within its column.</summary>
public static class GridText
{
    private const int Gap = 2;

    /// <summary>Lays out rows; a column without a value in any row is left out.</summary>
    /// <param name="headers">One a column; all empty: no line of heads.</param>
    /// <param name="rows">Cells, one a column.</param>
    /// <param name="width">Columns on the screen.</param>
    /// <param name="painter">Colours the cells that have a tone.</param>
    public static IEnumerable<string> Lines(
        IReadOnlyList<string> headers, IReadOnlyList<IReadOnlyList<Cell>> rows, int width, Painter painter)
    {
        ArgumentNullException.ThrowIfNull(headers);
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(painter);
        int[] kept = [.. Enumerable.Range(0, headers.Count).Where(c => rows.Any(r => Text(r[c]).Length > 0))];
        var widths = Fit([.. kept.Select(c => rows.Select(r => Text(r[c])).Append(headers[c]).Max(t => t.GetCellWidth()))], width);
        if (headers.Any(h => h.Length > 0))
        {
            foreach (var line in Row([.. kept.Select(c => (headers[c], CellTone.Plain))], widths, painter))
                yield return line;
        }
        foreach (var row in rows)
        {
            foreach (var line in Row([.. kept.Select(c => (Text(row[c]), row[c].Tone))], widths, painter))
                yield return line;
        }
    }

    private static string Text(Cell cell) => cell.Kind == CellKind.Absent ? "" : DisplayText.Clean(cell.ToShownText());

    private static IEnumerable<string> Row((string Text, CellTone Tone)[] cells, int[] widths, Painter painter)
    {
        var wrapped = cells.Select((cell, c) => TextLines.Wrap(cell.Text, widths[c])).ToArray();
        for (var i = 0; i < wrapped.Max(lines => lines.Count); i++)
        {
            var line = "";
            for (var c = 0; c < cells.Length; c++)
            {
                var text = i < wrapped[c].Count ? wrapped[c][i] : "";
                var blanks = c == cells.Length - 1 ? "" : new string(' ', widths[c] - text.GetCellWidth() + Gap);
                line += (text.Length == 0 ? "" : painter.Paint(text, cells[c].Tone)) + blanks;
            }
            yield return line.TrimEnd(' ');
        }
    }

    // The widest gives way first: names of a few letters stay whole as long as there is anything else to wrap.
    private static int[] Fit(int[] widths, int width)
    {
        const int Least = 4;
        while (widths.Length > 0 && widths.Sum() + Gap * (widths.Length - 1) > width && widths.Max() > Least)
            widths[Array.LastIndexOf(widths, widths.Max())]--;
        return widths;
    }
}
