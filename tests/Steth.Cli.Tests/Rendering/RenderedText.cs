using Steth.Cli.Rendering;

namespace Steth.Cli.Tests.Rendering;

/// <summary>A small sheet with everything that is hard to write, and its text.</summary>
internal static class RenderedText
{
    public static readonly Sheet Hard = Sheet.Of<Row>(
        [
            new("name", "Name", row => Cell.Text(row.Name)),
            new("rtt_ms", "RTT", row => Cell.Real(row.Rtt).ShownAs(Units.Milliseconds(row.Rtt))),
            new("count", "Count", row => Cell.Whole(row.Count)),
            new("up", "Up", row => Cell.Flag(row.Up)),
            new("seen", "Seen", row => Cell.List(row.Seen)),
        ],
        [
            new("plain", 0.2144, 3, true, ["A", "B"]),
            new("comma, \"quote\"", null, null, null, []),
            new("[red]é漢\u001b[31m\nline\u202e", 12, -1, false, ["true", "12", "a: b"]),
        ],
        isSingle: false);

    public static Sheet Single(params (string Key, Cell Cell)[] fields) =>
        new([.. fields.Select(f => f.Key)], [.. fields.Select(f => f.Key)], [[.. fields.Select(f => f.Cell)]], IsSingle: true);

    public static string Of(Sheet sheet, OutputFormat format, Func<OutputStreams, OutputStreams>? change = null)
    {
        using var output = new StringWriter();
        var streams = new OutputStreams { Out = output, Error = TextWriter.Null };
        SheetText.Write(sheet, format, change is null ? streams : change(streams));
        return output.ToString();
    }

    private sealed record Row(string Name, double? Rtt, long? Count, bool? Up, IReadOnlyList<string> Seen);
}
