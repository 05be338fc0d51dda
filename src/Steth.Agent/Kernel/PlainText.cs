using System.Globalization;
using System.Text;

namespace Steth.Agent.Kernel;

/// <summary>Words of others, a switch's or a driver's, made fit to print.</summary>
internal static class PlainText
{
    /// <summary>What 802.1AB allows a name or a description at most.</summary>
    public const int MostCharacters = 255;

    /// <summary>
    /// The text in one line, without control and direction characters, cut to <see cref="MostCharacters"/>, no white space at its ends.
    /// </summary>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var plain = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (plain.Length + rune.Utf16SequenceLength > MostCharacters)
                break;
            if (rune.Value is '\n' or '\r' or '\t' || Rune.GetUnicodeCategory(rune) is UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator)
                plain.Append(' ');
            else if (Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format))
                plain.Append(rune);
        }
        return plain.ToString().Trim();
    }
}
