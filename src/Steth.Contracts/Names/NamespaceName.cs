using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Steth.Packets.Addresses;

namespace Steth.Contracts.Names;

/// <summary>
/// The name of a network namespace under /run/netns (ip-netns(8)): letters, digits, '.', '_' and '-', not starting with '-' or '.'.
/// </summary>
[JsonConverter(typeof(ParsableJsonConverter<NamespaceName>))]
public readonly record struct NamespaceName : ISpanParsable<NamespaceName>
{
    private readonly string? _name;

    private NamespaceName(string name) => _name = name;

    /// <inheritdoc/>
    public static NamespaceName Parse(string s, IFormatProvider? provider = null) => Parse(s.AsSpan(), provider);

    /// <inheritdoc/>
    public static NamespaceName Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var name)
            ? name
            : throw new FormatException($"'{s}' is not a network namespace name; expected letters, digits, '.', '_' and '-'.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out NamespaceName result) =>
        TryParse(s.AsSpan(), provider, out result);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out NamespaceName result)
    {
        result = default;
        if (s.Length is 0 or > 255 || s[0] is '-' or '.')
            return false;
        foreach (var c in s)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-'))
                return false;
        }
        result = new NamespaceName(s.ToString());
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => _name ?? "";
}
