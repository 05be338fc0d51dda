using System.Collections.Concurrent;

namespace Steth.Agent.Kernel.Pcap;

/// <summary>The captures that run now and can be ended early, by the id their callers gave them.</summary>
public sealed class RunningCaptures
{
    private readonly ConcurrentDictionary<Guid, CancellationTokenSource> _running = new();

    /// <summary>Takes a capture up until the answer is disposed.</summary>
    /// <returns>Null when one of that id runs already.</returns>
    public RunningCapture? Begin(Guid id)
    {
        var ending = new CancellationTokenSource();
        if (_running.TryAdd(id, ending))
            return new RunningCapture(() => _running.TryRemove(new(id, ending)), ending.Token);
        ending.Dispose();
        return null;
    }

    /// <summary>Ends a capture: when this returns, nothing more is read from its devices.</summary>
    /// <returns>False when none of that id runs.</returns>
    public bool End(Guid id)
    {
        // Never disposed, since its capture may end by itself at this very moment; it holds nothing but memory.
        if (!_running.TryRemove(id, out var ending))
            return false;
        ending.Cancel();
        return true;
    }
}
