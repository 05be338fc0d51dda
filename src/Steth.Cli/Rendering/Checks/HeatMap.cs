using Steth.Diagnosis.Verdicts;

namespace Steth.Cli.Rendering.Checks;

/// <summary>Values of directed pairs as a square: a row a sender, a column a receiver.</summary>
/// <param name="Title">What it shows, with the unit: <c>loss on net, %</c>.</param>
/// <param name="Nodes">The nodes, in the order of rows and columns.</param>
/// <param name="Cells">One a pair that was tried; the diagonal has none.</param>
public sealed record HeatMap(string Title, IReadOnlyList<string> Nodes, IReadOnlyList<HeatCell> Cells);

/// <summary>One pair.</summary>
/// <param name="From">The sender.</param>
/// <param name="To">The receiver.</param>
/// <param name="Heat">0 (good) to 1 (bad), for the shade; null: not measured.</param>
/// <param name="State">What the pair came to.</param>
/// <param name="Text">The value for a reader: <c>0.21 ms</c>.</param>
public sealed record HeatCell(string From, string To, double? Heat, CheckState State, string Text);
