using Steth.Agent.Kernel.Probing;
using Steth.Agent.Limits;
using Steth.Agent.Rpc;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Packets.Probe;

namespace Steth.Agent.Operations;

/// <summary>Carries <see cref="AgentOperations.UdpProbe"/> out.</summary>
public static class UdpProbeHandler
{
    /// <summary>Probes all targets at once; an event a quarter of a second.</summary>
    /// <exception cref="OperationException">
    /// InvalidParams names the parameter out of range; Busy: as many sockets are open as may, or there is no
    /// memory. What the kernel says of an address or a packet is a reason in the result.
    /// </exception>
    public static async Task<UdpProbeResult> HandleAsync(
        UdpProbeParams parameters, EventSink<UdpProbeProgress> events, CallContext call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(events);
        Validate(parameters);
        CallMemory.Announce(UdpProbeRun.Bytes(parameters));
        var planned = parameters.Targets.Count * parameters.Count;
        return await ThreadWithProgress.RunAsync(
            (progress, token) =>
            {
                using var run = new UdpProbeRun(parameters, progress);
                return run.Run(token);
            },
            (sent, token) => events(new UdpProbeProgress { Sent = sent, Planned = planned }, token),
            cancellationToken);
    }

    private static void Validate(UdpProbeParams wanted)
    {
        ParamsRange.Check("targets", wanted.Targets.Count, 1, 4096, " addresses");
        ParamsRange.Check("from", wanted.Targets.DistinctBy(t => t.From).Count(), 1, HostLimits.ProbeSources, " different addresses");
        ParamsRange.Check("count", wanted.Count, 1, 1000);
        ParamsRange.Check("count", wanted.Count * wanted.Targets.Count, 1, 500_000, " probes over all targets");
        ParamsRange.Check("first_sequence", wanted.FirstSequence, 0, 60_000);
        ParamsRange.Check("interval_ms", wanted.IntervalMs, 0, 60_000);
        ParamsRange.Check("timeout_ms", wanted.TimeoutMs, 1, 60_000);
        ParamsRange.Check("size", wanted.Size, ReflectedProbe.Length, 65_000);
        ParamsRange.Check("pps", wanted.Pps, 1, 1_000_000);
        foreach (var target in wanted.Targets)
        {
            ParamsRange.Check("port", target.Port, 1, ushort.MaxValue);
            if (target.From.AddressFamily != target.To.AddressFamily)
                throw new OperationException(
                    OperationErrorCode.InvalidParams, $"from {target.From} and to {target.To} are of different IP versions.");
        }
    }
}
