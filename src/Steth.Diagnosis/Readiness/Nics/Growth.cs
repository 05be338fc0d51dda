using Steth.Contracts.Operations;

namespace Steth.Diagnosis.Readiness.Nics;

/// <summary>By how much counters grew.</summary>
internal static class Growth
{
    /// <summary>Counters that stand for a broken frame or link: one is too many.</summary>
    public static readonly IReadOnlyList<(string Name, Func<NicCounters, long?> Read)> Errors =
    [
        ("rx_errors", c => c.RxErrors),
        ("rx_crc_errors", c => c.RxCrc),
        ("rx_fifo_errors", c => c.RxFifo),
        ("tx_errors", c => c.TxErrors),
        ("tx_carrier_errors", c => c.TxCarrier),
        ("tx_fifo_errors", c => c.TxFifo),
        ("carrier_changes", c => c.CarrierChanges),
    ];

    /// <summary>Counters of whole frames that were thrown away, each with that of the packets that got through.</summary>
    public static readonly IReadOnlyList<(string Name, Func<NicCounters, long?> Read, Func<NicCounters, long?> Packets)> Drops =
    [
        ("rx_dropped", c => c.RxDropped, c => c.RxPackets),
        ("rx_missed_errors", c => c.RxMissed, c => c.RxPackets),
        ("tx_dropped", c => c.TxDropped, c => c.TxPackets),
    ];

    /// <summary>The difference of both readings; null when there are not two.</summary>
    public static NicCounters? Of(NicFacts? nic) => nic is not { Before: { } before, After: { } after } ? null : new NicCounters
    {
        RxPackets = after.RxPackets - before.RxPackets,
        TxPackets = after.TxPackets - before.TxPackets,
        RxErrors = after.RxErrors - before.RxErrors,
        RxDropped = after.RxDropped - before.RxDropped,
        RxCrc = after.RxCrc - before.RxCrc,
        RxFifo = after.RxFifo - before.RxFifo,
        RxMissed = after.RxMissed - before.RxMissed,
        TxErrors = after.TxErrors - before.TxErrors,
        TxDropped = after.TxDropped - before.TxDropped,
        TxCarrier = after.TxCarrier - before.TxCarrier,
        TxFifo = after.TxFifo - before.TxFifo,
        CarrierChanges = after.CarrierChanges - before.CarrierChanges,
    };

    /// <summary>A counter fell: the driver was reset meanwhile, or the agent tells nonsense.</summary>
    public static bool WentBack(NicCounters grown) =>
        Errors.Any(e => e.Read(grown) < 0) || Drops.Any(d => d.Read(grown) < 0 || d.Packets(grown) < 0);
}
