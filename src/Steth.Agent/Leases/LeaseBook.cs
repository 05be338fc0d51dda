using System.Security.Cryptography;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Leases;

/// <summary>
/// Everything long-lived the agent made for somebody: an iperf server, a VLAN device, an address. What is not renewed is undone
/// when it lapses, so nothing outlives a controller that died. Ids are random: whoever holds one was given it.
/// </summary>
public sealed class LeaseBook : IAsyncDisposable
{
    private readonly TimeProvider _time;
    private readonly Action<string, Exception> _undoFailed;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Lease> _leases = [];
    private readonly HashSet<Task> _lapsing = [];
    private long _order;

    /// <summary>Makes an empty book.</summary>
    /// <param name="time">Counts the leases down.</param>
    /// <param name="undoFailed">Told what a lapsed lease covered and why it could not be undone.</param>
    public LeaseBook(TimeProvider time, Action<string, Exception> undoFailed)
    {
        _time = time;
        _undoFailed = undoFailed;
    }

    /// <summary>Enters a lease.</summary>
    /// <param name="covers">For a reader: <c>VLAN device eth1.105</c>.</param>
    /// <param name="length">Until it lapses.</param>
    /// <param name="undo">Takes back what it covers; called once.</param>
    /// <param name="extend">Told the new length at each renewal, for what ends by a clock of its own, too.</param>
    /// <returns>Its id.</returns>
    public string Grant(
        string covers, TimeSpan length, Func<CancellationToken, Task> undo, Func<TimeSpan, CancellationToken, Task>? extend = null)
    {
        var id = RandomNumberGenerator.GetHexString(16, lowercase: true);
        var lease = new Lease { Covers = covers, Undo = undo, Extend = extend, Order = Interlocked.Increment(ref _order) };
        lock (_lock)
        {
            Count(lease, length);
            _leases.Add(id, lease);
            lease.Timer = _time.CreateTimer(_ => Lapse(id), null, length, Timeout.InfiniteTimeSpan);
        }
        return id;
    }

    /// <summary>Counts a lease from now again.</summary>
    /// <returns>When it lapses.</returns>
    /// <exception cref="OperationException">NoSuchDevice: it has lapsed or never was; what extending it throws.</exception>
    public async Task<DateTimeOffset> RenewAsync(string id, TimeSpan length, CancellationToken cancellationToken)
    {
        Lease? lease;
        DateTimeOffset expiresAt;
        lock (_lock)
        {
            if (!_leases.TryGetValue(id, out lease))
                throw new OperationException(
                    OperationErrorCode.NoSuchDevice, $"There is no lease '{id}' here: it has lapsed, or the agent was restarted.");
            Count(lease, length);
            lease.Timer!.Change(length, Timeout.InfiniteTimeSpan);
            expiresAt = lease.ExpiresAt;
        }
        if (lease.Extend is { } extend)
            await extend(length, cancellationToken);
        return expiresAt;
    }

    /// <summary>Ends a lease and undoes what it covers.</summary>
    /// <returns>False when there was none.</returns>
    public async Task<bool> ReleaseAsync(string id, CancellationToken cancellationToken)
    {
        if (Take(id) is not { } lease)
            return false;
        await lease.Undo(cancellationToken);
        return true;
    }

    /// <summary>Strikes a lease out without undoing it: what it covered ended by itself.</summary>
    public void Forget(string id) => Take(id);

    /// <summary>All leases, oldest first.</summary>
    public IReadOnlyList<LeaseFacts> List()
    {
        lock (_lock)
        {
            return [.. _leases.OrderBy(l => l.Value.Order)
                .Select(l => new LeaseFacts { LeaseId = l.Key, Covers = l.Value.Covers, ExpiresAt = l.Value.ExpiresAt })];
        }
    }

    /// <summary>Undoes everything, youngest first.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] lapsing;
        lock (_lock)
            lapsing = [.. _lapsing];
        await Task.WhenAll(lapsing);
        while (Youngest() is { } id)
        {
            if (Take(id) is { } lease)
                await UndoAsync(lease);
        }
    }

    private string? Youngest()
    {
        lock (_lock)
            return _leases.Count == 0 ? null : _leases.MaxBy(l => l.Value.Order).Key;
    }

    private void Count(Lease lease, TimeSpan length)
    {
        lease.ExpiresAt = _time.GetUtcNow() + length;
        lease.CountedFrom = _time.GetTimestamp();
        lease.Length = length;
    }

    private void Lapse(string id)
    {
        if (TakeLapsed(id) is not { } lease)
            return;
        var undoing = UndoAsync(lease);
        lock (_lock)
            _lapsing.Add(undoing);
        _ = undoing.ContinueWith(
            done =>
            {
                lock (_lock)
                    _lapsing.Remove(done);
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private async Task UndoAsync(Lease lease)
    {
        try
        {
            await lease.Undo(CancellationToken.None);
        }
        catch (Exception e) when (e is OperationException or IOException or InvalidOperationException)
        {
            _undoFailed(lease.Covers, e);
        }
    }

    /// <summary>
    /// Null as well when the lease was renewed after its timer had fired; the clock that is set by hand has no say in it.
    /// </summary>
    private Lease? TakeLapsed(string id)
    {
        lock (_lock)
        {
            if (!_leases.TryGetValue(id, out var lease))
                return null;
            var left = lease.Length - _time.GetElapsedTime(lease.CountedFrom);
            if (left <= TimeSpan.Zero)
                return Take(id);
            lease.Timer!.Change(left, Timeout.InfiniteTimeSpan);
            return null;
        }
    }

    private Lease? Take(string id)
    {
        lock (_lock)
        {
            if (!_leases.Remove(id, out var lease))
                return null;
            lease.Timer!.Dispose();
            return lease;
        }
    }

    private sealed class Lease
    {
        public required string Covers { get; init; }

        public required Func<CancellationToken, Task> Undo { get; init; }

        public Func<TimeSpan, CancellationToken, Task>? Extend { get; init; }

        public required long Order { get; init; }

        public DateTimeOffset ExpiresAt { get; set; }

        public long CountedFrom { get; set; }

        public TimeSpan Length { get; set; }

        public ITimer? Timer { get; set; }
    }
}
