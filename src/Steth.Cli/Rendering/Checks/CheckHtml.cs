using System.Globalization;
using Steth.Cli.Commands;
using Steth.Diagnosis.Readiness;
using Steth.Diagnosis.Verdicts;

namespace Steth.Cli.Rendering.Checks;

/// <summary>
/// A check's report as one HTML page that needs nothing else: no scripts, no fonts, no pictures from anywhere. The summary first, for a
/// screen in light and dark, and for paper.
/// </summary>
public static class CheckHtml
{
    private const int MostRows = 1000;

    // The rank of a row in which nothing is broken or unknown.
    private const int Fine = 2;

    /// <summary>Writes the page.</summary>
    /// <param name="view">What to write.</param>
    /// <param name="made">When the check was made.</param>
    /// <param name="html">Where.</param>
    public static void Write(CheckView view, DateTimeOffset made, TextWriter html)
    {
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(html);
        var report = view.Report;
        var title = HtmlText.Encode($"{report.Status.ToText()} steth check {report.Check}");
        html.Write($"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>{title}</title>
            <style>
            {CheckHtmlStyle.Css}
            </style>
            </head>
            <body>
            <main>
            <header>
            <h1>{State(report.Status)} steth check {HtmlText.Encode(report.Check)}</h1>
            <p class="headline">{HtmlText.Encode(view.Headline)}</p>
            <p class="counts">{HtmlText.Encode(CheckVerdictText.Counts(report))}; {Made(report, made)}</p>
            </header>

            """);
        WriteParts(view, html);
        WriteBody(view, "h2", "", html);
        for (var i = 0; i < view.Parts.Count; i++)
        {
            var part = view.Parts[i];
            html.Write($"<section class=\"part\" id=\"{Id(i)}\">\n");
            html.Write($"<h2>{State(part.Report.Status)} {HtmlText.Encode(part.Report.Check)}</h2>\n");
            html.Write($"<p class=\"headline\">{HtmlText.Encode(part.Headline)}</p>\n");
            WriteBody(part, "h3", Id(i), html);
            html.Write("</section>\n");
        }
        html.Write("</main>\n</body>\n</html>\n");
    }

    private static void WriteParts(CheckView view, TextWriter html)
    {
        if (view.Overview.Count == 0)
            return;
        html.Write("<nav aria-label=\"Checks\">\n<table class=\"parts\">\n<tbody>\n");
        foreach (var line in view.Overview)
        {
            var name = HtmlText.Encode(line.Check);
            var at = view.Parts.TakeWhile(part => part.Report.Check != line.Check).Count();
            html.Write($"<tr><td>{(line.State is { } state ? State(state) : "-")}</td>");
            html.Write($"<th scope=\"row\">{(at < view.Parts.Count ? $"<a href=\"#{Id(at)}\">{name}</a>" : name)}</th>");
            html.Write($"<td>{HtmlText.Encode(line.Text)}</td></tr>\n");
        }
        html.Write("</tbody>\n</table>\n</nav>\n");
    }

    private static void WriteBody(CheckView view, string heading, string id, TextWriter html)
    {
        var report = view.Report;
        foreach (var finding in report.Findings)
            WriteFinding(finding, heading, html);
        WriteList("Nodes that did not answer", heading, [.. report.Unreachable.Select(node => $"{node.Host}: {node.Reason}")], html);
        WriteList("Notes", heading, report.Notes, html);
        for (var i = 0; i < view.HeatMaps.Count; i++)
        {
            html.Write($"<figure>\n<{heading}>{HtmlText.Encode(view.HeatMaps[i].Title)}</{heading}>\n");
            html.Write($"<figcaption>{HtmlText.Encode(HeatMapSvg.Describe(view.HeatMaps[i]))}. "
                + "A row sends, a column receives; the redder the worse, \u00d7 is broken, / not measured.</figcaption>\n");
            html.Write("<div class=\"wide\">\n");
            HeatMapSvg.Write(view.HeatMaps[i], string.Create(CultureInfo.InvariantCulture, $"map{id}-{i}"), html);
            html.Write("</div>\n</figure>\n");
        }
        foreach (var table in view.Tables.Where(table => table.Sheet.Rows.Count > 0))
            WriteTable(table, heading, html);
    }

    private static void WriteFinding(CheckFinding finding, string heading, TextWriter html)
    {
        html.Write($"<article class=\"{Class(finding.State)}\">\n");
        html.Write($"<{heading}>{State(finding.State)} {HtmlText.Encode(finding.Summary)}</{heading}>\n");
        html.Write($"<p class=\"about\"><code>{HtmlText.Encode(finding.Id)}</code>");
        if (finding.Network is { } network)
            html.Write($" on {HtmlText.Encode(network)}");
        if (finding.Nodes.Count > 0)
            html.Write($"; {HtmlText.Encode(string.Join(", ", finding.Nodes))}");
        html.Write("</p>\n");
        WriteEntries(finding.Evidence, html);
        if (finding.Remedy is { } remedy)
            html.Write($"<p class=\"remedy\"><strong>To do:</strong> {HtmlText.Encode(remedy)}</p>\n");
        html.Write("</article>\n");
    }

    private static void WriteList(string title, string heading, IReadOnlyList<string> entries, TextWriter html)
    {
        if (entries.Count == 0)
            return;
        html.Write($"<section>\n<{heading}>{title}</{heading}>\n");
        WriteEntries(entries, html);
        html.Write("</section>\n");
    }

    private static void WriteEntries(IReadOnlyList<string> entries, TextWriter html)
    {
        if (entries.Count > 0)
            html.Write($"<ul>\n{string.Concat(entries.Select(entry => $"<li>{HtmlText.Encode(entry)}</li>\n"))}</ul>\n");
    }

    private static void WriteTable(CheckTable table, string heading, TextWriter html)
    {
        var sheet = table.Sheet;
        var rows = Kept(sheet.Rows);
        html.Write($"<section>\n<{heading}>{HtmlText.Encode(table.Title)}</{heading}>\n<div class=\"wide\">\n<table>\n<thead><tr>");
        for (var i = 0; i < sheet.Headers.Count; i++)
        {
            var number = sheet.Rows.Any(row => IsNumber(row[i])) ? " class=\"number\"" : "";
            html.Write($"<th scope=\"col\"{number}>{HtmlText.Encode(sheet.Headers[i])}</th>");
        }
        html.Write("</tr></thead>\n<tbody>\n");
        foreach (var row in rows)
        {
            html.Write("<tr>");
            foreach (var cell in row)
                html.Write($"<td{Classes(cell)}>{HtmlText.Encode(cell.ToShownText())}</td>");
            html.Write("</tr>\n");
        }
        html.Write("</tbody>\n</table>\n</div>\n");
        if (rows.Count < sheet.Rows.Count)
        {
            var fine = rows.Any(row => Rank(row) == Fine) ? "rows that are as they should be are" : "more rows are";
            html.Write(string.Create(
                CultureInfo.InvariantCulture, $"<p>{sheet.Rows.Count - rows.Count} {fine} left out here; -f csv writes them all.</p>\n"));
        }
        html.Write("</section>\n");
    }

    // A page with a million rows opens nowhere: what is broken stays, in the table's own order.
    private static IReadOnlyList<IReadOnlyList<Cell>> Kept(IReadOnlyList<IReadOnlyList<Cell>> rows)
    {
        if (rows.Count <= MostRows)
            return rows;
        int[] kept = [.. Enumerable.Range(0, rows.Count).OrderBy(i => Rank(rows[i])).Take(MostRows).Order()];
        return [.. kept.Select(i => rows[i])];
    }

    private static int Rank(IReadOnlyList<Cell> row) =>
        row.Min(cell => cell.Tone switch { CellTone.Bad => 0, CellTone.Doubtful => 1, _ => Fine });

    private static string Classes(Cell cell)
    {
        string?[] classes =
        [
            IsNumber(cell) ? "number" : null,
            cell.Tone switch { CellTone.Good => "pass", CellTone.Bad => "fail", CellTone.Doubtful => "unknown", _ => null },
        ];
        var joined = string.Join(' ', classes.OfType<string>());
        return joined.Length == 0 ? "" : $" class=\"{joined}\"";
    }

    private static bool IsNumber(Cell cell) => cell.Kind is CellKind.Integer or CellKind.Real;

    private static string State(CheckState state) => $"<span class=\"state {Class(state)}\">{state.ToText()}</span>";

    private static string Class(CheckState state) => state.ToText().ToLowerInvariant();

    private static string Id(int part) => string.Create(CultureInfo.InvariantCulture, $"part{part}");

    private static string Made(CheckReport report, DateTimeOffset made) => string.Create(
        CultureInfo.InvariantCulture,
        $"made {made.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC in {report.TookMs / 1000.0:0.0} s by {HtmlText.Encode(ProductVersion.Text)}");
}
