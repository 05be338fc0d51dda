using System.Globalization;
using Steth.Diagnosis.Verdicts;

namespace Steth.Cli.Rendering;

/// <summary>The verdict of a diagnosis: what is wrong, where, what shows it, what to do.</summary>
public static class DiagnosisVerdictText
{
    private const int Label = 13;

    /// <summary>healthy, FAULT or unknown.</summary>
    public static Cell Word(DiagnosisStatus status) => status switch
    {
        DiagnosisStatus.Healthy => Cell.Text("healthy").Toned(CellTone.Good),
        DiagnosisStatus.Fault => Cell.Text("FAULT").Toned(CellTone.Bad),
        _ => Cell.Text("unknown").Toned(CellTone.Doubtful),
    };

    /// <summary>The verdict in one sentence, for a log.</summary>
    public static string Sentence(DiagnosisReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return report.Verdict switch
        {
            { Status: DiagnosisStatus.Fault, Causes: [var cause, ..] } =>
                $"FAULT {cause.Id} {cause.Slug}: {cause.Title}{(Where(cause) is { } where ? $" ({where})" : "")}",
            { Status: DiagnosisStatus.Fault } => "FAULT",
            { Status: DiagnosisStatus.Healthy } => Healthy(report),
            var verdict => $"INCONCLUSIVE: {verdict.Missing ?? "nothing was measured"}",
        };
    }

    /// <summary>What goes with it first, then the verdict itself: the last thing on the screen is what matters most.</summary>
    public static IEnumerable<string> Lines(DiagnosisReport report, int width, Painter painter)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(painter);
        var causes = report.Verdict.Causes;
        string[] beside =
        [
            .. Part("Ruled out", report.RuledOut.Count == 0 ? null : string.Join(", ", report.RuledOut.Select(Slug)), width),
            .. Bullets("Unreachable", [.. report.Unreachable.Select(node => $"{node.Host}: {node.Reason}")], width),
            .. Bullets("Notes", report.Notes, width),
        ];
        return
        [
            .. beside,
            .. beside.Length > 0 ? [""] : Array.Empty<string>(),
            .. causes.Count == 0
                ? Paragraph(Sentence(report), report.Verdict.Status, width, painter)
                : Cause("FAULT", causes[0], width, painter),
            .. causes.Skip(1).SelectMany(cause => Cause("ALSO", cause, width, painter)),
        ];
    }

    private static IEnumerable<string> Cause(string word, CauseReport cause, int width, Painter painter) =>
    [
        .. Paragraph($"{word} {cause.Id} {cause.Slug}: {cause.Title}", DiagnosisStatus.Fault, width, painter),
        .. Part("  Where", Where(cause), width),
        .. Bullets("  Evidence", cause.Evidence, width),
        .. Part("  To do", cause.Remedy, width),
    ];

    private static IEnumerable<string> Paragraph(string text, DiagnosisStatus status, int width, Painter painter)
    {
        var tone = Word(status).Tone;
        return TextLines.Wrap(text, width - 2).Select((line, i) =>
        {
            var end = i == 0 ? line.AsSpan().IndexOfAny(' ', ':') : 0;
            return i > 0 ? $"  {line}" : end < 0 ? painter.Paint(line, tone) : painter.Paint(line[..end], tone) + line[end..];
        });
    }

    private static IEnumerable<string> Part(string label, string? text, int width) =>
        string.IsNullOrEmpty(text) ? [] : TextLines.Hang(TextLines.Pad(label, Label), text, width);

    private static IEnumerable<string> Bullets(string label, IReadOnlyList<string> sentences, int width) =>
        sentences.Count == 1 ? Part(label, sentences[0], width)
            : sentences.SelectMany((sentence, i) => TextLines.Hang(
                TextLines.Pad(i == 0 ? label : "", Label) + "- ", sentence, width));

    private static string? Where(CauseReport cause) =>
        cause.Host is null && cause.Device is null ? null : string.Join(' ', new[] { cause.Host, cause.Device }.OfType<string>());

    private static string Healthy(DiagnosisReport report) => string.Create(
        CultureInfo.InvariantCulture,
        $"HEALTHY: every packet that was tried came through ({string.Join(", ", report.Symptoms.Select(s => EnumText.Of(s.Name)))}; "
        + $"{report.TookMs / 1000.0:0.0} s)");

    // The ids are in the JSON; the words are what a reader knows.
    private static string Slug(string cause) => cause[(cause.IndexOf(' ', StringComparison.Ordinal) + 1)..];
}
