using System.Globalization;
using System.Text;

namespace Steth.Agent.Rpc;

/// <summary>
/// A sentence for whoever asked. It may quote what a caller sent or a program printed, so that it is bounded, and nothing in it moves
/// the cursor of the terminal it ends up on.
/// </summary>
internal static class WireText
{
    /// <summary>Characters kept; of a longer text the middle goes, for its end tells what was expected.</summary>
    public const int MostCharacters = 1000;

    /// <summary>Shortens the text and writes control, direction and line characters as <c>\u001b</c>.</summary>
    public static string Of(string text)
    {
        if (text.Length > MostCharacters)
            text = $"{text.AsSpan(0, MostCharacters / 2)} … {text.AsSpan(text.Length - MostCharacters / 2)}";
        var shown = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                shown.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
            else
                shown.Append(rune);
        }
        return shown.ToString();
    }
}
