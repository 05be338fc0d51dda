using System.Buffers.Binary;
using System.Net;

namespace Steth.Packets.Ip;

/// <summary>The ones' complement sum of IP, ICMP, UDP and TCP (RFC 1071).</summary>
public static class InternetChecksum
{
    /// <summary>The checksum of <paramref name="bytes"/>; 0 when they already carry their right one.</summary>
    public static ushort Compute(ReadOnlySpan<byte> bytes) => Fold(Sum(bytes));

    /// <summary>
    /// The checksum of <paramref name="bytes"/> with the pseudo header of their addresses' family (RFC 768, RFC 8200 8.1);
    /// 0 when they already carry their right one.
    /// </summary>
    /// <exception cref="ArgumentException">The addresses are of two families.</exception>
    public static ushort Compute(IPAddress source, IPAddress destination, IpProtocol protocol, ReadOnlySpan<byte> bytes)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(destination);
        if (source.AddressFamily != destination.AddressFamily)
            throw new ArgumentException($"{source} and {destination} are of two address families.", nameof(destination));
        // The fields of both pseudo headers add up to the same: both addresses, the length and the protocol.
        Span<byte> address = stackalloc byte[16];
        source.TryWriteBytes(address, out var length);
        var sum = Sum(address[..length]);
        destination.TryWriteBytes(address, out length);
        sum += Sum(address[..length]);
        return Fold(sum + (ulong)bytes.Length + (byte)protocol + Sum(bytes));
    }

    private static ulong Sum(ReadOnlySpan<byte> bytes)
    {
        ulong sum = 0;
        while (bytes.Length >= 4)
        {
            sum += BinaryPrimitives.ReadUInt32BigEndian(bytes);
            bytes = bytes[4..];
        }
        if (bytes.Length >= 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
            bytes = bytes[2..];
        }
        if (bytes.Length == 1)
            sum += (ulong)bytes[0] << 8;
        return sum;
    }

    private static ushort Fold(ulong sum)
    {
        while (sum > 0xffff)
            sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)~sum;
    }
}
