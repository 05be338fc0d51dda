using System.Globalization;
using Steth.Cli.Commands;
using Steth.Diagnosis.Readiness;
using Steth.Diagnosis.Verdicts;

namespace Steth.Cli.Rendering.Checks;

/// <summary>
/// A check's report for a reader: what was tried, what is broken, who was silent, and the verdict last, where the eye is when it ends.
/// </summary>
public static class CheckText
{
    private const int Label = 13;
    private const int StateWidth = 9;
    private const int MostFindings = 10;
    private const int MostSentences = 3;

    /// <summary>Writes the report.</summary>
    /// <param name="view">What to write.</param>
    /// <param name="details">Tables and heat maps as well, and lists whole.</param>
    /// <param name="streams">Where.</param>
    /// <param name="width">No line of the summary is longer, as far as words can be broken.</param>
    public static void Write(CheckView view, bool details, OutputStreams streams, int width)
    {
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(streams);
        var painter = new Painter(streams.UseColour);
        width = Math.Max(40, width);
        Lines(TextLines.Wrap(view.Headline, width), streams);
        if (view.Overview.Count > 0)
            Lines(["", .. view.Overview.SelectMany(line => Line(line, width, painter))], streams);
        if (details)
        {
            foreach (var part in (IEnumerable<CheckView>)(view.Parts.Count > 0 ? view.Parts : [view]))
                WriteDetails(part, streams, width, painter);
        }
        Lines(["", .. Summary(view.Report, details, width, painter)], streams);
    }

    private static void WriteDetails(CheckView view, OutputStreams streams, int width, Painter painter)
    {
        foreach (var table in view.Tables.Where(table => table.Sheet.Rows.Count > 0))
        {
            Lines(["", .. TextLines.Wrap(table.Title, width)], streams);
            TableText.Write(table.Sheet, streams);
        }
        foreach (var map in view.HeatMaps)
            Lines(["", .. HeatMapText.Lines(map, width, streams.OutIsTerminal, painter)], streams);
    }

    // PASS     plan       4 nodes, 4 as planned
    private static IEnumerable<string> Line(CheckLine line, int width, Painter painter)
    {
        var state = line.State is { } known ? Tones.State(known) : Cell.Absent;
        var label = TextLines.Pad(line.State?.ToText() ?? "-", StateWidth) + TextLines.Pad(line.Check, Label);
        return TextLines.Hang(label, line.Text, width).Select((text, i) =>
            i == 0 ? painter.Paint(text[..StateWidth], state.Tone) + text[StateWidth..] : text);
    }

    private static IEnumerable<string> Summary(CheckReport report, bool details, int width, Painter painter)
    {
        var findings = Cut(report.Findings, details ? int.MaxValue : MostFindings, out var more);
        foreach (var line in findings.SelectMany(finding => Finding(finding, details, width, painter)))
            yield return line;
        if (more > 0)
            yield return string.Create(CultureInfo.InvariantCulture, $"and {more} more findings; -v lists them");
        if (report.Findings.Count > 0)
            yield return "";
        string[] beside =
        [
            .. Bullets("Unreachable", [.. report.Unreachable.Select(node => $"{node.Host}: {node.Reason}")], details, width),
            .. Bullets("Notes", report.Notes, details, width),
        ];
        foreach (var line in beside)
            yield return line;
        if (beside.Length > 0)
            yield return "";
        foreach (var line in Headed(CheckVerdictText.Sentence(report), Tones.State(report.Status).Tone, width, painter))
            yield return line;
    }

    private static IEnumerable<string> Finding(CheckFinding finding, bool details, int width, Painter painter) =>
    [
        .. Headed($"{finding.State.ToText()} {finding.Id}: {finding.Summary}", Tones.State(finding.State).Tone, width, painter),
        .. details && finding.Nodes.Count > 0 ? Part("  Nodes", string.Join(", ", finding.Nodes), width) : [],
        .. Bullets("  Evidence", finding.Evidence, details, width),
        .. finding.Remedy is null ? [] : Part("  To do", finding.Remedy, width),
    ];

    private static IEnumerable<string> Headed(string text, CellTone tone, int width, Painter painter) =>
        TextLines.Wrap(text, width - 2).Select((line, i) =>
        {
            var end = i == 0 ? line.IndexOf(' ', StringComparison.Ordinal) : 0;
            return i > 0 ? $"  {line}" : end < 0 ? painter.Paint(line, tone) : painter.Paint(line[..end], tone) + line[end..];
        });

    private static IEnumerable<string> Bullets(string label, IReadOnlyList<string> sentences, bool details, int width)
    {
        string[] shown = [.. Cut(sentences, details ? int.MaxValue : MostSentences, out var more)];
        if (more > 0)
            shown = [.. shown, string.Create(CultureInfo.InvariantCulture, $"and {more} more; -v lists them")];
        return shown.Length == 1 ? Part(label, shown[0], width)
            : shown.SelectMany((sentence, i) => TextLines.Hang(TextLines.Pad(i == 0 ? label : "", Label) + "- ", sentence, width));
    }

    private static IEnumerable<string> Part(string label, string text, int width) =>
        TextLines.Hang(TextLines.Pad(label, Label), text, width);

    // A list that is longer by one is shown whole: saying so takes a line as well.
    private static IEnumerable<T> Cut<T>(IReadOnlyList<T> list, int most, out int more)
    {
        more = list.Count > (long)most + 1 ? list.Count - most : 0;
        return list.Take(list.Count - more);
    }

    private static void Lines(IEnumerable<string> lines, OutputStreams streams)
    {
        foreach (var line in lines)
            streams.Out.Write(line + "\n");
    }
}
