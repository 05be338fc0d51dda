using System.Globalization;
using Steth.Agent.Kernel.Pcap;
using Steth.Agent.Kernel.VlanProbing;
using Steth.Agent.Limits;
using Steth.Agent.Rpc;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Operations;

/// <summary>Carries <see cref="AgentOperations.VlanListen"/> out.</summary>
public sealed class VlanListenHandler(RunningCaptures running, TimeProvider time)
{
    // What a captured probe takes in the kernel's ring: its slot is as long as the snapshot and the kernel's own header.
    private const int RingBytesOfAFrame = 256;
    private const int LeastRingBytes = 1 << 19;
    private const int MostRingBytes = 8 << 20;

    /// <summary>Listens until all was seen, it is ended, or the time is over.</summary>
    /// <exception cref="OperationException">
    /// InvalidParams, Busy when a capture of that id runs or there is no room, NoSuchDevice, PermissionDenied, ToolMissing, ToolFailed when
    /// the NIC is down or carries no Ethernet.
    /// </exception>
    public async Task<VlanListenResult> HandleAsync(
        VlanListenParams parameters, EventSink<VlanListenEvent> events, CallContext call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(events);
        Validate(parameters);
        using var place = running.Begin(parameters.CaptureId) ?? throw new OperationException(
            OperationErrorCode.Busy, $"A capture {parameters.CaptureId} runs already on this host; take another capture_id.");
        var senders = parameters.Senders.Max(sender => sender.Sender) + 1;
        // What arrived and what left, and the same as it is answered.
        CallMemory.Announce(4 * VlanProbeCounts.Bytes(senders));
        var own = parameters.Senders.Where(sender => sender.Sender == parameters.Own).ToArray();
        var arrived = new VlanProbeCounts(parameters.Mark, [.. parameters.Senders.Except(own)], senders);
        var left = new VlanProbeCounts(parameters.Mark, own, senders);
        var point = new CapturePoint { Device = parameters.Device, Namespace = parameters.Namespace };
        var device = PcapDevice.Open(point, Settings(parameters));
        using var listener = new VlanProbeListener(device, arrived, left);
        await events(new VlanListenEvent { Listening = true }, cancellationToken);
        await WaitAsync(listener, parameters, place.Ended, cancellationToken);
        var complete = arrived.IsComplete && left.IsComplete;
        listener.Stop();
        return new VlanListenResult
        {
            Arrived = arrived.Seen(),
            Left = left.Seen(),
            Moved = arrived.Moved(),
            Complete = complete || (arrived.IsComplete && left.IsComplete),
            Dropped = listener.Dropped,
            Problem = listener.Failure is { } failure ? $"'{parameters.Device}' could not be listened on to the end: {failure}." : null,
        };
    }

    private async Task WaitAsync(
        VlanProbeListener listener, VlanListenParams parameters, CancellationToken ended, CancellationToken cancellationToken)
    {
        using var end = new CancellationTokenSource(TimeSpan.FromSeconds(parameters.Seconds), time);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(end.Token, ended, cancellationToken);
        await listener.Ended.WaitAsync(any.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private static CaptureSettings Settings(VlanListenParams parameters)
    {
        var frames = parameters.Senders.SelectMany(sender => sender.Probes).Sum(probes => (long)probes.Vlans.Count);
        return new CaptureSettings
        {
            Filter = VlanProbeListener.Filter,
            SnapLength = VlanProbeListener.SnapLength,
            RingBytes = (int)Math.Clamp(frames * RingBytesOfAFrame, LeastRingBytes, MostRingBytes),
        };
    }

    private static void Validate(VlanListenParams wanted)
    {
        Require(wanted.Seconds is >= 1 and <= 3600,
            string.Create(CultureInfo.InvariantCulture, $"seconds {wanted.Seconds} is out of range; expected 1-3600."));
        Require(wanted.Senders.Count is >= 1 and <= VlanSendHandler.MostSenders,
            string.Create(CultureInfo.InvariantCulture, $"senders has {wanted.Senders.Count} entries; expected 1-1024."));
        foreach (var sender in wanted.Senders)
        {
            VlanSendHandler.ValidateSender(sender.Sender);
            VlanSendHandler.ValidateProbes(sender.Probes);
        }
        Require(wanted.Senders.DistinctBy(sender => sender.Sender).Count() == wanted.Senders.Count, "senders has a number twice.");
        Require(wanted.Own is null || wanted.Senders.Any(sender => sender.Sender == wanted.Own),
            string.Create(CultureInfo.InvariantCulture, $"own {wanted.Own} is none of the senders."));
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw new OperationException(OperationErrorCode.InvalidParams, otherwise);
    }
}
