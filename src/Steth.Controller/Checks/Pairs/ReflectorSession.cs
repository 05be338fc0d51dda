using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;

namespace Steth.Controller.Checks.Pairs;

/// <summary>A reflector that listens on a node until this is disposed; it ends with this process too, as its call does.</summary>
internal sealed class ReflectorSession : IAsyncDisposable
{
    private readonly AgentCalls _calls;
    private readonly Guid _id;
    private readonly CancellationTokenSource _end;
    private Task<ReflectorRunResult> _completion = null!;

    private ReflectorSession(AgentCalls calls, Node node, Guid id, CancellationToken cancellationToken)
    {
        _calls = calls;
        Node = node;
        _id = id;
        _end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    }

    /// <summary>Where it runs.</summary>
    public Node Node { get; }

    /// <summary>Where it listens, and why not where not.</summary>
    public IReadOnlyList<ReflectorPointState> Points { get; private set; } = [];

    /// <summary>Starts a reflector and returns once it listens.</summary>
    /// <exception cref="AgentException">The agent is silent or refuses.</exception>
    public static async Task<ReflectorSession> StartAsync(
        AgentCalls calls, Node node, ReflectorRunParams parameters, CancellationToken cancellationToken)
    {
        var session = new ReflectorSession(calls, node, parameters.ReflectorId, cancellationToken);
        var listening = new TaskCompletionSource<ReflectorListening>(TaskCreationOptions.RunContinuationsAsynchronously);
        session._completion = calls.StreamAsync(
            node, AgentOperations.ReflectorRun, parameters, listening.SetResult, TimeSpan.FromSeconds(parameters.Seconds),
                session._end.Token);
        try
        {
            await await Task.WhenAny(listening.Task, session._completion).WaitAsync(calls.Timeout, calls.Time, cancellationToken);
            session.Points = (await listening.Task.WaitAsync(TimeSpan.Zero, cancellationToken)).Points;
            return session;
        }
        catch (TimeoutException e)
        {
            await session.DisposeAsync();
            throw new AgentException(node.Name, $"The reflector on {node.Name} did not begin to listen in time.", e);
        }
        catch (Exception e) when (e is AgentException or OperationCanceledException)
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends it.</summary>
    /// <returns>What it counted.</returns>
    /// <exception cref="AgentException">The agent fell silent meanwhile.</exception>
    public async Task<ReflectorRunResult> EndAsync(CancellationToken cancellationToken)
    {
        await _calls.CallAsync(Node, AgentOperations.ReflectorEnd, new ReflectorEndParams { ReflectorId = _id }, cancellationToken);
        try
        {
            return await _completion.WaitAsync(_calls.Timeout, _calls.Time, cancellationToken);
        }
        catch (TimeoutException e)
        {
            throw new AgentException(Node.Name, $"The reflector on {Node.Name} was ended and did not answer.", e);
        }
    }

    /// <summary>Breaks it off.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await ((Task)_completion).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }
}
