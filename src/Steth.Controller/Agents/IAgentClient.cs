using Steth.Contracts;
using Steth.Controller.Inventory;

namespace Steth.Controller.Agents;

/// <summary>Calls operations of agents. The wire is behind it.</summary>
public interface IAgentClient
{
    /// <summary>Calls an operation and waits for its result.</summary>
    /// <param name="node">Whose agent.</param>
    /// <param name="operation">What to call.</param>
    /// <param name="parameters">With what.</param>
    /// <param name="deadline">How long the whole call may take; the agent is told and gives up as well.</param>
    /// <param name="cancellationToken">Gives up now.</param>
    /// <exception cref="AgentException">The agent is silent or answered with an error.</exception>
    Task<TResult> CallAsync<TParams, TResult>(
        Node node, Operation<TParams, TResult> operation, TParams parameters, TimeSpan deadline, CancellationToken cancellationToken)
        where TParams : notnull
        where TResult : notnull;

    /// <summary>Calls an operation as a stream; <paramref name="onEvent"/> is called in order, never at once with itself.</summary>
    /// <param name="node">Whose agent.</param>
    /// <param name="operation">What to call.</param>
    /// <param name="parameters">With what.</param>
    /// <param name="onEvent">Gets each event as it arrives.</param>
    /// <param name="deadline">How long the whole call may take; the agent is told and gives up as well.</param>
    /// <param name="cancellationToken">Gives up now; the agent ends what it does for this call.</param>
    /// <exception cref="AgentException">The agent is silent (also: no line within the heartbeat) or answered with an error.</exception>
    Task<TResult> StreamAsync<TParams, TResult, TEvent>(
        Node node,
        Operation<TParams, TResult, TEvent> operation,
        TParams parameters,
        Action<TEvent> onEvent,
        TimeSpan deadline,
        CancellationToken cancellationToken)
        where TParams : notnull
        where TResult : notnull
        where TEvent : notnull;
}
