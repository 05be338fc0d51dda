namespace Steth.Agent.Kernel.Pcap;

/// <summary>How to capture on a device.</summary>
public sealed record CaptureSettings
{
    /// <summary>A pcap-filter(7) expression; empty: everything.</summary>
    public string Filter { get; init; } = "";

    /// <summary>Bytes kept of each frame.</summary>
    public int SnapLength { get; init; } = 256;

    /// <summary>Kernel ring of each direction, in bytes.</summary>
    public int RingBytes { get; init; } = 1 << 20;
}
