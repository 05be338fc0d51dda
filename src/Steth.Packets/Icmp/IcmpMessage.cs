using System.Buffers.Binary;
using System.Net;
using Steth.Packets.Addresses;
using Steth.Packets.Ip;

namespace Steth.Packets.Icmp;

/// <summary>An ICMP (RFC 792) or ICMPv6 (RFC 4443) message.</summary>
public readonly record struct IcmpMessage
{
    /// <summary>Bytes before an echo's payload or an error's quoted packet.</summary>
    public const int HeaderLength = 8;

    /// <summary>Bytes of a neighbour solicitation with its option.</summary>
    public const int NeighbourSolicitationLength = NeighbourTargetEnd + 8;

    private const int NeighbourTargetEnd = HeaderLength + 16;
    private const byte SourceMacOption = 1;

    /// <summary>It is ICMPv6.</summary>
    public required bool IsV6 { get; init; }

    /// <summary>Its type; the two protocols number theirs differently.</summary>
    public required byte Type { get; init; }

    /// <summary>Its code.</summary>
    public required byte Code { get; init; }

    /// <summary>Of an echo; null otherwise.</summary>
    public ushort? Identifier { get; init; }

    /// <summary>Of an echo; null otherwise.</summary>
    public ushort? Sequence { get; init; }

    /// <summary>The first four octets of an echo's payload; null when this is no echo, or it is cut or empty.</summary>
    public uint? Mark { get; init; }

    /// <summary>
    /// Next hop's MTU in bytes of "fragmentation needed" and "packet too big"; null otherwise, or when a router from before RFC 1191 left
    /// it out.
    /// </summary>
    public int? Mtu { get; init; }

    /// <summary>Whom a neighbour solicitation or advertisement is about; null otherwise.</summary>
    public IPAddress? NeighbourTarget { get; init; }

    /// <summary>The packet an error is about; null when this is no error or the packet is cut.</summary>
    public QuotedPacket? Quoted { get; init; }

    /// <summary>An echo request.</summary>
    public bool IsEchoRequest => Type == (IsV6 ? IcmpType.EchoRequestV6 : IcmpType.EchoRequest);

    /// <summary>An echo reply.</summary>
    public bool IsEchoReply => Type == (IsV6 ? IcmpType.EchoReplyV6 : IcmpType.EchoReply);

    /// <summary>A complaint about an earlier packet.</summary>
    public bool IsError => IsV6 ? IcmpType.IsErrorV6(Type) : IcmpType.IsErrorV4(Type);

    /// <summary>What it says, with the MTU where it names one: <c>fragmentation needed, MTU 1450</c>.</summary>
    public string Name
    {
        get
        {
            var name = IsV6 ? IcmpType.NameV6(Type, Code) : IcmpType.NameV4(Type, Code);
            return Mtu is { } mtu ? $"{name}, MTU {mtu}" : name;
        }
    }

    /// <summary>Reads a message. An echo's payload begins at <see cref="HeaderLength"/>.</summary>
    /// <returns>False when the header is cut.</returns>
    public static bool TryParse(ReadOnlySpan<byte> bytes, bool isV6, out IcmpMessage message)
    {
        message = default;
        if (bytes.Length < HeaderLength)
            return false;
        message = new IcmpMessage { IsV6 = isV6, Type = bytes[0], Code = bytes[1] };
        if (message.IsEchoRequest || message.IsEchoReply)
        {
            message = message with
            {
                Identifier = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]),
                Sequence = BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]),
                Mark = bytes.Length >= HeaderLength + sizeof(uint) ? BinaryPrimitives.ReadUInt32BigEndian(bytes[HeaderLength..]) : null,
            };
        }
        else if (message.IsError)
        {
            message = message with
            {
                Mtu = ReadMtu(message, bytes),
                Quoted = QuotedPacket.TryParse(bytes[HeaderLength..], out var quoted) ? quoted : null,
            };
        }
        else if (isV6 && bytes[0] is IcmpType.NeighbourSolicitationV6 or IcmpType.NeighbourAdvertisementV6
            && bytes.Length >= NeighbourTargetEnd)
        {
            message = message with { NeighbourTarget = new IPAddress(bytes[HeaderLength..NeighbourTargetEnd]) };
        }
        return true;
    }

    /// <summary>
    /// Writes an echo's header in front of a payload that already stands in <paramref name="message"/> behind
    /// <see cref="HeaderLength"/> bytes, with the ICMP checksum over both.
    /// </summary>
    public static void WriteEcho(Span<byte> message, bool reply, ushort identifier, ushort sequence)
    {
        WriteEchoHeader(message, reply ? IcmpType.EchoReply : IcmpType.EchoRequest, identifier, sequence);
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], InternetChecksum.Compute(message));
    }

    /// <summary>As <see cref="WriteEcho"/> for ICMPv6, whose checksum covers the pseudo header.</summary>
    public static void WriteEchoV6(
        Span<byte> message, bool reply, ushort identifier, ushort sequence, IPAddress source, IPAddress destination)
    {
        WriteEchoHeader(message, reply ? IcmpType.EchoReplyV6 : IcmpType.EchoRequestV6, identifier, sequence);
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], InternetChecksum.Compute(source, destination, IpProtocol.IcmpV6, message));
    }

    /// <summary>
    /// Writes a neighbour solicitation (RFC 4861, 4.3) of <see cref="NeighbourSolicitationLength"/> bytes, which tells the sender's own MAC
    /// (option 1), with its checksum.
    /// </summary>
    public static void WriteNeighbourSolicitation(
        Span<byte> message, IPAddress target, MacAddress sourceMac, IPAddress source, IPAddress destination)
    {
        ArgumentNullException.ThrowIfNull(target);
        message = message[..NeighbourSolicitationLength];
        message.Clear();
        message[0] = IcmpType.NeighbourSolicitationV6;
        if (!target.TryWriteBytes(message[HeaderLength..], out var written) || written != 16)
            throw new ArgumentException($"Neighbours are solicited by IPv6 addresses, not {target}.", nameof(target));
        message[NeighbourTargetEnd] = SourceMacOption;
        message[NeighbourTargetEnd + 1] = 1;
        sourceMac.CopyTo(message[(NeighbourTargetEnd + 2)..]);
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], InternetChecksum.Compute(source, destination, IpProtocol.IcmpV6, message));
    }

    private static void WriteEchoHeader(Span<byte> message, byte type, ushort identifier, ushort sequence)
    {
        message[0] = type;
        message[1] = message[2] = message[3] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(message[4..], identifier);
        BinaryPrimitives.WriteUInt16BigEndian(message[6..], sequence);
    }

    private static int? ReadMtu(IcmpMessage message, ReadOnlySpan<byte> bytes)
    {
        if (message is { IsV6: true, Type: IcmpType.PacketTooBigV6 })
            return (int)Math.Min(int.MaxValue, BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]));
        if (message is { IsV6: false, Type: IcmpType.Unreachable, Code: IcmpType.FragmentationNeededCode })
            return BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]) is var mtu and > 0 ? mtu : null;
        return null;
    }
}
