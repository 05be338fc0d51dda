using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Steth.Packets.Addresses;

/// <summary>
/// Reads an IP address as operators write it. <see cref="IPAddress.TryParse(string, out IPAddress)"/> also takes
/// inet_aton's short and octal forms ("1", "10.1", "010.0.0.1"), which are typing errors here.
/// </summary>
public static class StrictIPAddress
{
    /// <summary>Dotted-quad IPv4 without leading zeroes, or IPv6 with an optional scope.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out IPAddress? address)
    {
        if (text.Contains('/') || text.Contains('[') || !IPAddress.TryParse(text, out address))
        {
            address = null;
            return false;
        }
        if (address.AddressFamily == AddressFamily.InterNetwork && !text.SequenceEqual(address.ToString()))
        {
            address = null;
            return false;
        }
        return true;
    }

    /// <summary>As <see cref="TryParse"/>.</summary>
    /// <exception cref="FormatException">The text is not an IP address.</exception>
    public static IPAddress Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var address)
            ? address
            : throw new FormatException($"'{text}' is not an IP address; expected one as in 192.0.2.1 or 2001:db8::1.");
}
