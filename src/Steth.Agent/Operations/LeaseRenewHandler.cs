using Steth.Agent.Leases;
using Steth.Agent.Rpc;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Operations;

/// <summary>Carries <see cref="AgentOperations.LeaseRenew"/> out.</summary>
public sealed class LeaseRenewHandler(LeaseBook leases)
{
    /// <summary>Counts a lease from now again.</summary>
    public Task<LeaseRenewResult> HandleAsync(LeaseRenewParams parameters, CallContext call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (parameters.Seconds is < 1 or > 3600)
            throw new OperationException(OperationErrorCode.InvalidParams, $"seconds: expected 1-3600, not {parameters.Seconds}.");
        var expiresAt = leases.Renew(parameters.LeaseId, TimeSpan.FromSeconds(parameters.Seconds));
        return Task.FromResult(new LeaseRenewResult { ExpiresAt = expiresAt });
    }
}
