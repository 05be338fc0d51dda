using System.Buffers.Binary;
using System.Net;

namespace Steth.Packets.Ip;

/// <summary>An IPv4 header (RFC 791); options are skipped, and not written.</summary>
public readonly record struct IPv4Header
{
    /// <summary>Bytes of a header without options.</summary>
    public const int MinLength = 20;

    private const byte DefaultTimeToLive = 64;

    /// <summary>From whom.</summary>
    public required IPAddress Source { get; init; }

    /// <summary>To whom.</summary>
    public required IPAddress Destination { get; init; }

    /// <summary>What it carries.</summary>
    public required IpProtocol Protocol { get; init; }

    /// <summary>Bytes before the payload: 20–60.</summary>
    public int Length { get; init; } = MinLength;

    /// <summary>Header and payload as the sender meant it; what follows in the frame is padding.</summary>
    public required int TotalLength { get; init; }

    /// <summary>Hops left.</summary>
    public byte TimeToLive { get; init; } = DefaultTimeToLive;

    /// <summary>Type of service octet (DSCP and ECN).</summary>
    public byte TypeOfService { get; init; }

    /// <summary>Groups the fragments of one packet.</summary>
    public ushort Identification { get; init; }

    /// <summary>DF.</summary>
    public bool DontFragment { get; init; }

    /// <summary>MF: another fragment follows.</summary>
    public bool MoreFragments { get; init; }

    /// <summary>Where this fragment's payload belongs, in bytes; the upper header is in the one at 0 only.</summary>
    public int FragmentOffset { get; init; }

    /// <summary>Whether the header carries its right checksum.</summary>
    public bool ChecksumValid { get; init; } = true;

    /// <summary>Makes an empty header.</summary>
    public IPv4Header()
    {
    }

    /// <summary>It is one of several fragments.</summary>
    public bool IsFragment => MoreFragments || FragmentOffset > 0;

    /// <summary>Reads a header.</summary>
    /// <returns>False when it is cut or not IPv4.</returns>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out IPv4Header header)
    {
        header = default;
        if (bytes.Length < MinLength || bytes[0] >> 4 != 4)
            return false;
        var length = 4 * (bytes[0] & 0xf);
        if (length < MinLength || bytes.Length < length)
            return false;
        var fragment = BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]);
        header = new IPv4Header
        {
            Length = length,
            TypeOfService = bytes[1],
            TotalLength = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
            Identification = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]),
            DontFragment = (fragment & 0x4000) != 0,
            MoreFragments = (fragment & 0x2000) != 0,
            FragmentOffset = 8 * (fragment & 0x1fff),
            TimeToLive = bytes[8],
            Protocol = (IpProtocol)bytes[9],
            ChecksumValid = InternetChecksum.Compute(bytes[..length]) == 0,
            Source = new IPAddress(bytes.Slice(12, 4)),
            Destination = new IPAddress(bytes.Slice(16, 4)),
        };
        return true;
    }

    /// <summary>Writes <see cref="MinLength"/> bytes with their checksum, whatever <see cref="Length"/> says.</summary>
    /// <exception cref="ArgumentException">An address is not IPv4.</exception>
    public void Write(Span<byte> destination)
    {
        var header = destination[..MinLength];
        header[0] = 0x45;
        header[1] = TypeOfService;
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)TotalLength);
        BinaryPrimitives.WriteUInt16BigEndian(header[4..], Identification);
        BinaryPrimitives.WriteUInt16BigEndian(
            header[6..],
            (ushort)((DontFragment ? 0x4000 : 0) | (MoreFragments ? 0x2000 : 0) | FragmentOffset / 8));
        header[8] = TimeToLive;
        header[9] = (byte)Protocol;
        header[10] = header[11] = 0;
        WriteAddress(Source, header.Slice(12, 4));
        WriteAddress(Destination, header.Slice(16, 4));
        BinaryPrimitives.WriteUInt16BigEndian(header[10..], InternetChecksum.Compute(header));
    }

    private static void WriteAddress(IPAddress address, Span<byte> destination)
    {
        if (!address.TryWriteBytes(destination, out var written) || written != 4)
            throw new ArgumentException($"{address} is not an IPv4 address.");
    }
}
