using System.Text;
using Steth.Lab.Names;

namespace Steth.Lab.Processes;

/// <summary>
/// Every process of a lab carries STETH_LAB=NAME in its environment. The kernel writes that at exec, so it is true from the first
/// moment on: a lab whose `up` was killed half-way can still be found whole, where a state file is always one step behind.
/// </summary>
internal static class LabMark
{
    /// <summary>The variable's name.</summary>
    public const string Variable = "STETH_LAB";

    /// <summary>The ids of the living processes that carry the mark of <paramref name="lab"/>, this process left out.</summary>
    public static IReadOnlyList<int> Find(LabName lab)
    {
        var mark = Encoding.UTF8.GetBytes($"{Variable}={lab}\0");
        var found = new List<int>();
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), out var id) && id != Environment.ProcessId && Carries(directory, mark))
                found.Add(id);
        }
        return found;
    }

    private static bool Carries(string directory, byte[] mark)
    {
        try
        {
            ReadOnlySpan<byte> environment = File.ReadAllBytes(Path.Combine(directory, "environ"));
            for (var at = environment.IndexOf(mark); at >= 0; at = environment.IndexOf(mark))
            {
                if (at == 0 || environment[at - 1] == 0)
                    return true;
                environment = environment[(at + 1)..];
            }
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // it ended meanwhile, or it is not ours to read
        }
    }
}
