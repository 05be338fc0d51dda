using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Serialization;

namespace Steth.Packets.Addresses;

/// <summary>An address with its prefix length as an interface carries it, host bits kept: <c>10.0.0.7/24</c>.</summary>
[JsonConverter(typeof(ParsableJsonConverter<InterfaceAddress>))]
public readonly record struct InterfaceAddress : ISpanParsable<InterfaceAddress>
{
    /// <summary>Makes an address with its prefix.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The prefix is longer than the address.</exception>
    public InterfaceAddress(IPAddress address, int prefixLength)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentOutOfRangeException.ThrowIfNegative(prefixLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(prefixLength, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
        Address = address;
        PrefixLength = prefixLength;
    }

    /// <summary>The address itself.</summary>
    public IPAddress Address { get; }

    /// <summary>Bits of the network part: 0–32 (IPv4) or 0–128 (IPv6).</summary>
    public int PrefixLength { get; }

    /// <inheritdoc/>
    public static InterfaceAddress Parse(string s, IFormatProvider? provider = null) => Parse(s.AsSpan(), provider);

    /// <inheritdoc/>
    public static InterfaceAddress Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var value)
            ? value
            : throw new FormatException($"'{s}' is not an address with a prefix length; expected one as in 192.0.2.1/24.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out InterfaceAddress result) =>
        TryParse(s.AsSpan(), provider, out result);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out InterfaceAddress result)
    {
        result = default;
        var slash = s.IndexOf('/');
        if (slash < 0
            || !StrictIPAddress.TryParse(s[..slash], out var address)
            || !int.TryParse(s[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var prefix)
            || prefix > (address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128))
            return false;
        result = new InterfaceAddress(address, prefix);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Address}/{PrefixLength}";
}
