using Steth.Controller.Inventory;

namespace Steth.Controller.Agents;

/// <summary>When a call is given up, and why: its deadline passed, a stream fell silent, or the caller wants no more.</summary>
internal sealed class CallPatience : IDisposable
{
    private readonly TimeSpan _deadline;
    private readonly TimeSpan? _silence;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _late;
    private readonly CancellationTokenSource? _silent;
    private readonly CancellationTokenSource _any;

    /// <summary>Starts the clocks.</summary>
    public CallPatience(TimeSpan deadline, TimeSpan? silence, TimeProvider time, CancellationToken caller)
    {
        _deadline = deadline;
        _silence = silence;
        _caller = caller;
        _late = new CancellationTokenSource(deadline, time);
        _silent = silence is { } length ? new CancellationTokenSource(length, time) : null;
        _any = CancellationTokenSource.CreateLinkedTokenSource(caller, _late.Token, _silent?.Token ?? CancellationToken.None);
    }

    /// <summary>Cancelled when the call is to be given up.</summary>
    public CancellationToken Token => _any.Token;

    /// <summary>A line came: the silence is counted from now.</summary>
    public void Heard() => _silent?.CancelAfter(_silence!.Value);

    /// <summary>
    /// Puts a failure of the wire in words; null: it is not ours to explain (the caller's own cancellation, or an explained one).
    /// </summary>
    public AgentException? Explain(Node node, Exception failure, AgentClientSettings settings)
    {
        if (failure is AgentException || _caller.IsCancellationRequested)
            return null;
        if (_silent is { IsCancellationRequested: true })
            return WireFailure.Silent(node, _silence!.Value, failure);
        return _late.IsCancellationRequested ? WireFailure.Late(node, _deadline, failure) : WireFailure.From(node, failure, settings);
    }

    /// <summary>Stops the clocks.</summary>
    public void Dispose()
    {
        _any.Dispose();
        _silent?.Dispose();
        _late.Dispose();
    }
}
