namespace Steth.Packets.Pcap;

/// <summary>One frame of a capture file.</summary>
public sealed record PcapFrame
{
    /// <summary>Index of its interface in the file's order; in a pcapng of several sections counted over all of them.</summary>
    public required int Interface { get; init; }

    /// <summary>When it was captured (UTC); precise to 100 ns here.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Length on the wire in bytes; more than <see cref="Data"/> holds when the capture cut it.</summary>
    public required int Length { get; init; }

    /// <summary>The bytes captured.</summary>
    public required ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>Which way it went.</summary>
    public PcapDirection Direction { get; init; }

    /// <summary>For a reader; null: none.</summary>
    public string? Comment { get; init; }
}
