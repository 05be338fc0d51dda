using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Steth.Packets.Addresses;

namespace Steth.Contracts.Names;

/// <summary>
/// A network device or bridge name the Linux kernel would take (dev_valid_name in net/core/dev.c): 1–15 bytes, no white space,
/// '/' or ':', not "." or "..". A leading '-' is refused as well, so that a name can never be read as an option by a tool.
/// </summary>
[JsonConverter(typeof(ParsableJsonConverter<DeviceName>))]
public readonly record struct DeviceName : ISpanParsable<DeviceName>
{
    /// <summary>IFNAMSIZ - 1.</summary>
    public const int MaxLength = 15;

    private readonly string? _name;

    private DeviceName(string name) => _name = name;

    /// <inheritdoc/>
    public static DeviceName Parse(string s, IFormatProvider? provider = null) => Parse(s.AsSpan(), provider);

    /// <inheritdoc/>
    public static DeviceName Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var name)
            ? name
            : throw new FormatException(
                $"'{s}' is not a network device name; expected 1-15 characters without spaces or '/', not starting with '-'.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out DeviceName result) =>
        TryParse(s.AsSpan(), provider, out result);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out DeviceName result)
    {
        result = default;
        if (s.Length is 0 or > MaxLength || s[0] == '-' || s is "." or "..")
            return false;
        foreach (var c in s)
        {
            if (c is <= ' ' or > '~' or '/' or ':')
                return false;
        }
        result = new DeviceName(s.ToString());
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => _name ?? "";
}
