namespace Steth.Agent.Rpc;

/// <summary>
/// Carries an operation out. Known failures are <see cref="Contracts.OperationException"/>; the token ends with the caller.
/// </summary>
public delegate Task<TResult> OperationHandler<in TParams, TResult>(
    TParams parameters, CallContext call, CancellationToken cancellationToken);

/// <summary>Carries an operation out and reports events. Without a streaming caller the events go nowhere.</summary>
public delegate Task<TResult> OperationHandler<in TParams, TResult, TEvent>(
    TParams parameters, EventSink<TEvent> events, CallContext call, CancellationToken cancellationToken);

/// <summary>Takes one event towards the caller, in order; waits when the caller reads slowly.</summary>
public delegate ValueTask EventSink<in TEvent>(TEvent happening, CancellationToken cancellationToken);
