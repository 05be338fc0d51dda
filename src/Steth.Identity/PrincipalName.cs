namespace Steth.Identity;

/// <summary>
/// The name of a node or operator as certificates carry it: 1–64 of letters, digits, dot, hyphen and underscore, beginning with a letter or
/// digit, for it is a file's name as well; between dots 1–63 of them, for it is a DNS name, too.
/// </summary>
public readonly record struct PrincipalName : ISpanParsable<PrincipalName>
{
    private const int MaxLength = 64;
    private const int MaxLabel = 63;

    private readonly string? _text;

    private PrincipalName(string text) => _text = text;

    /// <summary>Reads a name.</summary>
    public static bool TryParse(string? text, out PrincipalName name)
    {
        var valid = text is { Length: >= 1 and <= MaxLength } && char.IsAsciiLetterOrDigit(text[0])
            && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_')
            && text.Split('.').All(label => label.Length is >= 1 and <= MaxLabel);
        name = valid ? new PrincipalName(text!) : default;
        return valid;
    }

    /// <summary>Reads a name.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static PrincipalName Parse(string text) => TryParse(text, out var name) ? name : throw new FormatException(
        $"'{text}' is no name for a certificate: 1-{MaxLength} letters, digits, dots, hyphens and underscores, "
            + $"beginning with a letter or digit, between dots 1-{MaxLabel} of them");

    /// <inheritdoc/>
    public static PrincipalName Parse(string s, IFormatProvider? provider) => Parse(s);

    /// <inheritdoc/>
    public static PrincipalName Parse(ReadOnlySpan<char> s, IFormatProvider? provider) => Parse(s.ToString());

    /// <inheritdoc/>
    public static bool TryParse(string? s, IFormatProvider? provider, out PrincipalName result) => TryParse(s, out result);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out PrincipalName result) =>
        TryParse(s.ToString(), out result);

    /// <inheritdoc/>
    public override string ToString() => _text ?? "";
}
