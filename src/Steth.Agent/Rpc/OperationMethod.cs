using System.Text.Json;
using Steth.Agent.Audit;
using Steth.Contracts;

namespace Steth.Agent.Rpc;

/// <summary>A typed operation as a method: JSON is turned into its parameters, and its result into JSON.</summary>
public class OperationMethod<TParams, TResult> : RpcMethod
    where TParams : notnull
    where TResult : notnull
{
    private readonly OperationHandler<TParams, TResult>? _handler;

    /// <summary>Binds an operation to what carries it out.</summary>
    public OperationMethod(Operation<TParams, TResult> operation, OperationHandler<TParams, TResult> handler)
        : this(operation) => _handler = handler;

    private protected OperationMethod(Operation<TParams, TResult> operation)
        : base(operation.Name, operation.Role) => Operation = operation;

    /// <summary>The declaration.</summary>
    protected Operation<TParams, TResult> Operation { get; }

    /// <summary>Calls the handler from within the agent; events go nowhere.</summary>
    public virtual Task<TResult> InvokeAsync(TParams parameters, CallContext call, CancellationToken cancellationToken) =>
        _handler!(parameters, call, cancellationToken);

    internal sealed override AuditedParams Audited(JsonElement parameters) => AuditedParams.Of(parameters, Operation.ParamsType);

    /// <inheritdoc/>
    public sealed override async Task<ReadOnlyMemory<byte>> CallAsync(
        JsonElement parameters, EventSink<ReadOnlyMemory<byte>>? events, CallContext call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(call);
        var typed = ParamsReader.Read(parameters, Operation.ParamsType);
        if (Operation.RoleOf is { } roleOf)
            Caller.Require(call.Caller, roleOf(typed), Name);
        var result = events is null
            ? await InvokeAsync(typed, call, cancellationToken)
            : await StreamAsync(typed, events, call, cancellationToken);
        return RpcJson.Serialize(result, Operation.ResultType);
    }

    private protected virtual Task<TResult> StreamAsync(
        TParams parameters, EventSink<ReadOnlyMemory<byte>> events, CallContext call, CancellationToken cancellationToken) =>
        InvokeAsync(parameters, call, cancellationToken);
}
