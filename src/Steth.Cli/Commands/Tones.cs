using Steth.Cli.Rendering;
using Steth.Diagnosis.Verdicts;

namespace Steth.Cli.Commands;

/// <summary>Words that carry a judgement, with their colours.</summary>
public static class Tones
{
    /// <summary>PASS, FAIL or UNKNOWN.</summary>
    public static Cell State(CheckState state) => Cell.Text(state.ToText()).Toned(state switch
    {
        CheckState.Pass => CellTone.Good,
        CheckState.Fail => CellTone.Bad,
        _ => CellTone.Doubtful,
    });

    /// <summary>up or down; absent when unknown.</summary>
    public static Cell UpOrDown(bool? up) =>
        up is { } known ? Cell.Text(known ? "up" : "down").Toned(known ? CellTone.Good : CellTone.Bad) : Cell.Absent;
}
