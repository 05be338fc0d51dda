using System.Buffers.Binary;
using System.Net;
using Steth.Packets.Addresses;
using Steth.Packets.Ip;
using Steth.Packets.Tcp;

namespace Steth.Lab.Guests;

/// <summary>TCP over IPv4 in an Ethernet frame, as far as one small HTTP request needs it.</summary>
internal static class TcpSegment
{
    private const int EthernetLength = 14;
    private const int IpLength = 20;
    private const byte TimeToLive = 64;

    /// <summary>A frame with one segment.</summary>
    public static byte[] Build(
        MacAddress from, MacAddress to, IPAddress source, IPAddress destination, TcpHeader header, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[EthernetLength + IpLength + TcpHeader.MinLength + payload.Length];
        to.CopyTo(frame);
        from.CopyTo(frame.AsSpan(6));
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), 0x0800);
        var ip = frame.AsSpan(EthernetLength, IpLength);
        ip[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)(frame.Length - EthernetLength));
        ip[6] = 0x40; // do not fragment
        ip[8] = TimeToLive;
        ip[9] = (byte)IpProtocol.Tcp;
        source.TryWriteBytes(ip[12..], out _);
        destination.TryWriteBytes(ip[16..], out _);
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], InternetChecksum.Compute(ip));
        var tcp = frame.AsSpan(EthernetLength + IpLength);
        BinaryPrimitives.WriteUInt16BigEndian(tcp, header.SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[2..], header.DestinationPort);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], header.Sequence);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[8..], header.Acknowledgement);
        tcp[12] = TcpHeader.MinLength / 4 << 4;
        tcp[13] = (byte)header.Flags;
        BinaryPrimitives.WriteUInt16BigEndian(tcp[14..], ushort.MaxValue);
        payload.CopyTo(tcp[TcpHeader.MinLength..]);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[16..], InternetChecksum.Compute(source, destination, IpProtocol.Tcp, tcp));
        return frame;
    }

    /// <summary>The payload of a frame with one segment.</summary>
    public static ReadOnlyMemory<byte> Payload(ReadOnlyMemory<byte> frame)
    {
        var ip = frame.Span[EthernetLength..];
        var header = (ip[0] & 0x0f) * 4;
        var total = BinaryPrimitives.ReadUInt16BigEndian(ip[2..]);
        var start = header + (ip[header + 12] >> 4) * 4;
        return frame.Slice(EthernetLength + start, total - start);
    }
}
