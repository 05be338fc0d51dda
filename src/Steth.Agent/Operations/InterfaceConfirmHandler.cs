using Steth.Agent.Leases;
using Steth.Agent.Rpc;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Operations;

/// <summary>Carries <see cref="AgentOperations.InterfaceConfirm"/> out.</summary>
public sealed class InterfaceConfirmHandler(LeaseBook leases)
{
    /// <summary>Lets a change stay.</summary>
    /// <exception cref="OperationException">NoSuchDevice: there is no such change, or it has been undone.</exception>
    public Task<InterfaceConfirmResult> HandleAsync(
        InterfaceConfirmParams parameters, CallContext call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return leases.Confirm(parameters.LeaseId) is { } covers
            ? Task.FromResult(new InterfaceConfirmResult { Covers = covers })
            : throw new OperationException(OperationErrorCode.NoSuchDevice,
                $"No change '{parameters.LeaseId}' waits to be confirmed here: "
                + "it was confirmed or undone before, or the agent was restarted.");
    }
}
