using System.Net;
using Steth.Packets.Addresses;

namespace Steth.Lab.Wiring;

/// <summary>IPv6 link-local addresses made from MAC addresses (RFC 4291, appendix A), which Neutron allows a port beside its fixed ones.</summary>
internal static class LinkLocal
{
    /// <summary>fe80:: with the modified EUI-64 of <paramref name="mac"/>.</summary>
    public static IPAddress Of(MacAddress mac)
    {
        Span<byte> octets = stackalloc byte[MacAddress.Length];
        mac.CopyTo(octets);
        return new IPAddress(
        [
            0xfe, 0x80, 0, 0, 0, 0, 0, 0,
            (byte)(octets[0] ^ 0x02), octets[1], octets[2], 0xff, 0xfe, octets[3], octets[4], octets[5],
        ]);
    }
}
