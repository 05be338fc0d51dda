using System.Globalization;
using System.Text;
using Steth.Diagnosis.Verdicts;

namespace Steth.Cli.Rendering.Checks;

/// <summary>A heat map as inline SVG. Each cell says in words what it shows; broken ones are crossed, unmeasured ones hatched.</summary>
internal static class HeatMapSvg
{
    private const int Levels = 10;
    private const int CellSize = 14;
    private const int Head = 28;

    // Glyphs of the page's font are at most this wide at 11 px.
    private const int Letter = 7;
    private const int MostName = 24;

    /// <summary>Writes the picture.</summary>
    /// <param name="map">What to draw.</param>
    /// <param name="id">Unique in the page.</param>
    /// <param name="html">Where.</param>
    public static void Write(HeatMap map, string id, TextWriter html)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(html);
        var at = map.Nodes.Select((name, i) => (name, i)).DistinctBy(pair => pair.name).ToDictionary(pair => pair.name, pair => pair.i);
        var digits = Number(map.Nodes.Count).Length;
        var left = (Math.Min(MostName, map.Nodes.Select(name => name.Length).DefaultIfEmpty().Max()) + digits + 2) * Letter;
        var (width, height) = (left + map.Nodes.Count * CellSize + 2, Head + map.Nodes.Count * CellSize + 2);
        html.Write($"<svg role=\"img\" aria-labelledby=\"{id}-t {id}-d\" viewBox=\"0 0 {Number(width)} {Number(height)}\""
            + $" width=\"{Number(width)}\" height=\"{Number(height)}\">\n");
        html.Write($"<title id=\"{id}-t\">{HtmlText.Encode(map.Title)}</title>\n");
        html.Write($"<desc id=\"{id}-d\">{HtmlText.Encode(Describe(map))}</desc>\n");
        for (var i = 0; i < map.Nodes.Count; i++)
        {
            var middle = i * CellSize + CellSize / 2;
            html.Write($"<text class=\"row\" x=\"{Number(left - Letter)}\" y=\"{Number(Head + middle + 4)}\">"
                + $"{HtmlText.Encode(HtmlText.Shorten(map.Nodes[i], MostName))} {Number(i + 1)}</text>");
            var turned = $"translate({Number(left + middle + 4)} {Number(Head - 4)}) rotate(-90)";
            html.Write($"<text class=\"column\" transform=\"{turned}\">{Number(i + 1)}</text>\n");
        }
        foreach (var cell in map.Cells)
        {
            if (at.TryGetValue(cell.From, out var from) && at.TryGetValue(cell.To, out var to))
                WriteCell(cell, left + to * CellSize, Head + from * CellSize, html);
        }
        html.Write("</svg>\n");
    }

    /// <summary>In words: how many pairs, the best and the worst.</summary>
    public static string Describe(HeatMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        HeatCell[] measured = [.. map.Cells.Where(cell => cell.Heat is not null).OrderBy(cell => cell.Heat)];
        var text = new StringBuilder();
        text.Append(Units.Count(map.Cells.Count, "directed pair", "directed pairs"));
        text.Append(CultureInfo.InvariantCulture, $", {map.Cells.Count - measured.Length} not measured");
        if (measured.Length > 0)
        {
            text.Append("; best ").Append(Words(measured[0])).Append("; worst ").Append(Words(measured[^1]));
        }
        return text.ToString();

        static string Words(HeatCell cell) => $"{cell.From} to {cell.To}, {cell.Text}";
    }

    private static void WriteCell(HeatCell cell, int x, int y, TextWriter html)
    {
        var level = cell.Heat is { } heat ? $"h{Number((int)Math.Round(Math.Clamp(heat, 0, 1) * (Levels - 1)))}" : "none";
        var state = cell.State.ToText();
        html.Write($"<g class=\"cell\"><title>{HtmlText.Encode($"{cell.From} to {cell.To}: {cell.Text}, {state}")}</title>");
        var size = Number(CellSize);
        html.Write($"<rect class=\"{level}\" x=\"{Number(x)}\" y=\"{Number(y)}\" width=\"{size}\" height=\"{size}\"/>");
        if (cell.State != CheckState.Pass)
            html.Write(Mark(state, x, y));
        html.Write("</g>\n");
    }

    private static string Mark(string state, int x, int y)
    {
        var (low, high) = (Number(3), Number(CellSize - 3));
        var path = state == "FAIL" ? $"M{low} {low}L{high} {high}M{high} {low}L{low} {high}" : $"M{low} {high}L{high} {low}";
        return $"<path class=\"{state.ToLowerInvariant()}\" transform=\"translate({Number(x)} {Number(y)})\" d=\"{path}\"/>";
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
