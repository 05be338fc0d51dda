using Microsoft.Extensions.Logging;
using Steth.Agent.Audit;
using Steth.Contracts;

namespace Steth.Agent.Rpc;

/// <summary>Every method the agent answers, by name, and the one way to call them.</summary>
public sealed class Dispatcher
{
    private readonly Dictionary<string, RpcMethod> _methods = new(StringComparer.Ordinal);
    private readonly ILogger _log;

    /// <summary>Makes a dispatcher without methods.</summary>
    /// <param name="log">Gets what the caller is not told of internal errors.</param>
    public Dispatcher(ILogger log) => _log = log;

    /// <summary>Names of all methods, in the order they were mapped.</summary>
    public IReadOnlyCollection<string> MethodNames => _methods.Keys;

    /// <summary>What callers of some methods must be allowed to.</summary>
    public IEnumerable<(string Name, Role Role)> RolesOf(IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        return names.Select(name => (name, Find(name).Role));
    }

    /// <summary>Adds an operation.</summary>
    public void Map<TParams, TResult>(Operation<TParams, TResult> operation, OperationHandler<TParams, TResult> handler)
        where TParams : notnull
        where TResult : notnull =>
        Map(new OperationMethod<TParams, TResult>(operation, handler));

    /// <summary>Adds an operation with events.</summary>
    public void Map<TParams, TResult, TEvent>(
        Operation<TParams, TResult, TEvent> operation, OperationHandler<TParams, TResult, TEvent> handler)
        where TParams : notnull
        where TResult : notnull
        where TEvent : notnull =>
        Map(new StreamingOperationMethod<TParams, TResult, TEvent>(operation, handler));

    /// <summary>Adds any other method.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public void Map(RpcMethod method)
    {
        ArgumentNullException.ThrowIfNull(method);
        _methods.Add(method.Name, method);
    }

    /// <summary>Calls an operation from within the agent, past the JSON.</summary>
    /// <exception cref="OperationException">MethodNotFound when it is not mapped, and whatever the handler throws.</exception>
    public Task<TResult> InvokeAsync<TParams, TResult>(
        Operation<TParams, TResult> operation, TParams parameters, CallContext call, CancellationToken cancellationToken)
        where TParams : notnull
        where TResult : notnull
    {
        ArgumentNullException.ThrowIfNull(operation);
        return ((OperationMethod<TParams, TResult>)Find(operation.Name)).InvokeAsync(parameters, call, cancellationToken);
    }

    /// <summary>Carries a request out; every failure becomes an error, but a cancellation that was asked for.</summary>
    /// <param name="request">A valid one or not.</param>
    /// <param name="events">Takes events as UTF-8 JSON; null when the caller does not stream.</param>
    /// <param name="call">Who calls.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<RpcOutcome> ExecuteAsync(
        RpcRequest request, EventSink<ReadOnlyMemory<byte>>? events, CallContext call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(call);
        if (request.Fault is not null)
            return RpcOutcome.Of(request.Fault with { CorrelationId = call.CorrelationId });
        try
        {
            var method = Find(request.Method);
            Caller.Require(call.Caller, method.Role, method.Name);
            return RpcOutcome.Of(await method.CallAsync(request.Params, events, call, cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationException e)
        {
            if (e.Code == OperationErrorCode.InternalError)
                _log.LogError(e, "call {CorrelationId} of {Method} failed", call.CorrelationId, request.Method);
            return RpcOutcome.Of(new RpcError(e.Code, e.Message, call.CorrelationId));
        }
        catch (Exception e)
        {
            _log.LogError(e, "call {CorrelationId} of {Method} failed", call.CorrelationId, request.Method);
            return RpcOutcome.Of(new RpcError(
                OperationErrorCode.InternalError,
                $"Internal error, correlation id {call.CorrelationId}; see the agent's log.",
                call.CorrelationId));
        }
    }

    /// <summary>What the audit keeps of a request's parameters: nothing when there is no such method.</summary>
    internal AuditedParams Audited(RpcRequest request) =>
        request.Fault is null && _methods.TryGetValue(request.Method, out var method) ? method.Audited(request.Params) : AuditedParams.None;

    private RpcMethod Find(string name) =>
        _methods.TryGetValue(name, out var method)
            ? method
            : throw new OperationException(OperationErrorCode.MethodNotFound, $"There is no method '{Shortened(name)}' here.");

    private static string Shortened(string name) => name.Length <= 80 ? name : $"{name.AsSpan(0, 80)}…";
}
