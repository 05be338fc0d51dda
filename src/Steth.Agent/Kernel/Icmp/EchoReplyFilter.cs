using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using Steth.Packets.Icmp;
using static Steth.Agent.Kernel.Sockets.SocketNative;

namespace Steth.Agent.Kernel.Icmp;

/// <summary>
/// Lets through errors and the echo replies of one identifier. A raw socket sees every ICMP message of the host: without this, two
/// pings of a thousand targets at once would fill each other's buffer.
/// </summary>
internal static class EchoReplyFilter
{
    private const ushort LoadHeaderLength = 0xb1; // ldxb 4*([k]&0xf)
    private const ushort LoadByteAt = 0x50; // ldb [x+k]
    private const ushort LoadHalfAt = 0x48; // ldh [x+k]
    private const ushort LoadByte = 0x30; // ldb [k]
    private const ushort LoadHalf = 0x28; // ldh [k]
    private const ushort JumpEqual = 0x15;
    private const ushort Return = 0x06;

    /// <summary>Sets both filters: by type (icmp(7), icmp6 filter of RFC 3542), and by identifier.</summary>
    /// <returns>False when the kernel refused one.</returns>
    public static bool Attach(SafeFileHandle socket, bool v6, ushort identifier) =>
        SetTypes(socket, v6) && SetIdentifier(socket, v6, identifier);

    private static bool SetTypes(SafeFileHandle socket, bool v6)
    {
        // A set bit blocks the type.
        Span<byte> mask = stackalloc byte[v6 ? 32 : 4];
        mask.Fill(0xff);
        ReadOnlySpan<byte> types = v6
            ? [IcmpType.EchoReplyV6, IcmpType.UnreachableV6, IcmpType.PacketTooBigV6, IcmpType.TimeExceededV6, IcmpType.ParameterProblemV6]
            : [IcmpType.EchoReply, IcmpType.Unreachable, IcmpType.TimeExceeded, IcmpType.ParameterProblem];
        foreach (var type in types)
        {
            var word = mask[(type / 32 * 4)..];
            BinaryPrimitives.WriteUInt32LittleEndian(word, BinaryPrimitives.ReadUInt32LittleEndian(word) & ~(1u << type % 32));
        }
        return SetOption(socket, v6 ? LevelIcmpV6 : LevelRaw, IcmpFilter, mask, mask.Length) == 0;
    }

    private static unsafe bool SetIdentifier(SafeFileHandle socket, bool v6, ushort identifier)
    {
        // The IPv4 socket's packets begin with the IP header, the IPv6 socket's with the ICMPv6 header.
        Span<FilterStep> program = v6
            ? [
                new(LoadByte, 0, 0, 0), new(JumpEqual, 0, 2, IcmpType.EchoReplyV6),
                new(LoadHalf, 0, 0, 4), new(JumpEqual, 0, 1, identifier),
                new(Return, 0, 0, uint.MaxValue), new(Return, 0, 0, 0),
            ]
            : [
                new(LoadHeaderLength, 0, 0, 0),
                new(LoadByteAt, 0, 0, 0), new(JumpEqual, 0, 2, IcmpType.EchoReply),
                new(LoadHalfAt, 0, 0, 4), new(JumpEqual, 0, 1, identifier),
                new(Return, 0, 0, uint.MaxValue), new(Return, 0, 0, 0),
            ];
        fixed (FilterStep* steps = program)
        {
            // struct sock_fprog: count, then a pointer at its own alignment.
            Span<byte> reference = stackalloc byte[16];
            reference.Clear();
            BinaryPrimitives.WriteUInt16LittleEndian(reference, (ushort)program.Length);
            BinaryPrimitives.WriteInt64LittleEndian(reference[8..], (long)steps);
            return SetOption(socket, LevelSocket, AttachFilter, reference, reference.Length) == 0;
        }
    }
}
