using Steth.Contracts;

namespace Steth.Agent.Rpc;

/// <summary>A typed operation with events as a method.</summary>
public sealed class StreamingOperationMethod<TParams, TResult, TEvent> : OperationMethod<TParams, TResult>
    where TParams : notnull
    where TResult : notnull
    where TEvent : notnull
{
    private readonly Operation<TParams, TResult, TEvent> _operation;
    private readonly OperationHandler<TParams, TResult, TEvent> _handler;

    /// <summary>Binds an operation to what carries it out.</summary>
    public StreamingOperationMethod(Operation<TParams, TResult, TEvent> operation, OperationHandler<TParams, TResult, TEvent> handler)
        : base(operation)
    {
        _operation = operation;
        _handler = handler;
    }

    /// <inheritdoc/>
    public override Task<TResult> InvokeAsync(TParams parameters, CallContext call, CancellationToken cancellationToken) =>
        _handler(parameters, static (_, _) => ValueTask.CompletedTask, call, cancellationToken);

    private protected override Task<TResult> StreamAsync(
        TParams parameters, EventSink<ReadOnlyMemory<byte>> events, CallContext call, CancellationToken cancellationToken) =>
        _handler(
            parameters, (happening, token) => events(RpcJson.Serialize(happening, _operation.EventType), token), call, cancellationToken);
}
