using System.Globalization;
using Steth.Contracts.Operations;

namespace Steth.Agent.Kernel;

/// <summary>Programs as /proc tells of them (proc(5)); one that ends meanwhile is left out.</summary>
public static class Processes
{
    private const int MostArguments = 64;
    private const int LongestArgument = 512;
    private const int MostBytes = 64 << 10;

    /// <summary>The programs of a network namespace, by process id.</summary>
    /// <param name="identity">As <see cref="NetworkNamespace.Identity"/> gives it.</param>
    public static IEnumerable<(int Id, int Parent, ProcessFacts Facts)> In(string identity)
    {
        var ids = Directory.EnumerateDirectories("/proc").Select(Path.GetFileName)
            .Select(n => int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0).Order();
        foreach (var id in ids)
        {
            if (Read(id, identity) is var (parent, facts))
                yield return (id, parent, facts);
        }
    }

    private static (int Parent, ProcessFacts Facts)? Read(int id, string identity)
    {
        var folder = string.Create(CultureInfo.InvariantCulture, $"/proc/{id}");
        try
        {
            if (new FileInfo($"{folder}/ns/net").LinkTarget != identity)
                return null;
            var stat = BoundedFile.ReadText($"{folder}/stat", MostBytes);
            // The name in field 2 may hold anything, parentheses too; the state and the parent follow the last of them.
            var (start, end) = (stat.IndexOf('('), stat.LastIndexOf(')'));
            var rest = stat[(end + 2)..].Split(' ', 3);
            var facts = new ProcessFacts
            {
                Name = stat[(start + 1)..end],
                State = rest[0],
                Arguments = Arguments(BoundedFile.ReadText($"{folder}/cmdline", MostBytes)),
            };
            return (int.Parse(rest[1], NumberStyles.None, CultureInfo.InvariantCulture), facts);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException
            or IndexOutOfRangeException or FormatException)
        {
            return null;
        }
    }

    private static string[] Arguments(string commandLine) =>
    [
        .. Secrets.LeaveOut(commandLine.TrimEnd('\0').Split('\0', StringSplitOptions.None))
            .Take(MostArguments).Where((a, i) => i > 0 || a.Length > 0).Select(a => a.Length > LongestArgument ? a[..LongestArgument] : a),
    ];
}
