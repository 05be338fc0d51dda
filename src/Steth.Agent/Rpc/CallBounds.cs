using System.Globalization;
using Steth.Contracts;

namespace Steth.Agent.Rpc;

/// <summary>
/// What ends the calls of one HTTP request early: the client going away, the agent stopping, the deadline, the caller's certificate being
/// revoked or ending.
/// </summary>
internal sealed class CallBounds : IAsyncDisposable
{
    /// <summary>The request header with the time the caller will wait, in whole milliseconds.</summary>
    public const string DeadlineHeader = "Steth-Deadline-Ms";

    private readonly CancellationToken _gone;
    private readonly CancellationToken _stopping;
    private readonly TimeSpan _time;
    private readonly CancellationTokenSource _deadline;
    private readonly CancellationTokenSource _unheard = new();
    private readonly CancellationTokenSource _any;
    private readonly Func<string?> _refusal;
    private readonly ITimer _looking;
    private volatile string? _refused;

    /// <summary>Starts the clock.</summary>
    /// <param name="time">The deadline.</param>
    /// <param name="clock">Counts.</param>
    /// <param name="refusal">Why the caller is not heard any more, a sentence; null: he is. Asked every second.</param>
    /// <param name="gone">The client went away.</param>
    /// <param name="stopping">The agent stops.</param>
    public CallBounds(TimeSpan time, TimeProvider clock, Func<string?> refusal, CancellationToken gone, CancellationToken stopping)
    {
        _refusal = refusal;
        _time = time;
        _gone = gone;
        _stopping = stopping;
        _deadline = new CancellationTokenSource(time, clock);
        _any = CancellationTokenSource.CreateLinkedTokenSource(gone, stopping, _deadline.Token, _unheard.Token);
        _looking = clock.CreateTimer(_ => Look(), null, RpcLimits.CallerLookedAt, RpcLimits.CallerLookedAt);
    }

    /// <summary>Ends the calls.</summary>
    public CancellationToken Token => _any.Token;

    /// <summary>Reads the header.</summary>
    /// <param name="value">Its value; null when it was not sent.</param>
    /// <returns>Null when it is malformed.</returns>
    public static TimeSpan? ReadDeadline(string? value)
    {
        if (value is null)
            return RpcLimits.CallTime;
        if (!long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) || milliseconds == 0)
            return null;
        return TimeSpan.FromMilliseconds(Math.Min(milliseconds, (long)RpcLimits.CallTime.TotalMilliseconds));
    }

    /// <summary>Ends the calls when the caller is not heard any more.</summary>
    public void Look()
    {
        if (_refused is not null || _refusal() is not { } refused)
            return;
        _refused = refused;
        _unheard.Cancel();
    }

    /// <summary>What to tell a caller whose call was cancelled; null when it is no longer there.</summary>
    public RpcError? WhyCancelled(string correlationId)
    {
        if (_gone.IsCancellationRequested)
            return null;
        if (_refused is { } refused)
            return new RpcError(OperationErrorCode.Forbidden, refused, correlationId);
        return _stopping.IsCancellationRequested
            ? new RpcError(OperationErrorCode.Busy, "The agent is stopping and cancelled the call; ask again when it is up.", correlationId)
            : new RpcError(
                OperationErrorCode.Timeout,
                string.Create(CultureInfo.InvariantCulture,
                    $"The call was not done within {_time.TotalSeconds:0.###} s and was cancelled; allow more time."),
                correlationId);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Waits until nobody looks.
        await _looking.DisposeAsync();
        _any.Dispose();
        _unheard.Dispose();
        _deadline.Dispose();
    }
}
