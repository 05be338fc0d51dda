using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;

namespace Steth.Controller.Checks;

/// <summary>
/// Listens for VLAN probes on one node until it is ended or has seen all that is expected; what goes wrong is told, not thrown.
/// </summary>
internal sealed class VlanListener : IAsyncDisposable
{
    private readonly AgentCalls _calls;
    private readonly Node _node;
    private readonly Guid _id;
    private readonly CancellationTokenSource _giveUp;
    private readonly TaskCompletionSource _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task<VlanListenResult> _run = null!;

    private VlanListener(AgentCalls calls, Node node, Guid id, CancellationToken cancellationToken)
    {
        _calls = calls;
        _node = node;
        _id = id;
        _giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    }

    /// <summary>Why it does not listen; null while it does.</summary>
    public AgentException? Failure { get; private set; }

    /// <summary>Ends, without a failure of its own, when the agent has told its counts or cannot.</summary>
    public Task Completion => ((Task)_run).ContinueWith(
        _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    /// <summary>Starts, and returns once the NIC is listened on or cannot be.</summary>
    public static async Task<VlanListener> StartAsync(
        AgentCalls calls, Node node, VlanListenParams parameters, CancellationToken cancellationToken)
    {
        var listener = new VlanListener(calls, node, parameters.CaptureId, cancellationToken);
        listener._run = calls.StreamAsync(
            node,
            AgentOperations.VlanListen,
            parameters,
            _ => listener._listening.TrySetResult(),
            TimeSpan.FromSeconds(parameters.Seconds),
            listener._giveUp.Token);
        try
        {
            await Task.WhenAny(listener._listening.Task, listener._run).WaitAsync(calls.Timeout, calls.Time, cancellationToken);
            if (!listener._listening.Task.IsCompleted)
                await listener._run;
        }
        catch (AgentException e)
        {
            listener.Failure = e;
        }
        catch (TimeoutException e)
        {
            listener.Failure = new AgentException(node.Name, $"{node.Name} did not begin to listen in time.", e);
        }
        catch (OperationCanceledException)
        {
            await listener.DisposeAsync();
            throw;
        }
        return listener;
    }

    /// <summary>Ends it if it still runs.</summary>
    /// <returns>What was seen; null when the agent cannot tell, which <see cref="Failure"/> explains.</returns>
    public async Task<VlanListenResult?> EndAsync(CancellationToken cancellationToken)
    {
        if (Failure is not null)
            return null;
        try
        {
            if (!_run.IsCompleted)
                await _calls.CallAsync(_node, AgentOperations.CaptureEnd, new CaptureEndParams { CaptureId = _id }, cancellationToken);
            return await _run.WaitAsync(_calls.Timeout, _calls.Time, cancellationToken);
        }
        catch (AgentException e)
        {
            Failure = e;
        }
        catch (TimeoutException e)
        {
            Failure = new AgentException(_node.Name, $"{_node.Name} did not tell in time what it heard.", e);
        }
        return null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _giveUp.CancelAsync();
        await ((Task)_run).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _giveUp.Dispose();
    }
}
