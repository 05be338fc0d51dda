using Steth.Contracts;
using Steth.Controller.Inventory;

namespace Steth.Controller.Agents;

/// <summary>Calls operations of agents. The wire is behind it.</summary>
public interface IAgentClient
{
    /// <summary>Calls an operation and waits for its result.</summary>
    /// <exception cref="AgentException">The agent is silent or answered with an error.</exception>
    Task<TResult> CallAsync<TParams, TResult>(
        Node node, Operation<TParams, TResult> operation, TParams parameters, CancellationToken cancellationToken)
        where TParams : notnull
        where TResult : notnull;

    /// <summary>Calls an operation as a stream; <paramref name="onEvent"/> is called in order, never at once with itself.</summary>
    /// <exception cref="AgentException">The agent is silent (also: no line within the heartbeat) or answered with an error.</exception>
    Task<TResult> StreamAsync<TParams, TResult, TEvent>(
        Node node, Operation<TParams, TResult, TEvent> operation, TParams parameters, Action<TEvent> onEvent, CancellationToken cancellationToken)
        where TParams : notnull
        where TResult : notnull
        where TEvent : notnull;
}
