namespace Steth.Cli.Rendering;

/// <summary>
/// A sheet as comma separated values with a header line , quoted as RFC 4180 says. Lines end with LF, as cliff ends them. Absent is empty.
/// </summary>
public static class CsvText
{
    /// <summary>Writes header and rows.</summary>
    public static void Write(Sheet sheet, TextWriter output)
    {
        WriteLine(sheet.Keys, output);
        foreach (var row in sheet.Rows)
            WriteLine(row.Select(cell => cell.ToPlainText()), output);
    }

    private static void WriteLine(IEnumerable<string> fields, TextWriter output) =>
        output.Write(string.Join(',', fields.Select(Quote)) + "\n");

    private static string Quote(string field)
    {
        var clean = DisplayText.Clean(field);
        return clean.AsSpan().ContainsAny(',', '"') || clean.StartsWith(' ') || clean.EndsWith(' ')
            ? $"\"{clean.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : clean;
    }
}
