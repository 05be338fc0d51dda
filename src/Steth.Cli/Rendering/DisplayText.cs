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

    /// <summary>Whether <see cref="Escape"/> would change anything but line ends.</summary>
    public static bool HasHidden(string text) => text.Any(c => IsHarmful(c) && !char.IsSurrogate(c));

    /// <summary>
    /// Writes the same characters as <c>\uXXXX</c> in a finished JSON or YAML document, where they stand in double-quoted strings only;
    /// line
    /// ends stay.
    /// </summary>
    public static string Escape(string document)
    {
        ArgumentNullException.ThrowIfNull(document);
        var escaped = new StringBuilder(document.Length);
        foreach (var c in document)
        {
            if (c == '\n' || char.IsSurrogate(c) || !IsHarmful(c))
                escaped.Append(c);
            else
                escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
        }
        return escaped.ToString();
    }

    private static bool IsHarmful(char c) => char.GetUnicodeCategory(c) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
