using System.Net;
using Steth.Contracts;

namespace Steth.Agent.Rpc;

/// <summary>What a handler may know of the call it serves.</summary>
public sealed record CallContext
{
    /// <summary>
    /// The agent's own address the caller connected to; null outside HTTP. The interface that holds it must not be cut off.
    /// </summary>
    public IPAddress? LocalAddress { get; init; }

    /// <summary>The caller's address; null outside HTTP.</summary>
    public IPAddress? RemoteAddress { get; init; }

    /// <summary>Who calls; null: nobody the agent knows, who may do nothing.</summary>
    public Caller? Caller { get; init; }

    /// <summary>Names this call in the log and in internal errors.</summary>
    public required string CorrelationId { get; init; }

    /// <summary>What did not work although the call has a result, as original methods tell it; null: nothing.</summary>
    public OperationException? AnsweredFailure { get; set; }
}
