using System.Globalization;

namespace Steth.Agent.Kernel;

/// <summary>
/// Files of /proc/net/stat: a line of names, then hexadecimal numbers, a line a processor (neigh_stat_seq_show of net/core/neighbour.c,
/// ct_cpu_seq_show of net/netfilter/nf_conntrack_standalone.c).
/// </summary>
public static class KernelStatistics
{
    private const string Folder = "/proc/thread-self/net/stat";

    /// <summary>Reads a file for the calling thread's network namespace; null: there is none.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static string? Read(string file) =>
        Path.Combine(Folder, file) is var path && File.Exists(path) ? BoundedFile.ReadText(path, 1 << 20) : null;

    /// <summary>Sum of a column over the processors; null: there is no such column.</summary>
    /// <exception cref="FormatException">A line has something else there.</exception>
    public static long? Sum(string statistics, string column)
    {
        ArgumentNullException.ThrowIfNull(statistics);
        var lines = statistics.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Fields).ToList();
        var at = lines.Count == 0 ? -1 : Array.IndexOf(lines[0], column);
        return at < 0 ? null : lines.Skip(1).Sum(line => at < line.Length
            && uint.TryParse(line[at], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
            ? number : throw new FormatException($"'{string.Join(' ', line)}' is not a line of {Folder}."));
    }

    private static string[] Fields(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
