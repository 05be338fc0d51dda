using System.Security.Cryptography;
using Steth.Agent.Rpc;
using Steth.Agent.Tools;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Leases;

/// <summary>
/// Everything long-lived the agent made for somebody: an iperf server, a VLAN device, an address. What is not renewed is undone
/// when it lapses, so nothing outlives a controller that died; each is written down before it is made, so that nothing outlives the agent
/// either. Whoever may list leases knows their ids, so an id gives no right: <see cref="RequireRight"/> asks who may renew or end one.
/// </summary>
public sealed class LeaseBook : IAsyncDisposable
{
    private static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TryAgainAtLast = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _time;
    private readonly IToolRunner _tools;
    private readonly LeaseJournal? _journal;
    private readonly Action<string, Exception> _undoFailed;
    private readonly Action<string>? _undoneAtLast;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Lease> _leases = [];
    private readonly HashSet<Task> _lapsing = [];
    private long _order;
    private bool _closed;

    /// <summary>Makes an empty book.</summary>
    /// <param name="time">Counts the leases down.</param>
    /// <param name="tools">Undoes them; best a runner of its own, so that no caller can take the room that undoing needs.</param>
    /// <param name="journal">Where they are written down; null: nowhere, so that they end with this process at best.</param>
    /// <param name="undoFailed">Told once what a lease covers and why it could not be undone; it is tried again until it is.</param>
    /// <param name="undoneAtLast">Told when that has worked.</param>
    public LeaseBook(
        TimeProvider time,
        IToolRunner tools,
        LeaseJournal? journal,
        Action<string, Exception> undoFailed,
        Action<string>? undoneAtLast = null)
    {
        _undoneAtLast = undoneAtLast;
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
    /// <param name="isTrial">It is made lasting with <see cref="Confirm"/>, and not renewed.</param>
    /// <param name="holder">Whom it is given to; null: nobody, the agent itself ends it.</param>
    /// <returns>Its id.</returns>
    /// <exception cref="OperationException">
    /// Busy: another lease rules it out; Busy, ToolFailed: it cannot be written down; what <paramref name="make"/> throws.
    /// </exception>
    public async Task<string> GrantAsync(
        string covers,
        TimeSpan length,
        LeaseUndo undo,
        Func<CancellationToken, Task> make,
        CancellationToken cancellationToken,
        Func<TimeSpan, CancellationToken, Task>? extend = null,
        bool isTrial = false,
        LeaseHolder? holder = null)
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
            Holder = holder,
            Order = Interlocked.Increment(ref _order),
        };
        lock (_lock)
        {
            RequireFree($"What this would change ({covers})", undo.Excludes);
            Count(lease, length);
            _leases.Add(id, lease);
        }
        try
        {
            _journal?.Add(new JournalEntry { LeaseId = id, Covers = covers, Undo = undo });
        }
        catch
        {
            StrikeOut(id);
            throw;
        }
        try
        {
            await make(cancellationToken);
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_closed, this);
                Enter(lease, length);
            }
            return id;
        }
        catch
        {
            await UndoAsync(lease);
            throw;
        }
    }

    /// <summary>Lets pass what no lease stands in the way of.</summary>
    /// <param name="what">What is to be changed: <c>Interface 'eth1'</c>.</param>
    /// <param name="covers">Whether one does, by how it is undone.</param>
    /// <exception cref="OperationException">Busy: says which, until when, and what can be done.</exception>
    public void RequireFree(string what, Func<LeaseUndo, bool> covers)
    {
        lock (_lock)
        {
            if (_leases.Values.FirstOrDefault(l => covers(l.Undo)) is { } lease)
                throw lease.InTheWayOf(what);
        }
    }

    /// <summary>
    /// Lets a caller pass who may renew or end a lease: whom it was given to, with the role that took, or whoever has the role change.
    /// </summary>
    /// <param name="id">The lease; one that is not there gives no right and needs none.</param>
    /// <param name="caller">Who.</param>
    /// <param name="method">For what: <c>lease.release</c>.</param>
    /// <exception cref="OperationException">Forbidden: he is another, or has less.</exception>
    public void RequireRight(string id, Caller? caller, string method)
    {
        lock (_lock)
            _leases.GetValueOrDefault(id)?.RequireRight(caller, method);
    }

    /// <summary>Counts a lease from now again.</summary>
    /// <returns>When it lapses.</returns>
    /// <exception cref="OperationException">
    /// NoSuchDevice: it has lapsed or never was; PermissionDenied: it is a trial; what extending it throws.
    /// </exception>
    public async Task<DateTimeOffset> RenewAsync(string id, TimeSpan length, CancellationToken cancellationToken)
    {
        Lease? lease;
        DateTimeOffset expiresAt;
        lock (_lock)
        {
            // One that could not be undone yet has lapsed all the same.
            if (!_leases.TryGetValue(id, out lease) || lease.IsTaken || lease.Tries > 0)
                throw new OperationException(
                    OperationErrorCode.NoSuchDevice, $"There is no lease '{id}' here: it has lapsed, or the agent was restarted.");
            if (lease.IsTrial)
                throw lease.NotToBeRenewed();
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
        catch (Exception e) when (LeaseUndo.IsForeseen(e))
        {
            Retry(lease, e);
            throw;
        }
        Undone(lease);
        return true;
    }

    /// <summary>Strikes a lease out without undoing it: what it covered ended by itself, or is to stay.</summary>
    public void Forget(string id)
    {
        if (Take(id) is not null)
            StrikeOut(id);
    }

    /// <summary>Makes lasting what a trial covers.</summary>
    /// <returns>What it covers; null: there is no such trial, or it has lapsed.</returns>
    public string? Confirm(string id)
    {
        lock (_lock)
        {
            if (!_leases.TryGetValue(id, out var lease) || !lease.IsTrial || lease.Tries > 0 || Take(id) is null)
                return null;
            StrikeOut(id);
            return lease.Covers;
        }
    }

    /// <summary>
    /// Undoes what agents that were killed left behind, as their journals tell; to be called before the first lease. What fails, or is
    /// not come to in time, becomes a lease of this book that has lapsed, and so is tried again.
    /// </summary>
    /// <returns>What was undone.</returns>
    /// <param name="unreadable">Told of a journal that says nothing: its path.</param>
    /// <param name="cancellationToken">Ends it; the rest goes on in the background.</param>
    public async Task<IReadOnlyList<string>> RecoverAsync(Action<string> unreadable, CancellationToken cancellationToken)
    {
        var undone = new List<string>();
        if (_journal is null)
            return undone;
        await _journal.RecoverAsync(
            async entry =>
            {
                try
                {
                    await entry.Undo.RunAsync(_tools, cancellationToken);
                }
                catch (OperationCanceledException e)
                {
                    return TakeOver(entry, new TimeoutException("there was no time for it before the first call.", e));
                }
                catch (Exception e) when (LeaseUndo.IsForeseen(e))
                {
                    return TakeOver(entry, e);
                }
                undone.Add(entry.Covers);
                return true;
            },
            unreadable);
        return undone;
    }

    /// <summary>Enters what a former life left and could not be undone, before all there is.</summary>
    /// <returns>False: it cannot be written down here, so it is for the next start.</returns>
    private bool TakeOver(JournalEntry entry, Exception reason)
    {
        try
        {
            _journal!.Add(entry, isOldest: true);
        }
        catch (OperationException)
        {
            _undoFailed(entry.Covers, reason);
            return false;
        }
        Retry(
            new Lease { Id = entry.LeaseId, Covers = entry.Covers, Undo = entry.Undo, Order = -Interlocked.Increment(ref _order) }, reason);
        return true;
    }

    /// <summary>All leases, oldest first; one that could not be undone stays, and is told with the time of the next try.</summary>
    public IReadOnlyList<LeaseFacts> List()
    {
        lock (_lock)
        {
            return [.. _leases.Values.OrderBy(lease => lease.Order).Select(lease => lease.Facts)];
        }
    }

    /// <summary>Undoes everything, youngest first; programs last, for those end with the agent in any case.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] lapsing;
        lock (_lock)
        {
            _closed = true;
            lapsing = [.. _lapsing];
        }
        await Task.WhenAll(lapsing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
            return _leases.Values.Where(l => !l.IsTaken).MaxBy(l => (l.Undo is not ProgramUndo, l.Order))?.Id;
    }

    private void Enter(Lease lease, TimeSpan length)
    {
        Count(lease, length);
        _leases[lease.Id] = lease;
        lease.IsTaken = false;
        lease.Timer = _time.CreateTimer(_ => Lapse(lease.Id), null, length, Timeout.InfiniteTimeSpan);
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
        {
            _lapsing.RemoveWhere(t => t.IsCompleted);
            _lapsing.Add(undoing);
        }
    }

    private async Task UndoAsync(Lease lease)
    {
        try
        {
            await lease.Undo.RunAsync(_tools, CancellationToken.None);
        }
        catch (Exception e) when (LeaseUndo.IsForeseen(e))
        {
            Retry(lease, e);
            return;
        }
        Undone(lease);
    }

    private void Undone(Lease lease)
    {
        StrikeOut(lease.Id);
        if (lease.Tries > 0)
            _undoneAtLast?.Invoke(lease.Covers);
    }

    /// <summary>
    /// A lease that could not be undone lapses once more a little later, without end: 10 s, then 20 s, and at last every minute. In the
    /// journal it stays for the next start, too.
    /// </summary>
    private void Retry(Lease lease, Exception reason)
    {
        bool isFirst;
        lock (_lock)
        {
            isFirst = lease.Tries++ == 0;
            _leases[lease.Id] = lease;
            if (!_closed)
                Enter(lease, lease.Tries * TryAgain < TryAgainAtLast ? lease.Tries * TryAgain : TryAgainAtLast);
        }
        if (isFirst)
            _undoFailed(lease.Covers, reason);
    }

    /// <summary>
    /// Null as well when the lease was renewed after its timer had fired; the clock that is set by hand has no say in it.
    /// </summary>
    private Lease? TakeLapsed(string id)
    {
        lock (_lock)
        {
            if (!_leases.TryGetValue(id, out var lease) || lease.IsTaken)
                return null;
            var left = lease.Length - _time.GetElapsedTime(lease.CountedFrom);
            if (left <= TimeSpan.Zero)
                return Take(id);
            lease.Timer!.Change(left, Timeout.InfiniteTimeSpan);
            return null;
        }
    }

    /// <summary>Takes a lease in hand to end it: nobody else can renew or end it then, but it stays until that is done.</summary>
    private Lease? Take(string id)
    {
        lock (_lock)
        {
            if (!_leases.TryGetValue(id, out var lease) || lease.IsTaken)
                return null;
            lease.IsTaken = true;
            lease.Timer!.Dispose();
            return lease;
        }
    }

    private void StrikeOut(string id)
    {
        lock (_lock)
            _leases.Remove(id);
        _journal?.Remove(id);
    }
}
