using System.Globalization;

namespace Steth.Cli.Rendering;

/// <summary>One value of one row, typed for the machine formats, with what a table shows for it.</summary>
public readonly record struct Cell
{
    private readonly string? _text;
    private readonly double _real;
    private readonly IReadOnlyList<string>? _list;
    private readonly string? _shown;

    private Cell(CellKind kind, string? text, long integer, double real, IReadOnlyList<string>? list)
    {
        Kind = kind;
        _text = text;
        Integer = integer;
        _real = real;
        _list = list;
    }

    /// <summary>Not measured: null in JSON and YAML.</summary>
    public static Cell Absent => default;

    /// <summary>What it holds.</summary>
    public CellKind Kind { get; }

    /// <summary>The number of a <see cref="CellKind.Integer"/>, 1 or 0 of a <see cref="CellKind.Flag"/>.</summary>
    public long Integer { get; }

    /// <summary>The number of a <see cref="CellKind.Integer"/> or a <see cref="CellKind.Real"/>.</summary>
    public double Number => Kind == CellKind.Integer ? Integer : _real;

    /// <summary>Whether it holds true.</summary>
    public bool IsTrue => Kind == CellKind.Flag && Integer == 1;

    /// <summary>The strings of a <see cref="CellKind.List"/>.</summary>
    public IReadOnlyList<string> Entries => _list ?? [];

    /// <summary>Colour on a terminal.</summary>
    public CellTone Tone { get; private init; }

    /// <summary>A string; null is absent.</summary>
    public static Cell Text(string? value) => value is null ? Absent : new(CellKind.Text, value, 0, 0, null);

    /// <summary>A whole number; null is absent.</summary>
    public static Cell Whole(long? value) => value is { } number ? new(CellKind.Integer, null, number, 0, null) : Absent;

    /// <summary>A number, rounded to <paramref name="digits"/> decimals; null, NaN and the infinities are absent.</summary>
    public static Cell Real(double? value, int digits = 3) =>
        value is { } number && double.IsFinite(number) ? new(CellKind.Real, null, 0, Math.Round(number, digits), null) : Absent;

    /// <summary>true or false; null is absent.</summary>
    public static Cell Flag(bool? value) => value is { } flag ? new(CellKind.Flag, null, flag ? 1 : 0, 0, null) : Absent;

    /// <summary>Strings in order; an empty list stays a list.</summary>
    public static Cell List(IEnumerable<string> values) => new(CellKind.List, null, 0, 0, [.. values]);

    /// <summary>The same value, shown as <paramref name="shown"/> in a table. An absent value stays absent.</summary>
    public Cell ShownAs(string? shown) => Kind == CellKind.Absent || shown is null ? this : new Cell(this, shown, Tone);

    /// <summary>The same value with a tone.</summary>
    public Cell Toned(CellTone tone) => new(this, _shown, tone);

    /// <summary>As text for scripts: numbers without units, lists joined by commas; empty when absent.</summary>
    public string ToPlainText() => Kind switch
    {
        CellKind.Text => _text!,
        CellKind.Integer => Integer.ToString(CultureInfo.InvariantCulture),
        CellKind.Real => _real.ToString("0.###############", CultureInfo.InvariantCulture),
        CellKind.Flag => IsTrue ? "true" : "false",
        CellKind.List => string.Join(',', Entries),
        _ => "",
    };

    /// <summary>As text for a reader: with units, lists joined by comma and blank; a dash when absent or empty.</summary>
    public string ToShownText() => Kind switch
    {
        CellKind.Absent => "-",
        CellKind.List when Entries.Count == 0 => _shown ?? "-",
        CellKind.List => _shown ?? string.Join(", ", Entries),
        CellKind.Flag => _shown ?? (IsTrue ? "yes" : "no"),
        _ => _shown ?? ToPlainText(),
    };

    private Cell(Cell value, string? shown, CellTone tone)
        : this(value.Kind, value._text, value.Integer, value._real, value._list)
    {
        _shown = shown;
        Tone = tone;
    }
}
