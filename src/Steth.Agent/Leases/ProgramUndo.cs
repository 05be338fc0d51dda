using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Steth.Agent.Kernel;
using Steth.Agent.Tools;
using Steth.Contracts;

namespace Steth.Agent.Leases;

/// <summary>
/// Ends the programs that were started with a mark in their environment. A process id is not known before the program runs, and comes
/// back; a mark is never another's, and children inherit it.
/// </summary>
public sealed partial record ProgramUndo : LeaseUndo
{
    /// <summary>The environment variable that holds the mark.</summary>
    public const string Variable = "STETH_LEASE";

    private const int SigInt = 2;
    private const int SigKill = 9;
    private const int LongestEnvironment = 1 << 20;
    private const int LongestStat = 4096;
    private const int ThreadsField = 20;
    private const int StartField = 22;

    // iperf3 reports on an interrupt, which may take it a while on a busy node.
    private static readonly TimeSpan InterruptGrace = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan KillGrace = TimeSpan.FromSeconds(5);
    // Between execve(2)'s closing of descriptors, by which its parent knows that it runs, and its environment being there.
    private static readonly TimeSpan StartGrace = TimeSpan.FromMilliseconds(300);

    /// <summary>The mark.</summary>
    public required string Mark { get; init; }

    /// <summary>A new one.</summary>
    public static ProgramUndo New() => new() { Mark = RandomNumberGenerator.GetHexString(16, lowercase: true) };

    /// <inheritdoc/>
    public override async Task RunAsync(IToolRunner tools, CancellationToken cancellationToken)
    {
        var met = new Dictionary<int, string>();
        if (await EndedAsync(met, SigInt, InterruptGrace, cancellationToken)
            || await EndedAsync(met, SigKill, KillGrace, cancellationToken))
            return;
        throw new OperationException(
            OperationErrorCode.Timeout,
            $"Processes {string.Join(", ", met.Keys.Order())} survive SIGKILL: see /proc/PID/stack for what holds them.");
    }

    // Of the processes it has met and that are not gone, met holds when each began: an id that comes back is another process.
    private async Task<bool> EndedAsync(Dictionary<int, string> met, int signal, TimeSpan grace, CancellationToken cancellationToken)
    {
        var begun = Environment.TickCount64;
        var signalled = new HashSet<int>();
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            var found = Find(out var someStart);
            foreach (var process in found)
            {
                if (Began(process) is { } start)
                    met[process] = start;
            }
            // Without an environment a process is not yet gone: its files, and so its ports, are closed after its memory.
            foreach (var (process, start) in met)
            {
                if (Began(process) != start)
                    met.Remove(process);
                else if (signalled.Add(process))
                    _ = Kill(process, signal);
            }
            var waited = TimeSpan.FromMilliseconds(Environment.TickCount64 - begun);
            if (met.Count == 0 && (!someStart || waited >= StartGrace))
                return true;
            if (waited >= grace)
                return false;
            await pause.WaitForNextTickAsync(cancellationToken);
        }
    }

    /// <summary>When a process began, in the kernel's ticks; null: it is gone, or nothing but an entry of it is left (proc(5)).</summary>
    private static string? Began(int process)
    {
        try
        {
            var stat = BoundedFile.ReadText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"), LongestStat);
            // Field 3 and those after it: the name before may hold anything.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            // Threads may outlive the first one, which is a zombie then.
            return fields[0] is "Z" or "X" && fields[ThreadsField - 3] is "0" or "1" ? null : fields[StartField - 3];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The living processes that carry the mark; a zombie has no environment.</summary>
    /// <param name="someStart">There are programs without an environment, as those have that are just being started.</param>
    private List<int> Find(out bool someStart)
    {
        someStart = false;
        var entry = $"{Variable}={Mark}";
        var found = new List<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var process))
                continue;
            try
            {
                var environment = BoundedFile.ReadText($"{folder}/environ", LongestEnvironment);
                if (environment.Split('\0').Contains(entry, StringComparer.Ordinal))
                    found.Add(process);
                // The kernel's own threads and zombies have no program either.
                else if (environment.Length == 0 && new FileInfo($"{folder}/exe").LinkTarget is not null)
                    someStart = true;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It ended meanwhile, or is of somebody whom the agent may not look at, and so none of its own.
            }
        }
        return found;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
