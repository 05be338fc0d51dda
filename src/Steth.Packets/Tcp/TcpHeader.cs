using System.Buffers.Binary;
using System.Net;
using Steth.Packets.Ip;

namespace Steth.Packets.Tcp;

/// <summary>What names a TCP segment: its ports and flags (RFC 9293, 3.1).</summary>
public readonly record struct TcpHeader
{
    /// <summary>Bytes of a header without options.</summary>
    public const int MinLength = 20;

    /// <summary>Bytes of a header with the one option of <see cref="WriteSyn"/>.</summary>
    public const int SynLength = MinLength + 4;

    // What fits into an Ethernet frame over IPv4 (RFC 9293, 3.7.1).
    private const ushort MaximumSegmentSize = 1460;
    private const ushort Window = 64240;

    /// <summary>Sender's port.</summary>
    public required ushort SourcePort { get; init; }

    /// <summary>Receiver's port.</summary>
    public required ushort DestinationPort { get; init; }

    /// <summary>Sequence number.</summary>
    public uint Sequence { get; init; }

    /// <summary>Acknowledgement number; counts with <see cref="TcpFlags.Ack"/> only.</summary>
    public uint Acknowledgement { get; init; }

    /// <summary>Control bits.</summary>
    public TcpFlags Flags { get; init; }

    /// <summary>Reads a header.</summary>
    /// <returns>False when it is cut.</returns>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out TcpHeader header)
    {
        header = default;
        if (bytes.Length < MinLength)
            return false;
        header = new TcpHeader
        {
            SourcePort = BinaryPrimitives.ReadUInt16BigEndian(bytes),
            DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
            Sequence = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]),
            Acknowledgement = BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]),
            Flags = (TcpFlags)bytes[13],
        };
        return true;
    }

    /// <summary>Writes <see cref="SynLength"/> bytes: the header with a maximum segment size, no data, and the checksum.</summary>
    public void WriteSyn(Span<byte> segment, IPAddress source, IPAddress destination)
    {
        segment = segment[..SynLength];
        segment.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(segment, SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(segment[2..], DestinationPort);
        BinaryPrimitives.WriteUInt32BigEndian(segment[4..], Sequence);
        BinaryPrimitives.WriteUInt32BigEndian(segment[8..], Acknowledgement);
        segment[12] = SynLength / 4 << 4;
        segment[13] = (byte)Flags;
        BinaryPrimitives.WriteUInt16BigEndian(segment[14..], Window);
        segment[20] = 2;
        segment[21] = 4;
        BinaryPrimitives.WriteUInt16BigEndian(segment[22..], MaximumSegmentSize);
        BinaryPrimitives.WriteUInt16BigEndian(segment[16..], InternetChecksum.Compute(source, destination, IpProtocol.Tcp, segment));
    }
}
