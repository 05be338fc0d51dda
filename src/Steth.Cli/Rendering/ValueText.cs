namespace Steth.Cli.Rendering;

/// <summary>
/// A sheet for shell scripts: a line a row, values separated by a blank; one value a line for a show command. Absent is <c>None</c>, as
/// cliff has it.
/// </summary>
public static class ValueText
{
    /// <summary>Writes the rows.</summary>
    public static void Write(Sheet sheet, TextWriter output)
    {
        foreach (var row in sheet.Rows)
            output.Write(string.Join(sheet.IsSingle ? '\n' : ' ', row.Select(Show)) + "\n");
    }

    private static string Show(Cell cell) => cell.Kind == CellKind.Absent ? "None" : DisplayText.Clean(cell.ToPlainText());
}
