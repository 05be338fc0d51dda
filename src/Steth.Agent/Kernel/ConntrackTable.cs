using System.Globalization;
using Steth.Contracts.Operations;

namespace Steth.Agent.Kernel;

/// <summary>
/// Connection tracking of the calling thread's network namespace (Documentation/networking/nf_conntrack-sysctl.rst of the kernel).
/// </summary>
public static class ConntrackTable
{
    private const string Settings = "/proc/sys/net/netfilter";

    /// <summary>Reads it; null: nf_conntrack is not loaded.</summary>
    /// <exception cref="IOException">/proc cannot be read.</exception>
    /// <exception cref="FormatException">It holds something else than numbers.</exception>
    public static ConntrackFacts? Read() => !File.Exists($"{Settings}/nf_conntrack_count") ? null
        : new ConntrackFacts(
            Number("nf_conntrack_count"), Number("nf_conntrack_max"),
            KernelStatistics.Read("nf_conntrack") is { } statistics ? KernelStatistics.Sum(statistics, "drop") : null);

    private static long Number(string name) =>
        long.Parse(BoundedFile.ReadText($"{Settings}/{name}", 64), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
}
