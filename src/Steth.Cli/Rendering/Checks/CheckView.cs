using Steth.Diagnosis.Readiness;
using Steth.Diagnosis.Verdicts;

namespace Steth.Cli.Rendering.Checks;

/// <summary>A check's report with what a reader wants to see of it; every format comes from it.</summary>
/// <param name="Report">The report.</param>
/// <param name="Headline">
/// What was tried and how it went, in a line: <c>4,094 VLANs, 3 nodes, 6 directed pairs: 4,090 good, 4 broken</c>.
/// </param>
/// <param name="Tables">The results in detail; the first is what CSV and the value format print.</param>
/// <param name="HeatMaps">Values by sender and receiver; empty: the check has none.</param>
public sealed record CheckView(
    CheckReport Report, string Headline, IReadOnlyList<CheckTable> Tables, IReadOnlyList<HeatMap> HeatMaps)
{
    /// <summary>The checks this one is made of, in the order they ran; empty: it is one check.</summary>
    public IReadOnlyList<CheckView> Parts { get; init; } = [];

    /// <summary>A line for each check it is made of, those that were not run too; empty: it is one check.</summary>
    public IReadOnlyList<CheckLine> Overview { get; init; } = [];
}

/// <summary>What one check of several came to, in a line.</summary>
/// <param name="State">What it came to; null: it was not wanted.</param>
/// <param name="Check">Its name.</param>
/// <param name="Text">What was tried and how it went, or why it was not run.</param>
public sealed record CheckLine(CheckState? State, string Check, string Text);

/// <summary>One table of results.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Sheet">Its rows.</param>
public sealed record CheckTable(string Title, Sheet Sheet);
