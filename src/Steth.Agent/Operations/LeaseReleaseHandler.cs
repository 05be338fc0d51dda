using Steth.Agent.Leases;
using Steth.Agent.Rpc;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Operations;

/// <summary>Carries <see cref="AgentOperations.LeaseRelease"/> out.</summary>
public sealed class LeaseReleaseHandler(LeaseBook leases)
{
    /// <summary>Ends a lease. Once begun, the undoing is finished also when the caller leaves: half undone helps nobody.</summary>
    /// <exception cref="OperationException">Forbidden: it is another's; what keeps it from being undone.</exception>
    public async Task<LeaseReleaseResult> HandleAsync(LeaseReleaseParams parameters, CallContext call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(call);
        leases.RequireRight(parameters.LeaseId, call.Caller, AgentOperations.LeaseRelease.Name);
        return new LeaseReleaseResult { Released = await leases.ReleaseAsync(parameters.LeaseId, CancellationToken.None) };
    }
}
