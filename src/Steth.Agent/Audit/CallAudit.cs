using Steth.Agent.Rpc;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Identity;

namespace Steth.Agent.Audit;

/// <summary>Writes a line for every call of an endpoint, whatever becomes of it.</summary>
internal sealed class CallAudit(AuditLog audit, Dispatcher dispatcher, TimeProvider time, string prefix) : IDisposable
{
    private const int MostMethod = 80;
    private const int MostReason = 500;

    private readonly RefusalTally _strangers = new(audit, time, $"{prefix}-unknown");

    /// <summary>Begins a call; its line is written when the result is disposed of.</summary>
    public Begun Begin(RpcRequest request, CallContext call) => new(this, request, call);

    /// <summary>Writes down what was refused before there was a request; of callers nobody knows, not each.</summary>
    public void Refused(RpcRequest request, CallContext call)
    {
        if (call.Caller is null)
        {
            _strangers.Refused(call.RemoteAddress, request.Fault!.Message);
            return;
        }
        using var begun = Begin(request, call);
        begun.Outcome = RpcOutcome.Of(request.Fault!);
    }

    /// <inheritdoc/>
    public void Dispose() => _strangers.Dispose();

    private void Write(RpcRequest request, CallContext call, RpcOutcome? outcome, DateTimeOffset at, TimeSpan took)
    {
        var audited = dispatcher.Audited(request);
        var code = outcome?.Error?.Code ?? call.AnsweredFailure?.Code;
        var reason = outcome?.Error?.Message ?? call.AnsweredFailure?.Message;
        audit.Write(new AuditEntry
        {
            At = at,
            Id = call.CorrelationId,
            Who = call.Caller?.Name,
            From = call.RemoteAddress?.ToString(),
            Role = call.Caller is { } caller ? Principal.WordOf(caller.Role) : null,
            Method = request.Method.Length > 0 ? AuditedParams.Shortened(request.Method, MostMethod) : null,
            Target = audited.Target,
            Params = audited.Params,
            Outcome = outcome is null ? AuditOutcome.Cancelled : OutcomeOf(code),
            Reason = reason is null ? null : AuditedParams.Shortened(reason, MostReason),
            DurationMs = Math.Round(took.TotalMilliseconds, 3),
        });
    }

    private static AuditOutcome OutcomeOf(OperationErrorCode? code) => code switch
    {
        null => AuditOutcome.Ok,
        OperationErrorCode.Timeout => AuditOutcome.Timeout,
        OperationErrorCode.Forbidden or OperationErrorCode.ParseError or OperationErrorCode.InvalidRequest
            or OperationErrorCode.MethodNotFound or OperationErrorCode.InvalidParams or OperationErrorCode.Busy => AuditOutcome.Refused,
        _ => AuditOutcome.Failed,
    };

    /// <summary>A call that runs.</summary>
    internal sealed class Begun(CallAudit owner, RpcRequest request, CallContext call) : IDisposable
    {
        private readonly DateTimeOffset _at = Whole(owner.Now);
        private readonly long _start = owner.Stamp;

        /// <summary>What came of it; null: the caller went away.</summary>
        public RpcOutcome? Outcome { get; set; }

        /// <inheritdoc/>
        public void Dispose() => owner.Write(request, call, Outcome, _at, owner.Since(_start));

        private static DateTimeOffset Whole(DateTimeOffset at) => at.AddTicks(-(at.Ticks % TimeSpan.TicksPerMillisecond));
    }

    private DateTimeOffset Now => time.GetUtcNow();

    private long Stamp => time.GetTimestamp();

    private TimeSpan Since(long start) => time.GetElapsedTime(start);
}
