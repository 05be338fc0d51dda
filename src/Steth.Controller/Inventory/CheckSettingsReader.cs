using System.Globalization;
using Steth.Contracts.Configuration;
using Steth.Diagnosis.Readiness;
using Steth.Packets.Addresses;

namespace Steth.Controller.Inventory;

/// <summary>The [checks] section.</summary>
internal sealed class CheckSettingsReader(ConfigurationReader reader)
{
    /// <summary>The section's name.</summary>
    public const string Section = "checks";

    private const double MaxMs = 3_600_000;
    private const int MaxMbps = 10_000_000;
    private const double MaxDrops = 1_000_000_000;

    /// <summary>What may stand in it.</summary>
    public static readonly string[] Keys =
    [
        "vlans", "mtu_needed", "loss_percent", "rtt_p99_ms", "jitter_ms", "bandwidth_min", "clock_skew_ms", "nic_speed_mbps",
        "nic_drops_per_second", "pps",
    ];

    /// <summary>Reads every entry of [checks].</summary>
    public CheckSettings Read(IReadOnlyList<IniEntry> entries)
    {
        var settings = new CheckSettings();
        foreach (var entry in entries.Where(e => e.Section == Section))
        {
            settings = entry.Key switch
            {
                "vlans" => settings with { Vlans = Vlans(entry) },
                "mtu_needed" => settings with { MtuNeeded = Whole(entry, 576, 65535) },
                "loss_percent" => settings with { LossPercent = Real(entry, 100) },
                "rtt_p99_ms" => settings with { RttP99Ms = Real(entry, MaxMs) },
                "jitter_ms" => settings with { JitterMs = Real(entry, MaxMs) },
                "clock_skew_ms" => settings with { ClockSkewMs = Real(entry, MaxMs) },
                "nic_speed_mbps" => settings with { NicSpeedMbps = Whole(entry, 1, MaxMbps) },
                "nic_drops_per_second" => settings with { NicDropsPerSecond = Real(entry, MaxDrops) },
                "bandwidth_min" => settings with { BandwidthMin = Bandwidth(entry) },
                _ => settings with { Pps = Whole(entry, 1, CheckSettings.MaxPps) ?? CheckSettings.DefaultPps },
            };
        }
        return settings;
    }

    private int? Whole(IniEntry entry, int min, int max)
    {
        if (int.TryParse(entry.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max)
            return value;
        reader.Report(entry, FormattableString.Invariant($"'{entry.Value}' is not a whole number from {min} to {max}"));
        return null;
    }

    private double? Real(IniEntry entry, double max)
    {
        if (double.TryParse(entry.Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value <= max)
            return value;
        reader.Report(entry, FormattableString.Invariant($"'{entry.Value}' is not a number from 0 to {max}"));
        return null;
    }

    private BandwidthThreshold? Bandwidth(IniEntry entry)
    {
        if (BandwidthThreshold.TryParse(entry.Value, CultureInfo.InvariantCulture, out var threshold))
            return threshold;
        reader.Report(entry, $"'{entry.Value}' is no throughput; expected a rate as in 500M or 10G, or a share of the link as in 80%");
        return null;
    }

    private VlanSet? Vlans(IniEntry entry)
    {
        if (VlanSet.TryParse(entry.Value, CultureInfo.InvariantCulture, out var vlans))
            return vlans;
        reader.Report(entry, $"'{entry.Value}' is no list of VLANs; expected ids and ranges of 1-4094, as in 100-105,200");
        return null;
    }
}
