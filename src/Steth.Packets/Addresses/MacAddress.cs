using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;

namespace Steth.Packets.Addresses;

/// <summary>An IEEE 802 EUI-48 address. Text form: six lower-case hex octets joined by colons, as iproute2 prints them.</summary>
[JsonConverter(typeof(ParsableJsonConverter<MacAddress>))]
public readonly record struct MacAddress : ISpanParsable<MacAddress>
{
    /// <summary>Octets in an address.</summary>
    public const int Length = 6;

    private readonly ulong _bits;

    private MacAddress(ulong bits) => _bits = bits;

    /// <summary>ff:ff:ff:ff:ff:ff.</summary>
    public static MacAddress Broadcast { get; } = new(0xffff_ffff_ffff);

    /// <summary>Reads six octets in wire order.</summary>
    /// <exception cref="ArgumentException"><paramref name="octets"/> is shorter than six.</exception>
    public static MacAddress FromBytes(ReadOnlySpan<byte> octets)
    {
        if (octets.Length < Length)
            throw new ArgumentException("A MAC address has six octets.", nameof(octets));
        ulong bits = 0;
        for (var i = 0; i < Length; i++)
            bits = bits << 8 | octets[i];
        return new MacAddress(bits);
    }

    /// <summary>Writes six octets in wire order.</summary>
    public void CopyTo(Span<byte> destination)
    {
        for (var i = 0; i < Length; i++)
            destination[i] = (byte)(_bits >> 8 * (Length - 1 - i));
    }

    /// <inheritdoc/>
    public static MacAddress Parse(string s, IFormatProvider? provider = null) => Parse(s.AsSpan(), provider);

    /// <inheritdoc/>
    public static MacAddress Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var mac)
            ? mac
            : throw new FormatException($"'{s}' is not a MAC address; expected six hex octets, as in fa:16:3e:12:34:56.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out MacAddress result) =>
        TryParse(s.AsSpan(), provider, out result);

    /// <summary>Accepts xx:xx:xx:xx:xx:xx and xx-xx-xx-xx-xx-xx, either case.</summary>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out MacAddress result)
    {
        result = default;
        if (s.Length != 17 || s[2] is not (':' or '-'))
            return false;
        ulong bits = 0;
        for (var i = 0; i < Length; i++)
        {
            if (i > 0 && s[3 * i - 1] != s[2])
                return false;
            if (!byte.TryParse(s.Slice(3 * i, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet))
                return false;
            bits = bits << 8 | octet;
        }
        result = new MacAddress(bits);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(17, _bits, static (span, bits) =>
        {
            for (var i = 0; i < Length; i++)
            {
                ((byte)(bits >> 8 * (Length - 1 - i))).TryFormat(span[(3 * i)..], out _, "x2", CultureInfo.InvariantCulture);
                if (i < Length - 1)
                    span[3 * i + 2] = ':';
            }
        });
}
