using System.Text;

namespace Steth.Lab.Output;

/// <summary>Columns with two spaces between them, under their headings.</summary>
internal static class TextTable
{
    /// <summary>Lays rows out; the last column is not filled up.</summary>
    public static string Of(IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows)
    {
        IReadOnlyList<string>[] lines = [[.. headings.Select(heading => heading.ToUpperInvariant())], .. rows];
        var widths = headings.Select((_, column) => lines.Max(line => line[column].Length)).ToArray();
        var text = new StringBuilder();
        foreach (var line in lines)
            text.AppendJoin("  ", line.Select((cell, column) => cell.PadRight(widths[column]))).Append('\n');
        return string.Join('\n', text.ToString().Split('\n').Select(line => line.TrimEnd()));
    }
}
