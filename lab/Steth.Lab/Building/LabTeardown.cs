using Steth.Lab.Names;
using Steth.Lab.Processes;
using Steth.Lab.State;

namespace Steth.Lab.Building;

/// <summary>Takes a lab down, whole or half built. Namespaces, devices and mounts are nothing but what its processes hold.</summary>
internal static class LabTeardown
{
    private static readonly TimeSpan Deadline = Patience.OfSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>Ends every process of the lab, sees that they are gone, and removes its files.</summary>
    /// <returns>Whether there was a process to end.</returns>
    /// <exception cref="LabException">Processes survive SIGKILL, which is the kernel's trouble.</exception>
    public static async Task<bool> RunAsync(LabName lab, LabDirectory directory, CancellationToken ct)
    {
        var found = await EndProcessesAsync(lab, ct);
        if (directory.Exists)
        {
            RemoveMountPoints(directory);
            directory.Remove();
        }
        return found;
    }

    private static async Task<bool> EndProcessesAsync(LabName lab, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Deadline);
        IReadOnlyList<int> left = [];
        var any = false;
        try
        {
            // Twice nothing: a process that was between fork and exec at the first look carries the mark at the second.
            for (var quiet = 0; quiet < 2;)
            {
                left = LabMark.Find(lab);
                any |= left.Count > 0;
                quiet = left.Count == 0 ? quiet + 1 : 0;
                foreach (var process in left)
                    Native.Kill(process, Native.SignalKill);
                await Task.Delay(Pause, limit.Token);
            }
            return any;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new LabException($"Processes {string.Join(", ", left)} of lab '{lab}' survive SIGKILL: look at /proc/PID/stack, then run `down` again.");
        }
    }

    private static void RemoveMountPoints(LabDirectory directory)
    {
        // Removing a directory takes away what other labs have mounted on it; the last one removes it.
        if (!File.Exists(LabDirectory.MountPointsFile) || directory.HasNeighbours)
            return;
        foreach (var path in File.ReadAllLines(LabDirectory.MountPointsFile).Where(Directory.Exists))
        {
            try
            {
                Directory.Delete(path);
            }
            catch (IOException)
            {
                // something else put files there meanwhile: it is no longer ours
            }
        }
        File.Delete(LabDirectory.MountPointsFile);
    }
}
