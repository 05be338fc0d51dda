using System.Globalization;
using Steth.Agent.Kernel;
using Steth.Agent.Kernel.VlanProbing;
using Steth.Agent.Limits;
using Steth.Agent.Rpc;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;

namespace Steth.Agent.Operations;

/// <summary>Carries <see cref="AgentOperations.VlanSend"/> out.</summary>
public sealed class VlanSendHandler(TimeProvider time)
{
    /// <summary>Senders of a run.</summary>
    internal const int MostSenders = 1024;

    private const int BatchFrames = 64;

    // So long in all it is waited for a queue that is full. Some virtual devices say so of each frame that their other end refuses.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _queueFull = TimeSpan.FromMilliseconds(1);

    /// <summary>Sends the probes, a VLAN after the other, not faster than asked; ends at once when the caller goes away.</summary>
    /// <exception cref="OperationException">
    /// InvalidParams, NoSuchDevice, PermissionDenied, ToolFailed when the NIC is down or takes nothing, Busy when there is no memory.
    /// </exception>
    public async Task<VlanSendResult> HandleAsync(VlanSendParams parameters, CallContext call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Validate(parameters);
        var source = Devices.HardwareAddress(parameters.Device, parameters.Namespace) ?? throw new OperationException(
            OperationErrorCode.ToolFailed,
            $"'{parameters.Device}' {Devices.Where(parameters.Namespace)} has no MAC address; probes need an Ethernet NIC.");
        using var socket = FrameSocket.Open(parameters.Device, parameters.Namespace);
        var mtu = socket.ReadMtu();
        CallMemory.Announce((long)BatchFrames * mtu * parameters.Probes.Count);
        var run = new Run(socket, new SendPace(parameters.Pps, time), time);
        var start = time.GetTimestamp();
        int? fullSize = null;
        foreach (var probes in parameters.Probes)
        {
            foreach (var isTagged in (bool[])[false, true])
            {
                int[] vlans = [.. probes.Vlans.Members().Where(vlan => vlan != VlanSet.Untagged == isTagged)];
                if (vlans.Length == 0)
                    continue;
                var frame = VlanProbeFrame.Make(probes.Kind, isTagged, mtu, source, parameters);
                if (probes.Kind == VlanProbeKind.FullSize)
                    fullSize = frame.Length;
                await run.SendAsync(frame, vlans, cancellationToken);
            }
        }
        if (run.Sent == 0)
            throw new OperationException(
                OperationErrorCode.ToolFailed,
                $"'{parameters.Device}' takes no frames: its queue is full and does not move; look at the link.");
        return new VlanSendResult { Sent = run.Sent, TookMs = time.GetElapsedTime(start).TotalMilliseconds, FullSizeBytes = fullSize };
    }

    /// <summary>Refuses what is no sender's number.</summary>
    /// <exception cref="OperationException">InvalidParams.</exception>
    internal static void ValidateSender(int sender) => Require(sender is >= 0 and < MostSenders,
        string.Create(CultureInfo.InvariantCulture, $"sender {sender} is out of range; expected 0-1023."));

    /// <summary>Refuses probes that do not go together.</summary>
    /// <exception cref="OperationException">InvalidParams.</exception>
    internal static void ValidateProbes(IReadOnlyList<VlanProbes> probes)
    {
        Require(probes.Count > 0 && probes.All(kind => !kind.Vlans.IsEmpty), "probes has no VLANs; expected at least one.");
        Require(probes.DistinctBy(kind => kind.Kind).Count() == probes.Count, "probes has a kind twice.");
        Require(probes.All(kind => kind.Kind == VlanProbeKind.Plain || !kind.Vlans.Contains(VlanSet.Untagged)),
            "probes has 'untagged' for a kind that is always tagged; it goes with plain probes.");
    }

    private static void Validate(VlanSendParams wanted)
    {
        ValidateSender(wanted.Sender);
        ValidateProbes(wanted.Probes);
        Require(wanted.Copy is >= 0 and <= byte.MaxValue,
            string.Create(CultureInfo.InvariantCulture, $"copy {wanted.Copy} is out of range; expected 0-255."));
        Require(wanted.Pps is >= 1 and <= 1_000_000,
            string.Create(CultureInfo.InvariantCulture, $"pps {wanted.Pps} is out of range; expected 1-1000000."));
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw new OperationException(OperationErrorCode.InvalidParams, otherwise);
    }

    /// <summary>Hands frames to the kernel.</summary>
    private sealed class Run(FrameSocket socket, SendPace pace, TimeProvider time)
    {
        private TimeSpan _waited;

        /// <summary>Frames the kernel took.</summary>
        public int Sent { get; private set; }

        public async Task SendAsync(VlanProbeFrame frame, int[] vlans, CancellationToken cancellationToken)
        {
            var batch = new FrameBatch(Math.Min(vlans.Length, BatchFrames), frame.Length);
            for (var next = 0; next < vlans.Length;)
            {
                var count = await pace.TakeAsync(Math.Min(batch.Capacity, vlans.Length - next), cancellationToken);
                for (var i = 0; i < count; i++)
                    frame.Write(vlans[next + i], batch[i]);
                await HandOverAsync(batch, count, cancellationToken);
                next += count;
            }
        }

        private async Task HandOverAsync(FrameBatch batch, int count, CancellationToken cancellationToken)
        {
            for (var done = 0; done < count;)
            {
                var taken = socket.Send(batch, done, count - done);
                Sent += taken;
                done += taken;
                if (taken > 0)
                    continue;
                if (_waited > _patience)
                {
                    done++; // this one is lost, as the kernel says; the next may do
                    continue;
                }
                var since = time.GetTimestamp();
                await Task.Delay(_queueFull, time, cancellationToken);
                _waited += time.GetElapsedTime(since);
            }
        }
    }
}
