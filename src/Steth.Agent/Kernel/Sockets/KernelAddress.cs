using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Steth.Agent.Kernel.Sockets;

/// <summary>Addresses as the kernel's socket interface wants them (ip(7), ipv6(7)).</summary>
internal static class KernelAddress
{
    /// <summary>Octets of struct sockaddr_in6, the longer of the two.</summary>
    public const int MaxLength = 28;

    private const int LengthV4 = 16;

    private static readonly UInt128 MappedPrefix = (UInt128)0xffff << 32;

    /// <summary>struct sockaddr_in or sockaddr_in6.</summary>
    public static byte[] Of(IPAddress address, int port = 0)
    {
        var v6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        var bytes = new byte[v6 ? MaxLength : LengthV4];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)(v6 ? SocketNative.FamilyV6 : SocketNative.FamilyV4));
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), (ushort)port);
        address.TryWriteBytes(bytes.AsSpan(v6 ? 8 : 4), out _);
        if (v6)
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(24), (uint)address.ScopeId);
        return bytes;
    }

    /// <summary>The address of a struct sockaddr as a number, an IPv4 one as mapped into IPv6: a key that costs no allocation.</summary>
    /// <returns>0 when it is cut or of neither family.</returns>
    public static UInt128 Key(ReadOnlySpan<byte> bytes) => bytes.Length < LengthV4 ? 0
        : BinaryPrimitives.ReadUInt16LittleEndian(bytes) switch
        {
            SocketNative.FamilyV4 => MappedPrefix | BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]),
            SocketNative.FamilyV6 when bytes.Length >= 24 => BinaryPrimitives.ReadUInt128BigEndian(bytes[8..]),
            _ => 0,
        };

    /// <summary>Reads a struct sockaddr_in6.</summary>
    public static IPAddress ReadV6(ReadOnlySpan<byte> bytes)
    {
        var octets = bytes.Slice(8, 16);
        var scope = BinaryPrimitives.ReadUInt32LittleEndian(bytes[24..]);
        return scope == 0 ? new IPAddress(octets) : new IPAddress(octets, scope);
    }
}
