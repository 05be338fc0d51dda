using Steth.Contracts;

namespace Steth.Agent.Limits;

/// <summary>
/// What one request holds in memory, from its first byte until its answer was written: whoever is about to hold much for it announces
/// that first. Its first share is free; all beyond is taken of <see cref="HostLimits.WorkBytes"/>, which all requests of the process
/// have together.
/// </summary>
internal sealed class CallMemory : IDisposable
{
    /// <summary>What a request may hold before it counts: so small calls are served while others hold all there is.</summary>
    private const long FirstShare = 256 * 1024;

    private static readonly Quota Work = new(HostLimits.WorkBytes);
    private static readonly AsyncLocal<CallMemory?> Serving = new();

    private readonly Lock _lock = new();
    private long _announced;
    private long _taken;
    private bool _over;

    /// <summary>That of the request the running code serves; null: none, or one that has been answered.</summary>
    public static CallMemory? Current => Serving.Value is { } memory && !Volatile.Read(ref memory._over) ? memory : null;

    /// <summary>For what is no request's, as undoing is: nothing is counted, so that no caller can keep it from being done.</summary>
    public static CallMemory Uncounted { get; } = new() { _over = true };

    /// <summary>Begins a request: what is called from here on finds it in <see cref="Current"/>.</summary>
    public static CallMemory Begin() => Serving.Value = new CallMemory();

    /// <summary>Announces what the current request will hold; outside of requests nothing is counted.</summary>
    /// <exception cref="OperationException">Busy: there is no room.</exception>
    public static void Announce(long bytes)
    {
        if (Current?.TryTake(bytes) == false)
            throw HostLimits.Busy(
                $"{HostLimits.WorkBytes >> 20} MiB of memory are in use for calls", "ask for less, or again when other calls have ended");
    }

    /// <summary>Takes room that is no request's; what was taken is given back by <see cref="GiveBack"/>.</summary>
    public static bool TryTakeShared(long bytes) => Work.Take(bytes) == Shortage.None;

    /// <summary>Gives room back that <see cref="TryTakeShared"/> took.</summary>
    public static void GiveBack(long bytes) => Work.GiveBack(bytes);

    /// <summary>Takes room until this is disposed.</summary>
    /// <returns>False: there is none.</returns>
    public bool TryTake(long bytes)
    {
        lock (_lock)
        {
            if (_over)
                return true;
            var more = Math.Max(0, _announced + bytes - FirstShare) - _taken;
            if (Work.Take(more) != Shortage.None)
                return false;
            _announced += bytes;
            _taken += more;
            return true;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _over = true;
            Work.GiveBack(_taken);
            _taken = 0;
        }
    }
}
