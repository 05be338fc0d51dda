using System.Threading.Channels;
using Steth.Agent.Kernel;
using Steth.Agent.Kernel.Icmp;
using Steth.Agent.Limits;
using Steth.Agent.Rpc;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Operations;

/// <summary>Carries <see cref="AgentOperations.Ping"/> out. One event a target, as it is complete.</summary>
public static class PingHandler
{
    /// <summary>What a call sends a second at most: all targets an interval, and never more than the run's own pace.</summary>
    public static long PacketsPerSecond(PingParams parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var rate = parameters.IntervalMs <= 0 ? EchoRun.MostPacketsPerSecond : parameters.Targets.Count * 1000L / parameters.IntervalMs;
        return Math.Min(rate, EchoRun.MostPacketsPerSecond);
    }

    /// <summary>Pings all targets at once.</summary>
    /// <exception cref="OperationException">
    /// InvalidParams names the parameter out of range; NoSuchDevice (interface, namespace); PermissionDenied without CAP_NET_RAW;
    /// Busy: as many sockets are open as may, or there is no memory. What a target or the kernel says of a packet is a reason in the
    /// result.
    /// </exception>
    public static async Task<PingResult> HandleAsync(
        PingParams parameters, EventSink<PingTargetResult> events, CallContext call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(events);
        ParamsRange.Check("targets", parameters.Targets.Count, 1, 4096, " addresses");
        ParamsRange.Check("count", parameters.Count, 1, 1000);
        ParamsRange.Check("count", parameters.Count * parameters.Targets.Count, 1, 500_000, " probes over all targets");
        ParamsRange.Check("interval_ms", parameters.IntervalMs, 0, 60000);
        ParamsRange.Check("timeout_ms", parameters.TimeoutMs, 1, 60000);
        ParamsRange.Check("size", parameters.Size, 8, 65000);
        // A number a probe; a target with its result, which is told twice.
        CallMemory.Announce(parameters.Size + 8L * parameters.Targets.Count * parameters.Count + 1500L * parameters.Targets.Count);
        var finished = Channel.CreateUnbounded<PingTargetResult>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        using var running = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var run = OwnThread.RunAsync(() => Run(parameters, finished.Writer, running.Token));
        try
        {
            await foreach (var target in finished.Reader.ReadAllAsync(cancellationToken))
                await events(target, cancellationToken);
        }
        catch
        {
            await running.CancelAsync();
            await ((Task)run).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
        return new PingResult { Targets = await run };
    }

    private static IReadOnlyList<PingTargetResult> Run(
        PingParams parameters, ChannelWriter<PingTargetResult> finished, CancellationToken cancellationToken)
    {
        try
        {
            using var run = new EchoRun(parameters, target => finished.TryWrite(target));
            return run.Run(cancellationToken);
        }
        finally
        {
            finished.Complete();
        }
    }
}
