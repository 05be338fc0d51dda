namespace Steth.Packets.Pcap;

/// <summary>Which way a frame crossed its interface, as pcapng keeps it (epb_flags, bits 0–1).</summary>
public enum PcapDirection
{
    /// <summary>Not recorded.</summary>
    Unknown = 0,

    /// <summary>Received by the interface.</summary>
    Inbound = 1,

    /// <summary>Sent out by the interface.</summary>
    Outbound = 2,
}
