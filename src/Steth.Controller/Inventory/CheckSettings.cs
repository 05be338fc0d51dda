using Steth.Diagnosis.Readiness;
using Steth.Packets.Addresses;

namespace Steth.Controller.Inventory;

/// <summary>
/// The [checks] section: what <c>steth check …</c> expects of the fabric. A null is not configured, and the check's own default holds.
/// Options on the command line win.
/// </summary>
public sealed record CheckSettings
{
    /// <summary>Frames a second one node sends at most, when nothing else is said: 2.6 Mbit/s of the smallest frames.</summary>
    public const int DefaultPps = 5000;

    /// <summary>The largest <see cref="Pps"/>.</summary>
    public const int MaxPps = 1_000_000;

    /// <summary>VLANs that must cross between the nodes (<c>vlans</c>).</summary>
    public VlanSet? Vlans { get; init; }

    /// <summary>Bytes of an IP packet that must pass, 576–65535 (<c>mtu_needed</c>).</summary>
    public int? MtuNeeded { get; init; }

    /// <summary>More loss is a failure, in percent, 0–100 (<c>loss_percent</c>).</summary>
    public double? LossPercent { get; init; }

    /// <summary>A longer 99th percentile of the round trip is a failure, in ms (<c>rtt_p99_ms</c>).</summary>
    public double? RttP99Ms { get; init; }

    /// <summary>More jitter is a failure, in ms (<c>jitter_ms</c>).</summary>
    public double? JitterMs { get; init; }

    /// <summary>Less throughput is a failure (<c>bandwidth_min</c>).</summary>
    public BandwidthThreshold? BandwidthMin { get; init; }

    /// <summary>Clocks farther apart are a failure, in ms (<c>clock_skew_ms</c>).</summary>
    public double? ClockSkewMs { get; init; }

    /// <summary>A slower link of a NIC is a failure, in Mbit/s, 1–10000000 (<c>nic_speed_mbps</c>).</summary>
    public int? NicSpeedMbps { get; init; }

    /// <summary>More drops of a NIC a second are a failure, 0–1000000000 (<c>nic_drops_per_second</c>).</summary>
    public double? NicDropsPerSecond { get; init; }

    /// <summary>Probes a second one node sends at most, 1–<see cref="MaxPps"/> (<c>pps</c>).</summary>
    public int Pps { get; init; } = DefaultPps;
}
