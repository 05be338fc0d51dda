using System.Globalization;
using Steth.Contracts.Operations;

namespace Steth.Agent.Kernel;

/// <summary>
/// Connection tracking of the calling thread's network namespace (Documentation/networking/nf_conntrack-sysctl.rst of the kernel).
/// </summary>
public static class ConntrackTable
{
    private const string Settings = "/proc/sys/net/netfilter";
    private const string Statistics = "/proc/thread-self/net/stat/nf_conntrack";

    /// <summary>Reads it; null: nf_conntrack is not loaded.</summary>
    /// <exception cref="IOException">/proc cannot be read.</exception>
    /// <exception cref="FormatException">It holds something else than numbers.</exception>
    public static ConntrackFacts? Read() => !File.Exists($"{Settings}/nf_conntrack_count") ? null
        : new ConntrackFacts(
            Number("nf_conntrack_count"), Number("nf_conntrack_max"),
            File.Exists(Statistics) ? Dropped(BoundedFile.ReadText(Statistics, 1 << 20)) : null);

    /// <summary>
    /// Sum of the column <c>drop</c> over the processors (ct_cpu_seq_show of net/netfilter/nf_conntrack_standalone.c prints hexadecimal
    /// numbers under a line of names); null: there is no such column.
    /// </summary>
    /// <exception cref="FormatException">A line has something else there.</exception>
    public static long? Dropped(string statistics)
    {
        ArgumentNullException.ThrowIfNull(statistics);
        var lines = statistics.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Fields).ToList();
        var column = lines.Count == 0 ? -1 : Array.IndexOf(lines[0], "drop");
        return column < 0 ? null : lines.Skip(1).Sum(line => column < line.Length
            && uint.TryParse(line[column], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var packets)
            ? packets : throw new FormatException($"'{string.Join(' ', line)}' is not a line of {Statistics}."));
    }

    private static string[] Fields(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static long Number(string name) =>
        long.Parse(BoundedFile.ReadText($"{Settings}/{name}", 64), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
}
