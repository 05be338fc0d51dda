using System.Globalization;

namespace Steth.Agent.Kernel.Injection;

/// <summary>
/// An alias (ip-link(8)) that says which process made a device: <c>steth/PID/START</c>. START is the process's start in clock ticks
/// (proc(5), /proc/PID/stat field 22), since a PID alone comes back. A device is a leftover when that process is no more.
/// </summary>
public static class OwnerAlias
{
    private const string Prefix = "steth/";

    /// <summary>The alias of what this process makes.</summary>
    public static string Own { get; } = Of(Environment.ProcessId, StartOf(Environment.ProcessId) ?? 0);

    /// <summary>The alias of what a process makes.</summary>
    public static string Of(int processId, long start) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{processId}/{start}");

    /// <summary>Whether the alias is one of ours and its process has ended.</summary>
    public static bool IsLeftover(string? alias)
    {
        if (alias is null || !alias.StartsWith(Prefix, StringComparison.Ordinal)
            || alias[Prefix.Length..].Split('/') is not [var id, var start])
            return false;
        return int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var processId)
            && long.TryParse(start, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            && StartOf(processId) != ticks;
    }

    private static long? StartOf(int processId)
    {
        try
        {
            var text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/stat"));
            // The name in field 2 may hold anything, parentheses too; field 3 begins after the last of them.
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return long.Parse(fields[22 - 3], CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
