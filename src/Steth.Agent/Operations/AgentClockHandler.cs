using Steth.Agent.Kernel;
using Steth.Agent.Rpc;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Operations;

/// <summary>Carries <see cref="AgentOperations.AgentClock"/> out.</summary>
public sealed class AgentClockHandler(TimeProvider time)
{
    /// <summary>Reads the clock.</summary>
    public Task<AgentClockResult> HandleAsync(AgentClockParams parameters, CallContext call, CancellationToken cancellationToken)
    {
        var synchronized = KernelClock.IsSynchronized;
        return Task.FromResult(new AgentClockResult
        {
            UnixNanoseconds = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick,
            Synchronized = synchronized,
        });
    }
}
