namespace Steth.Cli.Rendering;

/// <summary>What a value means to a reader; a colour on a terminal, nothing anywhere else.</summary>
public enum CellTone
{
    /// <summary>No judgement.</summary>
    Plain,

    /// <summary>As it should be (green).</summary>
    Good,

    /// <summary>Broken (red).</summary>
    Bad,

    /// <summary>Not decided (yellow).</summary>
    Doubtful,
}
