namespace Steth.Cli.Rendering;

/// <summary>Order of <c>--sort-column</c>: numbers by size, the rest as text, absent values last.</summary>
public sealed class CellOrder : IComparer<Cell>
{
    /// <summary>The one instance.</summary>
    public static CellOrder Instance { get; } = new();

    /// <inheritdoc/>
    public int Compare(Cell x, Cell y)
    {
        if (x.Kind == CellKind.Absent || y.Kind == CellKind.Absent)
            return (x.Kind == CellKind.Absent).CompareTo(y.Kind == CellKind.Absent);
        return IsNumber(x) && IsNumber(y)
            ? x.Number.CompareTo(y.Number)
            : string.CompareOrdinal(x.ToPlainText(), y.ToPlainText());
    }

    private static bool IsNumber(Cell cell) => cell.Kind is CellKind.Integer or CellKind.Real;
}
