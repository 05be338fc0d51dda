namespace Steth.Packets.Pcap;

/// <summary>Where frames of a capture file were taken.</summary>
public sealed record PcapInterface
{
    /// <summary>Link type of Ethernet (LINKTYPE_ETHERNET).</summary>
    public const int Ethernet = 1;

    /// <summary>The device, with what tells it from others of its name: <c>comp1/tap75e9329b-9c</c>; null in a classic pcap.</summary>
    public string? Name { get; init; }

    /// <summary>For a reader; null: none.</summary>
    public string? Description { get; init; }

    /// <summary>LINKTYPE_ number of tcpdump.org; 1 is Ethernet.</summary>
    public int LinkType { get; init; } = Ethernet;

    /// <summary>Bytes kept of each frame; 0: no limit.</summary>
    public int SnapLength { get; init; }
}
