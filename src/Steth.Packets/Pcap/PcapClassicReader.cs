using System.Buffers.Binary;

namespace Steth.Packets.Pcap;

/// <summary>Reads the classic format (draft-ietf-opsawg-pcap).</summary>
internal static class PcapClassicReader
{
    public const uint Microseconds = 0xa1b2c3d4;
    public const uint Nanoseconds = 0xa1b23c4d;
    public const uint MicrosecondsSwapped = 0xd4c3b2a1;
    public const uint NanosecondsSwapped = 0x4d3cb2a1;

    private const int FileHeaderLength = 24;
    private const int FrameHeaderLength = 16;

    public static PcapFile Read(ReadOnlySpan<byte> file, bool bigEndian)
    {
        if (file.Length < FileHeaderLength)
            return new PcapFile { Interfaces = [], Frames = [], Truncated = true };
        var nanoseconds = UInt32(file, bigEndian) == Nanoseconds;
        var device = new PcapInterface
        {
            LinkType = (int)(UInt32(file[20..], bigEndian) & 0xffff),
            SnapLength = (int)Math.Min(int.MaxValue, UInt32(file[16..], bigEndian)),
        };
        var frames = new List<PcapFrame>();
        var rest = file[FileHeaderLength..];
        while (rest.Length >= FrameHeaderLength)
        {
            var captured = UInt32(rest[8..], bigEndian);
            if (captured > rest.Length - FrameHeaderLength)
                break;
            long fraction = UInt32(rest[4..], bigEndian);
            frames.Add(new PcapFrame
            {
                Interface = 0,
                At = DateTimeOffset.UnixEpoch
                    + TimeSpan.FromTicks(
                        UInt32(rest, bigEndian) * TimeSpan.TicksPerSecond + (nanoseconds ? fraction / 100 : fraction * 10)),
                Length = (int)UInt32(rest[12..], bigEndian),
                Data = rest.Slice(FrameHeaderLength, (int)captured).ToArray(),
            });
            rest = rest[(FrameHeaderLength + (int)captured)..];
        }
        return new PcapFile { Interfaces = [device], Frames = frames, Truncated = rest.Length > 0 };
    }

    private static uint UInt32(ReadOnlySpan<byte> bytes, bool bigEndian) =>
        bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
