using Steth.Agent.Kernel.Pcap;
using Steth.Agent.Rpc;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Operations;

/// <summary>Carries <see cref="AgentOperations.ReflectorEnd"/> out.</summary>
public sealed class ReflectorEndHandler(RunningCaptures running)
{
    /// <summary>Ends the reflector; its own call then answers.</summary>
    public Task<ReflectorEndResult> HandleAsync(ReflectorEndParams parameters, CallContext call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return Task.FromResult(new ReflectorEndResult { Ended = running.End(parameters.ReflectorId) });
    }
}
