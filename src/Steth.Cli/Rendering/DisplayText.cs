using System.Globalization;
using System.Text;

namespace Steth.Cli.Rendering;

/// <summary>Makes text that came from elsewhere safe for a terminal.</summary>
public static class DisplayText
{
    private const char Replacement = '\uFFFD';

    /// <summary>
    /// Replaces what could move the cursor, colour, clear or reorder what a reader sees: C0 and C1 control characters, DEL,
    /// the bidirectional controls, line and paragraph separators, lone surrogates. A line break or tab becomes a blank.
    /// </summary>
    public static string Clean(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            return text;
        var clean = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                clean.Append(c).Append(text[++i]);
            else if (c is '\n' or '\r' or '\t')
                clean.Append(' ');
            else
                clean.Append(IsHarmful(c) ? Replacement : c);
        }
        return clean.ToString();
    }

    private static bool IsHarmful(char c) => char.GetUnicodeCategory(c) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
