using System.Globalization;
using Steth.Cli.Commands;
using Steth.Diagnosis.Verdicts;

namespace Steth.Cli.Rendering;

/// <summary>A diagnosis for a reader: the port, the symptoms, the path, and the verdict last, where the eye is when it ends.</summary>
public static class DiagnosisText
{
    private const int ShortUuid = 8;

    private static readonly (string Word, string Meaning)[] _legend =
    [
        ("-", "cannot be seen there"), ("passed", "seen further on, so it came through here"),
        ("traced", "the bridge's flows lead through here"), ("counted", "a counter moved"),
    ];

    private static readonly string[] _hopHeaders = ["#", "Host", "Device", "Outbound", "Inbound", "State", "Note"];

    /// <summary>Writes the report.</summary>
    /// <param name="report">What to write.</param>
    /// <param name="output">Where.</param>
    /// <param name="width">No line is longer, as far as words can be broken.</param>
    /// <param name="painter">Colours the words of a state.</param>
    public static void Write(DiagnosisReport report, TextWriter output, int width, Painter painter)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(painter);
        width = Math.Max(40, width);
        List<string> lines = [.. TextLines.Hang("Port ", Head(report), width), ""];
        lines.AddRange(GridText.Lines(["", "", ""], [.. report.Symptoms.Select(Symptom)], width, painter));
        if (report.Hops.Count > 0)
        {
            lines.Add("");
            lines.AddRange(GridText.Lines(_hopHeaders, [.. report.Hops.Select(Hop)], width, painter));
            if (Legend([.. report.Hops.SelectMany(h => new[] { Sight(h.Outbound), Sight(h.Inbound) })]) is { Length: > 0 } legend)
                lines.AddRange(TextLines.Wrap(legend, width));
        }
        lines.Add("");
        lines.AddRange(DiagnosisVerdictText.Lines(report, width, painter));
        foreach (var line in lines)
            output.Write(line + "\n");
        output.Flush();
    }

    private static string Head(DiagnosisReport report)
    {
        var port = report.Port;
        var type = port.NetworkType;
        var architecture = type is not null && report.Architecture.EndsWith($" {type}", StringComparison.Ordinal)
            ? report.Architecture[..^(type.Length + 1)]
            : report.Architecture;
        string?[] parts =
        [
            string.IsNullOrEmpty(port.Name) ? port.Id.ToString() : $"{port.Id} {port.Name}",
            port.Mac,
            .. port.FixedIps,
            port.Host is null ? "on no host that answers" : $"on {port.Host}",
            type is null ? "network type not known" : port.SegmentationId is { } segment ? $"{type} {Number(segment)}" : type,
            architecture,
        ];
        return string.Join(", ", parts.OfType<string>());
    }

    private static IReadOnlyList<Cell> Symptom(SymptomResult symptom) =>
        [Cell.Text(EnumText.Of(symptom.Name)), DiagnosisVerdictText.Word(symptom.Status), Cell.Text(symptom.Note)];

    private static IReadOnlyList<Cell> Hop(HopReport hop) =>
    [
        Cell.Text(Number(hop.Index)),
        Cell.Text(hop.Host),
        Cell.Text(hop.Namespace is null ? hop.Device : $"{hop.Device} ({Short(hop.Namespace)})"),
        Cell.Text(Sight(hop.Outbound)),
        Cell.Text(Sight(hop.Inbound)),
        Tones.State(hop.State),
        Cell.Text(hop.Note),
    ];

    private static string Legend(HashSet<string> words)
    {
        string[] said = [.. _legend.Where(entry => words.Contains(entry.Word)).Select(entry => $"{entry.Word}: {entry.Meaning}")];
        return said.Length == 0 ? "" : $"({string.Join("; ", said)})";
    }

    private static string Sight(HopSight sight) => sight switch
    {
        { Seen: true, Messages.Count: > 0 } => string.Join(", ", sight.Messages),
        { Seen: true, Method: SightMethod.Counter } => "counted",
        { Seen: true, Method: SightMethod.Trace } => "traced",
        { Seen: true } => "passed",
        { Seen: false } => "nothing",
        _ => "-",
    };

    // qdhcp-4762b59f-20b5-… is as clear as the whole with its first digits.
    private static string Short(string name)
    {
        var dash = name.IndexOf('-', StringComparison.Ordinal);
        return dash > 0 && Guid.TryParse(name.AsSpan(dash + 1), out _) ? name[..(dash + 1 + ShortUuid)] : name;
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
