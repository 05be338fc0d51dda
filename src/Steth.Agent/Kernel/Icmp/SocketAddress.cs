using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Steth.Agent.Kernel.Icmp;

/// <summary>Addresses as the kernel's socket interface wants them (ip(7), ipv6(7)).</summary>
internal static class SocketAddress
{
    /// <summary>Octets of struct sockaddr_in6, the longer of the two.</summary>
    public const int MaxLength = 28;

    private const int LengthV4 = 16;

    /// <summary>struct sockaddr_in or sockaddr_in6 without a port.</summary>
    public static byte[] Of(IPAddress address)
    {
        var v6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        var bytes = new byte[v6 ? MaxLength : LengthV4];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)(v6 ? IcmpNative.FamilyV6 : IcmpNative.FamilyV4));
        address.TryWriteBytes(bytes.AsSpan(v6 ? 8 : 4), out _);
        if (v6)
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(24), (uint)address.ScopeId);
        return bytes;
    }

    /// <summary>Reads a struct sockaddr_in6.</summary>
    public static IPAddress ReadV6(ReadOnlySpan<byte> bytes)
    {
        var octets = bytes.Slice(8, 16);
        var scope = BinaryPrimitives.ReadUInt32LittleEndian(bytes[24..]);
        return scope == 0 ? new IPAddress(octets) : new IPAddress(octets, scope);
    }
}
