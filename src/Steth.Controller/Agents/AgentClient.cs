using Steth.Contracts;
using Steth.Controller.Inventory;

namespace Steth.Controller.Agents;

/// <summary>Speaks JSON-RPC 2.0 over HTTP/1.1 with agents.</summary>
public sealed class AgentClient : IAgentClient, IDisposable
{
    /// <summary>Makes a client; connections are kept and used again.</summary>
    public AgentClient(AgentClientSettings settings, TimeProvider time)
    {
    }

    /// <inheritdoc/>
    public Task<TResult> CallAsync<TParams, TResult>(
        Node node, Operation<TParams, TResult> operation, TParams parameters, TimeSpan deadline, CancellationToken cancellationToken)
        where TParams : notnull
        where TResult : notnull => throw new NotSupportedException();

    /// <inheritdoc/>
    public Task<TResult> StreamAsync<TParams, TResult, TEvent>(
        Node node,
        Operation<TParams, TResult, TEvent> operation,
        TParams parameters,
        Action<TEvent> onEvent,
        TimeSpan deadline,
        CancellationToken cancellationToken)
        where TParams : notnull
        where TResult : notnull
        where TEvent : notnull => throw new NotSupportedException();

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
