namespace Steth.Cli.Rendering;

/// <summary>Rows as cells, ready for any format.</summary>
/// <param name="Keys">Names for the machine formats.</param>
/// <param name="Headers">Heads for the table, one a key.</param>
/// <param name="Rows">Cells, one a key in each row.</param>
/// <param name="IsSingle">One object (a show command) instead of a list of them; there is exactly one row then.</param>
public sealed record Sheet(
    IReadOnlyList<string> Keys, IReadOnlyList<string> Headers, IReadOnlyList<IReadOnlyList<Cell>> Rows, bool IsSingle)
{
    /// <summary>Lays out rows by their columns.</summary>
    public static Sheet Of<TRow>(IReadOnlyList<Column<TRow>> columns, IEnumerable<TRow> rows, bool isSingle) =>
        new(
            [.. columns.Select(column => column.Key)],
            [.. columns.Select(column => column.Header)],
            [.. rows.Select(row => (IReadOnlyList<Cell>)[.. columns.Select(column => column.Value(row))])],
            isSingle);

    /// <summary>Only some of the columns, in the order they were declared in (as cliff does), and the rows in order of others.</summary>
    /// <param name="shown">Keys to keep; empty: all.</param>
    /// <param name="sortedBy">Keys to sort by, the first one first; they need not be among the kept.</param>
    public Sheet Arrange(IReadOnlyCollection<string> shown, IReadOnlyCollection<string> sortedBy)
    {
        var kept = Enumerable.Range(0, Keys.Count).Where(i => shown.Count == 0 || shown.Contains(Keys[i])).ToArray();
        IEnumerable<IReadOnlyList<Cell>> rows = Rows;
        foreach (var key in sortedBy.Reverse())
        {
            var index = Keys.ToList().IndexOf(key);
            rows = rows.OrderBy(row => row[index], CellOrder.Instance);
        }
        return new Sheet(
            [.. kept.Select(i => Keys[i])],
            [.. kept.Select(i => Headers[i])],
            [.. rows.Select(row => (IReadOnlyList<Cell>)[.. kept.Select(i => row[i])])],
            IsSingle);
    }
}
