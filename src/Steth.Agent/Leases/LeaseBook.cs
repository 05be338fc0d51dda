using System.Security.Cryptography;
using Steth.Agent.Tools;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Leases;

/// <summary>
/// Everything long-lived the agent made for somebody: an iperf server, a VLAN device, an address. What is not renewed is undone
/// when it lapses, so nothing outlives a controller that died; each is written down before it is made, so that nothing outlives the agent
/// either. Ids are random: whoever holds one was given it.
/// </summary>
public sealed class LeaseBook : IAsyncDisposable
{
    private const int MostTries = 30;

    private static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _time;
    private readonly IToolRunner _tools;
    private readonly LeaseJournal? _journal;
    private readonly Action<string, Exception> _undoFailed;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Lease> _leases = [];
    private readonly HashSet<Task> _lapsing = [];
    private long _order;
    private bool _closed;

    /// <summary>Makes an empty book.</summary>
    /// <param name="time">Counts the leases down.</param>
    /// <param name="tools">Undoes them.</param>
    /// <param name="journal">Where they are written down; null: nowhere, so that they end with this process at best.</param>
    /// <param name="undoFailed">Told what a lapsed lease covered and why it could not be undone; it is tried again.</param>
    public LeaseBook(TimeProvider time, IToolRunner tools, LeaseJournal? journal, Action<string, Exception> undoFailed)
    {
        _time = time;
        _tools = tools;
        _journal = journal;
        _undoFailed = undoFailed;
    }

    /// <summary>Writes down how something is undone, makes it, and enters the lease; what was half made is undone at once.</summary>
    /// <param name="covers">For a reader: <c>VLAN device eth1.105</c>.</param>
    /// <param name="length">Until it lapses, counted from when it is made.</param>
    /// <param name="undo">Takes back what it covers.</param>
    /// <param name="make">Makes it.</param>
    /// <param name="cancellationToken">Ends the making.</param>
    /// <param name="extend">Told the new length at each renewal, for what ends by a clock of its own, too.</param>
    /// <param name="isTrial">It may be made lasting with <see cref="Confirm"/>.</param>
    /// <returns>Its id.</returns>
    /// <exception cref="OperationException">Busy, ToolFailed: it cannot be written down; what <paramref name="make"/> throws.</exception>
    public async Task<string> GrantAsync(
        string covers,
        TimeSpan length,
        LeaseUndo undo,
        Func<CancellationToken, Task> make,
        CancellationToken cancellationToken,
        Func<TimeSpan, CancellationToken, Task>? extend = null,
        bool isTrial = false)
    {
        ArgumentNullException.ThrowIfNull(undo);
        ArgumentNullException.ThrowIfNull(make);
        var id = RandomNumberGenerator.GetHexString(16, lowercase: true);
        var lease = new Lease
        {
            Id = id,
            Covers = covers,
            Undo = undo,
            Extend = extend,
            IsTrial = isTrial,
            Order = Interlocked.Increment(ref _order),
        };
        _journal?.Add(new JournalEntry { LeaseId = id, Covers = covers, Undo = undo });
        try
        {
            await make(cancellationToken);
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_closed, this);
                Count(lease, length);
                _leases.Add(id, lease);
                lease.Timer = _time.CreateTimer(_ => Lapse(id), null, length, Timeout.InfiniteTimeSpan);
            }
            return id;
        }
        catch
        {
            await UndoAsync(lease);
            throw;
        }
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
            // One that could not be undone yet has lapsed all the same.
            if (!_leases.TryGetValue(id, out lease) || lease.Tries > 0)
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
        try
        {
            await lease.Undo.RunAsync(_tools, cancellationToken);
        }
        catch
        {
            Retry(lease);
            throw;
        }
        _journal?.Remove(id);
        return true;
    }

    /// <summary>Strikes a lease out without undoing it: what it covered ended by itself, or is to stay.</summary>
    public void Forget(string id)
    {
        if (Take(id) is not null)
            _journal?.Remove(id);
    }

    /// <summary>Makes lasting what a trial covers.</summary>
    /// <returns>What it covers; null: there is no such trial, or it has lapsed.</returns>
    public string? Confirm(string id)
    {
        lock (_lock)
        {
            if (!_leases.TryGetValue(id, out var lease) || !lease.IsTrial || lease.Tries > 0)
                return null;
            Take(id);
            _journal?.Remove(id);
            return lease.Covers;
        }
    }

    /// <summary>Undoes what agents that were killed left behind, as their journals tell; to be called before the first lease.</summary>
    /// <returns>What was undone.</returns>
    /// <param name="unreadable">Told of a journal that says nothing: its path.</param>
    /// <param name="cancellationToken">Ends it; the rest is for the next start.</param>
    public async Task<IReadOnlyList<string>> RecoverAsync(Action<string> unreadable, CancellationToken cancellationToken) =>
        _journal is null ? [] : await _journal.RecoverAsync(async entry =>
        {
            try
            {
                await entry.Undo.RunAsync(_tools, cancellationToken);
                return true;
            }
            catch (Exception e) when (IsForeseen(e) || e is OperationCanceledException)
            {
                _undoFailed(entry.Covers, e);
                return false;
            }
        }, unreadable);

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
        {
            _closed = true;
            lapsing = [.. _lapsing];
        }
        await Task.WhenAll(lapsing);
        while (Youngest() is { } id)
        {
            if (Take(id) is { } lease)
                await UndoAsync(lease);
        }
        _journal?.Dispose();
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
            await lease.Undo.RunAsync(_tools, CancellationToken.None);
            _journal?.Remove(lease.Id);
        }
        catch (Exception e) when (IsForeseen(e))
        {
            _undoFailed(lease.Covers, e);
            Retry(lease);
        }
    }

    /// <summary>A lease that could not be undone lapses once more a little later; in the journal it stays for the next start.</summary>
    private void Retry(Lease lease)
    {
        lock (_lock)
        {
            if (_closed || ++lease.Tries >= MostTries)
                return;
            Count(lease, TryAgain);
            _leases.Add(lease.Id, lease);
            lease.Timer = _time.CreateTimer(_ => Lapse(lease.Id), null, TryAgain, Timeout.InfiniteTimeSpan);
        }
    }

    private static bool IsForeseen(Exception e) =>
        e is OperationException or IOException or UnauthorizedAccessException or InvalidOperationException;

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
        public required string Id { get; init; }

        public required string Covers { get; init; }

        public required LeaseUndo Undo { get; init; }

        public bool IsTrial { get; init; }

        public int Tries { get; set; }

        public Func<TimeSpan, CancellationToken, Task>? Extend { get; init; }

        public required long Order { get; init; }

        public DateTimeOffset ExpiresAt { get; set; }

        public long CountedFrom { get; set; }

        public TimeSpan Length { get; set; }

        public ITimer? Timer { get; set; }
    }
}
