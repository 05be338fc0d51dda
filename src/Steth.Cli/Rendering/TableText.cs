using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Steth.Cli.Rendering;

/// <summary>A sheet as a table for a reader; a show command becomes Field and Value.</summary>
public static class TableText
{
    // Wider than any row: in a pipe nothing is wrapped or cut.
    private const int Unlimited = 1_000_000;

    // On a terminal, columns of sentences and lists give way, down to this; names and addresses stay whole.
    private const int Broad = 24;

    /// <summary>
    /// Writes the table: coloured and fitted to <see cref="OutputStreams.Width"/> on a terminal, plain ASCII of any width elsewhere. A list
    /// that
    /// does not fit becomes a table of its own for each row.
    /// </summary>
    public static void Write(Sheet sheet, OutputStreams streams)
    {
        ArgumentNullException.ThrowIfNull(streams);
        var fits = streams.OutIsTerminal;
        if (fits && !sheet.IsSingle && sheet.Rows.Count > 0 && LeastWidth(sheet) > streams.Width)
        {
            WriteRecords(sheet, streams);
            return;
        }
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = streams.UseColour ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = streams.UseColour ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new Target(streams.Out, fits, fits ? Math.Max(streams.Width, LeastWidth(sheet)) : Unlimited),
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        console.Profile.Capabilities.Unicode = fits;
        console.Write(Lay(sheet, fits));
    }

    private static void WriteRecords(Sheet sheet, OutputStreams streams)
    {
        foreach (var row in sheet.Rows)
            Write(sheet with { Rows = [row], IsSingle = true }, streams);
    }

    private static Table Lay(Sheet sheet, bool fits)
    {
        var table = new Table { Border = fits ? TableBorder.Square : PipeBorder.Instance };
        if (sheet.IsSingle)
        {
            AddColumn(table, "Field", Justify.Left, wraps: false);
            AddColumn(table, "Value", Justify.Left, wraps: fits);
            foreach (var (header, cell) in sheet.Headers.Zip(sheet.Rows.Single()))
                table.AddRow(new Text(header), Show(cell));
            return table;
        }
        for (var i = 0; i < sheet.Headers.Count; i++)
            AddColumn(table, sheet.Headers[i], IsNumeric(sheet, i) ? Justify.Right : Justify.Left, wraps: fits && IsBroad(sheet, i));
        foreach (var row in sheet.Rows)
            table.AddRow(row.Select(cell => (IRenderable)Show(cell)));
        return table;
    }

    private static int LeastWidth(Sheet sheet)
    {
        const int Border = 3;
        return sheet.IsSingle
            ? sheet.Headers.Max(header => header.GetCellWidth()) + Broad + 2 * Border + 1
            : 1 + Enumerable.Range(0, sheet.Headers.Count).Sum(i => Border + (IsBroad(sheet, i) ? Broad : NaturalWidth(sheet, i)));
    }

    private static int NaturalWidth(Sheet sheet, int column) =>
        sheet.Rows.Select(
            row => DisplayText.Clean(row[column].ToShownText())).Append(sheet.Headers[column]).Max(text => text.GetCellWidth());

    private static void AddColumn(Table table, string header, Justify alignment, bool wraps) =>
        table.AddColumn(new TableColumn(new Text(DisplayText.Clean(header))) { Alignment = alignment, NoWrap = !wraps });

    private static bool IsBroad(Sheet sheet, int column) =>
        sheet.Rows.Any(row => row[column].ToShownText() is { Length: > Broad } text && text.Contains(' ', StringComparison.Ordinal));

    private static bool IsNumeric(Sheet sheet, int column) =>
        sheet.Rows.Any(row => row[column].Kind != CellKind.Absent)
        && sheet.Rows.All(row => row[column].Kind is CellKind.Absent or CellKind.Integer or CellKind.Real);

    // Text is never read as markup, unlike a plain string given to a table.
    private static Text Show(Cell cell) => new(DisplayText.Clean(cell.ToShownText()), cell.Tone switch
    {
        CellTone.Good => new Style(Color.Green),
        CellTone.Bad => new Style(Color.Red),
        CellTone.Doubtful => new Style(Color.Yellow),
        _ => Style.Plain,
    });

    // The library's own output asks the runtime's console, which then writes to the terminal by itself.
    private sealed class Target(TextWriter writer, bool isTerminal, int width) : IAnsiConsoleOutput
    {
        public TextWriter Writer => writer;

        public bool IsTerminal => isTerminal;

        public int Width => width;

        public int Height => 24;

        public void SetEncoding(Encoding encoding)
        {
        }
    }

    private sealed class PipeBorder : TableBorder
    {
        public static PipeBorder Instance { get; } = new();

        public override string GetPart(TableBorderPart part) => part switch
        {
            TableBorderPart.HeaderTop or TableBorderPart.HeaderBottom or TableBorderPart.FooterTop or TableBorderPart.FooterBottom
                or TableBorderPart.RowCenter => "-",
            TableBorderPart.HeaderLeft or TableBorderPart.HeaderSeparator or TableBorderPart.HeaderRight
                or TableBorderPart.CellLeft or TableBorderPart.CellSeparator or TableBorderPart.CellRight => "|",
            _ => "+",
        };
    }
}
