using System.Buffers.Binary;
using System.Net;
using Steth.Packets.Ip;

namespace Steth.Packets.Udp;

/// <summary>A UDP header (RFC 768).</summary>
public readonly record struct UdpHeader
{
    /// <summary>Bytes of a header.</summary>
    public const int Length = 8;

    /// <summary>Sender's port.</summary>
    public required ushort SourcePort { get; init; }

    /// <summary>Receiver's port.</summary>
    public required ushort DestinationPort { get; init; }

    /// <summary>Header and payload in bytes, as the sender meant it.</summary>
    public required ushort DatagramLength { get; init; }

    /// <summary>As on the wire; 0: not computed (IPv4), and not yet with checksum offload.</summary>
    public ushort Checksum { get; init; }

    /// <summary>Reads a header.</summary>
    /// <returns>False when it is cut or its length cannot be.</returns>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out UdpHeader header)
    {
        header = default;
        if (bytes.Length < Length || BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]) < Length)
            return false;
        header = new UdpHeader
        {
            SourcePort = BinaryPrimitives.ReadUInt16BigEndian(bytes),
            DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
            DatagramLength = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]),
            Checksum = BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]),
        };
        return true;
    }

    /// <summary>
    /// Writes the header in front of a payload that already stands in <paramref name="datagram"/> behind <see cref="Length"/> bytes,
    /// with the checksum over both and the pseudo header.
    /// </summary>
    public static void Write(Span<byte> datagram, ushort sourcePort, ushort destinationPort, IPAddress source, IPAddress destination)
    {
        BinaryPrimitives.WriteUInt16BigEndian(datagram, sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(datagram[2..], destinationPort);
        BinaryPrimitives.WriteUInt16BigEndian(datagram[4..], (ushort)datagram.Length);
        BinaryPrimitives.WriteUInt16BigEndian(datagram[6..], 0);
        var checksum = InternetChecksum.Compute(source, destination, IpProtocol.Udp, datagram);
        // A computed zero is sent as all ones: zero on the wire means there is none.
        BinaryPrimitives.WriteUInt16BigEndian(datagram[6..], checksum == 0 ? (ushort)0xffff : checksum);
    }
}
