namespace Steth.Cli.Rendering;

/// <summary>Colours words that carry a judgement, where colour is wanted.</summary>
/// <param name="IsOn">Colour is wanted.</param>
public sealed record Painter(bool IsOn)
{
    /// <summary>A word in the colour of its tone.</summary>
    public string Paint(string word, CellTone tone) => (IsOn ? tone : CellTone.Plain) switch
    {
        CellTone.Good => $"\u001b[32m{word}\u001b[0m",
        CellTone.Bad => $"\u001b[31m{word}\u001b[0m",
        CellTone.Doubtful => $"\u001b[33m{word}\u001b[0m",
        _ => word,
    };
}
