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
    /// InvalidParams; NoSuchDevice: it has lapsed; ToolFailed when what it covers cannot be extended.
    /// </exception>
    public async Task<LeaseRenewResult> HandleAsync(LeaseRenewParams parameters, CallContext call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (parameters.Seconds is < 1 or > 3600)
            throw new OperationException(OperationErrorCode.InvalidParams, $"seconds: expected 1-3600, not {parameters.Seconds}.");
        var expiresAt = await leases.RenewAsync(parameters.LeaseId, TimeSpan.FromSeconds(parameters.Seconds), cancellationToken);
        return new LeaseRenewResult { ExpiresAt = expiresAt };
    }
}
