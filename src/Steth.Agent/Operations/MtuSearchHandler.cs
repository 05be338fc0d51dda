using Steth.Agent.Kernel.Mtu;
using Steth.Agent.Limits;
using Steth.Agent.Rpc;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Operations;

/// <summary>Carries <see cref="AgentOperations.MtuSearch"/> out.</summary>
public static class MtuSearchHandler
{
    /// <summary>Searches for all targets at once; an event a quarter of a second.</summary>
    /// <exception cref="OperationException">
    /// InvalidParams names the parameter out of range; Busy: as many sockets are open as may, or there is no
    /// memory. What the kernel says of an address or a packet is a reason in the result.
    /// </exception>
    public static async Task<MtuSearchResult> HandleAsync(
        MtuSearchParams parameters, EventSink<MtuSearchProgress> events, CallContext call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(events);
        Validate(parameters);
        CallMemory.Announce(MtuSearchRun.Bytes(parameters));
        var planned = parameters.Targets.Sum(t => (t.Port is null ? 0 : 1) + (parameters.Icmp ? 1 : 0));
        return await ThreadWithProgress.RunAsync(
            (progress, token) =>
            {
                using var run = new MtuSearchRun(parameters, progress);
                return run.Run(token);
            },
            (done, token) => events(new MtuSearchProgress { Done = done, Planned = planned }, token),
            cancellationToken);
    }

    private static void Validate(MtuSearchParams wanted)
    {
        ParamsRange.Check("targets", wanted.Targets.Count, 1, 4096, " addresses");
        ParamsRange.Check("from", wanted.Targets.DistinctBy(t => t.From).Count(), 1, HostLimits.ProbeSources, " different addresses");
        ParamsRange.Check("pps", wanted.Pps, 1, 1_000_000);
        ParamsRange.Check("timeout_ms", wanted.TimeoutMs, 10, 10_000);
        foreach (var target in wanted.Targets)
        {
            if (target.Port is { } port)
                ParamsRange.Check("port", port, 1, ushort.MaxValue);
            else if (!wanted.Icmp)
                throw new OperationException(
                    OperationErrorCode.InvalidParams, $"target {target.To} has no port, and icmp is false: there is no way to try.");
            if (target.From.AddressFamily != target.To.AddressFamily)
                throw new OperationException(
                    OperationErrorCode.InvalidParams, $"from {target.From} and to {target.To} are of different IP versions.");
        }
    }
}
