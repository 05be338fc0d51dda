using System.Buffers.Binary;
using System.Net;

namespace Steth.Packets.Ip;

/// <summary>An IPv6 header (RFC 8200); extension headers are skipped, and not written.</summary>
public readonly record struct IPv6Header
{
    /// <summary>Bytes of the fixed header.</summary>
    public const int FixedLength = 40;

    /// <summary>Hops a packet may take when nothing else is said.</summary>
    public const byte DefaultHopLimit = 64;

    /// <summary>From whom.</summary>
    public required IPAddress Source { get; init; }

    /// <summary>To whom.</summary>
    public required IPAddress Destination { get; init; }

    /// <summary>What follows the extension headers; the extension itself when the bytes end within it.</summary>
    public required IpProtocol Protocol { get; init; }

    /// <summary>Bytes before what <see cref="Protocol"/> names.</summary>
    public int Length { get; init; } = FixedLength;

    /// <summary>Header, extensions and payload as the sender meant it.</summary>
    public required int TotalLength { get; init; }

    /// <summary>Hops left.</summary>
    public byte HopLimit { get; init; } = DefaultHopLimit;

    /// <summary>Groups the fragments of one packet; null without a fragment header.</summary>
    public uint? FragmentIdentification { get; init; }

    /// <summary>Another fragment follows.</summary>
    public bool MoreFragments { get; init; }

    /// <summary>Where this fragment's payload belongs, in bytes; the upper header is in the one at 0 only.</summary>
    public int FragmentOffset { get; init; }

    /// <summary>Makes an empty header.</summary>
    public IPv6Header()
    {
    }

    /// <summary>It is one of several fragments.</summary>
    public bool IsFragment => MoreFragments || FragmentOffset > 0;

    /// <summary>Reads a header with its extensions.</summary>
    /// <returns>False when the fixed part is cut or not IPv6.</returns>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out IPv6Header header)
    {
        header = default;
        if (bytes.Length < FixedLength || bytes[0] >> 4 != 6)
            return false;
        header = new IPv6Header
        {
            Source = new IPAddress(bytes.Slice(8, 16)),
            Destination = new IPAddress(bytes.Slice(24, 16)),
            Protocol = (IpProtocol)bytes[6],
            TotalLength = FixedLength + BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]),
            HopLimit = bytes[7],
        };
        while (SkipExtension(bytes[header.Length..], ref header))
        {
        }
        return true;
    }

    /// <summary>Writes <see cref="FixedLength"/> bytes.</summary>
    /// <exception cref="ArgumentException">An address is not IPv6.</exception>
    public void Write(Span<byte> destination)
    {
        var header = destination[..FixedLength];
        BinaryPrimitives.WriteUInt32BigEndian(header, 0x6000_0000);
        BinaryPrimitives.WriteUInt16BigEndian(header[4..], (ushort)(TotalLength - FixedLength));
        header[6] = (byte)Protocol;
        header[7] = HopLimit;
        WriteAddress(Source, header.Slice(8, 16));
        WriteAddress(Destination, header.Slice(24, 16));
    }

    private static bool SkipExtension(ReadOnlySpan<byte> rest, ref IPv6Header header)
    {
        // Behind a later fragment's header there is payload, not another header.
        if (header.FragmentOffset > 0 || rest.Length < 8)
            return false;
        int length;
        switch (header.Protocol)
        {
            case IpProtocol.HopByHop or IpProtocol.Routing or IpProtocol.DestinationOptions:
                length = 8 * (rest[1] + 1);
                break;
            case IpProtocol.Ah:
                length = 4 * (rest[1] + 2);
                break;
            case IpProtocol.Fragment:
                length = 8;
                var fragment = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
                header = header with
                {
                    FragmentOffset = fragment & 0xfff8,
                    MoreFragments = (fragment & 1) != 0,
                    FragmentIdentification = BinaryPrimitives.ReadUInt32BigEndian(rest[4..]),
                };
                break;
            default:
                return false;
        }
        if (rest.Length < length)
            return false;
        header = header with { Protocol = (IpProtocol)rest[0], Length = header.Length + length };
        return true;
    }

    private static void WriteAddress(IPAddress address, Span<byte> destination)
    {
        if (!address.TryWriteBytes(destination, out var written) || written != 16)
            throw new ArgumentException($"{address} is not an IPv6 address.");
    }
}
