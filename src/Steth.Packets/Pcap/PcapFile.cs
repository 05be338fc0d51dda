using System.Buffers.Binary;

namespace Steth.Packets.Pcap;

/// <summary>A capture file that was read: classic pcap (either byte order, micro- or nanoseconds) or pcapng.</summary>
public sealed record PcapFile
{
    /// <summary>Where its frames were taken.</summary>
    public required IReadOnlyList<PcapInterface> Interfaces { get; init; }

    /// <summary>Its frames in file order.</summary>
    public required IReadOnlyList<PcapFrame> Frames { get; init; }

    /// <summary>The file ended within a block or frame, as when its writer was killed; what is whole is here.</summary>
    public bool Truncated { get; init; }

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="FormatException">
    /// It is no capture file, or one block contradicts itself; the sentence says at which offset.
    /// </exception>
    public static PcapFile Read(ReadOnlySpan<byte> file)
    {
        if (file.Length < 4)
            throw new FormatException($"This is no capture file: it has {file.Length} bytes.");
        return BinaryPrimitives.ReadUInt32LittleEndian(file) switch
        {
            PcapNgFormat.SectionHeader => new PcapNgReader().Read(file),
            PcapClassicReader.Microseconds or PcapClassicReader.Nanoseconds => PcapClassicReader.Read(file, bigEndian: false),
            PcapClassicReader.MicrosecondsSwapped or PcapClassicReader.NanosecondsSwapped => PcapClassicReader.Read(file, bigEndian: true),
            var magic => throw new FormatException($"This is no capture file: it begins with 0x{magic:x8}, expected pcap or pcapng."),
        };
    }

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="FormatException">As <see cref="Read"/>.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static async Task<PcapFile> ReadAsync(string path, CancellationToken cancellationToken) =>
        Read(await File.ReadAllBytesAsync(path, cancellationToken));
}
