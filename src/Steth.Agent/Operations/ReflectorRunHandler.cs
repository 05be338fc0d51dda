using System.Net.Sockets;
using Steth.Agent.Kernel;
using Steth.Agent.Kernel.Pcap;
using Steth.Agent.Kernel.Probing;
using Steth.Agent.Limits;
using Steth.Agent.Rpc;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Operations;

/// <summary>Carries <see cref="AgentOperations.ReflectorRun"/> out.</summary>
public sealed class ReflectorRunHandler(RunningCaptures running, TimeProvider time)
{
    /// <summary>Answers probes until it is ended or its time is over.</summary>
    /// <exception cref="OperationException">
    /// InvalidParams; Busy when a reflector of that id runs or there is no room. An address that cannot be listened on is told in the
    /// event.
    /// </exception>
    public async Task<ReflectorRunResult> HandleAsync(
        ReflectorRunParams parameters, EventSink<ReflectorListening> events, CallContext call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(events);
        Validate(parameters);
        CallMemory.Announce(Reflector.Bytes(parameters));
        using var place = running.Begin(parameters.ReflectorId) ?? throw new OperationException(
            OperationErrorCode.Busy, $"A reflector {parameters.ReflectorId} runs already on this host; take another reflector_id.");
        using var over = new CancellationTokenSource(TimeSpan.FromSeconds(parameters.Seconds), time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(place.Ended, over.Token, cancellationToken);
        using var reflector = new Reflector(parameters);
        await events(await OwnThread.RunAsync(reflector.Prove), cancellationToken);
        var result = await OwnThread.RunAsync(() => reflector.Run(ended.Token));
        cancellationToken.ThrowIfCancellationRequested();
        return result;
    }

    private static void Validate(ReflectorRunParams wanted)
    {
        ParamsRange.Check("points", wanted.Points.Count, 1, 64, " addresses");
        ParamsRange.Check("seconds", wanted.Seconds, 1, 3600);
        ParamsRange.Check("pps", wanted.Pps, 1, 1_000_000);
        foreach (var point in wanted.Points)
        {
            ParamsRange.Check("port", point.Port, 0, ushort.MaxValue);
            ParamsRange.Check("peers", point.Peers.Count, 0, 4096, " addresses");
            if (point.Address.AddressFamily is not (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6)
                || point.Address.IsIPv4MappedToIPv6)
                throw new OperationException(OperationErrorCode.InvalidParams, $"address {point.Address} is not one to listen on.");
        }
    }
}
