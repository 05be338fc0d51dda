using Steth.Agent.Leases;
using Steth.Agent.Rpc;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Operations;

/// <summary>Carries <see cref="AgentOperations.LeaseList"/> out.</summary>
public sealed class LeaseListHandler(LeaseBook leases)
{
    /// <summary>Lists the leases.</summary>
    public Task<LeaseListResult> HandleAsync(LeaseListParams parameters, CallContext call, CancellationToken cancellationToken) =>
        Task.FromResult(new LeaseListResult { Leases = leases.List() });
}
