using System.Buffers.Binary;

namespace Steth.Packets.Tcp;

/// <summary>What names a TCP segment: its ports and flags (RFC 9293, 3.1).</summary>
public readonly record struct TcpHeader
{
    /// <summary>Bytes of a header without options.</summary>
    public const int MinLength = 20;

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
}
