using Steth.Agent.Kernel.Pcap;
using Steth.Agent.Rpc;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Operations;

/// <summary>Carries <see cref="AgentOperations.CaptureEnd"/> out.</summary>
public sealed class CaptureEndHandler(RunningCaptures running)
{
    /// <summary>Ends the capture; its own call then answers.</summary>
    public Task<CaptureEndResult> HandleAsync(CaptureEndParams parameters, CallContext call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return Task.FromResult(new CaptureEndResult { Ended = running.End(parameters.CaptureId) });
    }
}
