using Steth.Contracts;
using Steth.Controller.Inventory;

namespace Steth.Controller.Agents;

/// <summary>What every check is given: the agents, how long one answer may take (<c>--timeout</c>), and the clock.</summary>
public sealed class AgentCalls
{
    /// <summary>Where nothing is said: a lease on a busy node is renewed in time, a dead operator soon forgotten.</summary>
    public const int DefaultLeaseSeconds = 20;

    /// <summary>Binds the three together.</summary>
    public AgentCalls(IAgentClient client, TimeSpan timeout, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero);
        Client = client;
        Timeout = timeout;
        Time = time;
    }

    /// <summary>The agents.</summary>
    public IAgentClient Client { get; }

    /// <summary>How long an answer may take beyond what the operation itself needs.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>How long what an experiment made on a node stays when nobody renews it, 1–3600 s.</summary>
    public int LeaseSeconds { get; init; } = DefaultLeaseSeconds;

    /// <summary>Calls an operation that answers at once.</summary>
    /// <exception cref="AgentException">The agent is silent or answered with an error.</exception>
    public Task<TResult> CallAsync<TParams, TResult>(
        Node node, Operation<TParams, TResult> operation, TParams parameters, CancellationToken cancellationToken)
        where TParams : notnull
        where TResult : notnull =>
        Client.CallAsync(node, operation, parameters, Timeout, cancellationToken);

    /// <summary>Calls an operation that takes its own time; the timeout comes on top of it.</summary>
    /// <exception cref="AgentException">The agent is silent or answered with an error.</exception>
    public Task<TResult> CallAsync<TParams, TResult>(
        Node node, Operation<TParams, TResult> operation, TParams parameters, TimeSpan takes, CancellationToken cancellationToken)
        where TParams : notnull
        where TResult : notnull =>
        Client.CallAsync(node, operation, parameters, Timeout + takes, cancellationToken);

    /// <summary>Calls an operation as a stream; the timeout comes on top of the time it takes itself.</summary>
    /// <exception cref="AgentException">The agent is silent or answered with an error.</exception>
    public Task<TResult> StreamAsync<TParams, TResult, TEvent>(
        Node node,
        Operation<TParams, TResult, TEvent> operation,
        TParams parameters,
        Action<TEvent> onEvent,
        TimeSpan takes,
        CancellationToken cancellationToken)
        where TParams : notnull
        where TResult : notnull
        where TEvent : notnull =>
        Client.StreamAsync(node, operation, parameters, onEvent, Timeout + takes, cancellationToken);

    /// <summary>Asks many nodes at once; see <see cref="FanOut"/>.</summary>
    public Task<IReadOnlyList<Answer<TResult>>> AskAllAsync<TParams, TResult>(
        IReadOnlyList<Node> nodes, Operation<TParams, TResult> operation, TParams parameters, CancellationToken cancellationToken)
        where TParams : notnull
        where TResult : class =>
        FanOut.RunAsync(nodes, (node, ct) => CallAsync(node, operation, parameters, ct), Timeout, Time, cancellationToken);
}
