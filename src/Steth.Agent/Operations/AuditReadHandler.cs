using Steth.Agent.Audit;
using Steth.Agent.Limits;
using Steth.Agent.Rpc;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Operations;

/// <summary>Carries <see cref="AgentOperations.AuditRead"/> out.</summary>
public sealed class AuditReadHandler(AuditLog audit)
{
    private const long EntryBytes = 1500;

    /// <summary>Reads the entries.</summary>
    /// <exception cref="OperationException">InvalidParams; Busy: there is no memory.</exception>
    public async Task<AuditReadResult> HandleAsync(
        AuditReadParams parameters, EventSink<AuditEntry> events, CallContext call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(events);
        ParamsRange.Check("limit", parameters.Limit, 1, 10_000);
        CallMemory.Announce(EntryBytes * parameters.Limit);
        // Off the caller's thread: tens of megabytes may have to be read.
        var (entries, result) = await Task.Run(
            () => audit.Read(entry => Matches(entry, parameters), parameters.Limit, cancellationToken), cancellationToken);
        foreach (var entry in entries)
            await events(entry, cancellationToken);
        return result;
    }

    private static bool Matches(AuditEntry entry, AuditReadParams wanted) =>
        (wanted.Since is not { } since || entry.At >= since)
        && (wanted.Until is not { } until || entry.At < until)
        && (wanted.Who is not { } who || entry.Who == who || entry.From == who)
        && (wanted.Method is not { } method || entry.Method == method)
        && (wanted.Outcome is not { } outcome || entry.Outcome == outcome);
}
