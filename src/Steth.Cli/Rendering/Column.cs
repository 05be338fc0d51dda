namespace Steth.Cli.Rendering;

/// <summary>One column of a command's output, declared once; every format comes from it.</summary>
/// <param name="Key">snake_case name in JSON, YAML and CSV, and for <c>-c</c>.</param>
/// <param name="Header">Head of the table's column.</param>
/// <param name="Value">Its value in a row.</param>
public sealed record Column<TRow>(string Key, string Header, Func<TRow, Cell> Value);
