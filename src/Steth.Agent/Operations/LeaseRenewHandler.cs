using Steth.Agent.Leases;
using Steth.Agent.Rpc;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Operations;

/// <summary>Carries <see cref="AgentOperations.LeaseRenew"/> out.</summary>
public sealed class LeaseRenewHandler(LeaseBook leases)
{
    /// <summary>Counts a lease from now again.</summary>
    /// <exception cref="OperationException">
    /// InvalidParams; NoSuchDevice: it has lapsed; Forbidden: it is another's; PermissionDenied: it is to be confirmed; ToolFailed when
    /// what it covers cannot be extended.
    /// </exception>
    public async Task<LeaseRenewResult> HandleAsync(LeaseRenewParams parameters, CallContext call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(call);
        if (parameters.Seconds is < 1 or > 3600)
            throw new OperationException(OperationErrorCode.InvalidParams, $"seconds: expected 1-3600, not {parameters.Seconds}.");
        leases.RequireRight(parameters.LeaseId, call.Caller, AgentOperations.LeaseRenew.Name);
        var expiresAt = await leases.RenewAsync(parameters.LeaseId, TimeSpan.FromSeconds(parameters.Seconds), cancellationToken);
        return new LeaseRenewResult { ExpiresAt = expiresAt };
    }
}
