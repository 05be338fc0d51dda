using Steth.Contracts;

namespace Steth.Agent.Rpc;

/// <summary>The <c>error</c> of a response.</summary>
/// <param name="Code">What kind of failure.</param>
/// <param name="Message">One sentence.</param>
/// <param name="CorrelationId">Finds the call in the agent's log; goes out in <c>data</c>. Null before there was a call.</param>
public sealed record RpcError(OperationErrorCode Code, string Message, string? CorrelationId = null);
