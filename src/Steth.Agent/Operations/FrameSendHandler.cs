using System.Globalization;
using System.Security.Cryptography;
using Steth.Agent.Kernel;
using Steth.Agent.Kernel.Injection;
using Steth.Agent.Leases;
using Steth.Agent.Operations.Tracing;
using Steth.Agent.Rpc;
using Steth.Agent.Tools;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Operations;

/// <summary>Carries <see cref="AgentOperations.FrameSend"/> out.</summary>
public sealed class FrameSendHandler(IToolRunner tools, LeaseBook leases, TimeProvider time)
{
    // Making and deleting the way in, on a host that is busy.
    private static readonly TimeSpan _preparation = TimeSpan.FromSeconds(60);

    /// <summary>What a call sends a second at most.</summary>
    public static long PacketsPerSecond(FrameSendParams parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return parameters.IntervalMs <= 0 ? parameters.Count : Math.Min(parameters.Count, 1 + 1000L / parameters.IntervalMs);
    }

    /// <summary>Sends the frames.</summary>
    /// <exception cref="OperationException">
    /// InvalidParams, NoSuchDevice (device or namespace), PermissionDenied, ToolMissing, ToolFailed.
    /// </exception>
    public async Task<FrameSendResult> HandleAsync(FrameSendParams parameters, CallContext call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Validate(parameters);
        var spec = Spec(parameters);
        CraftedFrame.Validate(spec);
        spec = Complete(spec, parameters);
        byte[] Frame(int i) => CraftedFrame.Build(spec, spec.SourceMac!.Value, (uint)i);
        if (!parameters.AsReceived)
        {
            using var socket = FrameSocket.Open(parameters.Device, parameters.Namespace);
            await SendAsync(Frame, parameters, frame => socket.Send(frame), cancellationToken);
        }
        else
        {
            var longest = TimeSpan.FromMilliseconds((double)parameters.Count * parameters.IntervalMs) + _preparation;
            await using var injection = await GuestInjection.OpenAsync(
                parameters.Device, parameters.Namespace, longest, tools, leases, cancellationToken);
            await SendAsync(Frame, parameters, frame => injection.Send(frame), cancellationToken);
        }
        return new FrameSendResult { Sent = parameters.Count, Mark = spec.Mark };
    }

    private async Task SendAsync(
        Func<int, byte[]> frames, FrameSendParams parameters, Action<byte[]> send, CancellationToken cancellationToken)
    {
        for (var i = 0; i < parameters.Count; i++)
        {
            if (i > 0 && parameters.IntervalMs > 0)
                await Task.Delay(TimeSpan.FromMilliseconds(parameters.IntervalMs), time, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            send(frames(i));
        }
    }

    private static void Validate(FrameSendParams wanted)
    {
        Require(wanted.Count is >= 1 and <= 1000,
            string.Create(CultureInfo.InvariantCulture, $"count {wanted.Count} is out of range; expected 1-1000."));
        Require(wanted.IntervalMs is >= 0 and <= 10000,
            string.Create(CultureInfo.InvariantCulture, $"interval_ms {wanted.IntervalMs} is out of range; expected 0-10000."));
    }

    private static FrameSpec Spec(FrameSendParams wanted) => new()
    {
        Kind = wanted.Kind,
        Mark = wanted.Mark ?? BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint))),
        SourceMac = wanted.SourceMac,
        DestinationMac = wanted.DestinationMac,
        SourceIp = wanted.SourceIp,
        TargetIp = wanted.TargetIp,
        SourcePort = wanted.SourcePort,
        TargetPort = wanted.TargetPort,
        IpLength = wanted.IpLength,
        DontFragment = wanted.DontFragment,
        VlanId = wanted.VlanId,
    };

    // What a frame does not name is the device's own.
    private static FrameSpec Complete(FrameSpec spec, FrameSendParams wanted)
    {
        var mac = spec.SourceMac ?? Devices.HardwareAddress(wanted.Device, wanted.Namespace)
            ?? throw new OperationException(OperationErrorCode.InvalidParams,
                $"source_mac is missing; '{wanted.Device}' {Devices.Where(wanted.Namespace)} has no MAC address of its own.");
        if (!CraftedFrame.NeedsSource(spec.Kind) || spec.SourceIp is not null)
            return spec with { SourceMac = mac };
        return spec with
        {
            SourceMac = mac,
            SourceIp = Devices.FirstIPv4(wanted.Device, wanted.Namespace)
                ?? throw new OperationException(OperationErrorCode.InvalidParams,
                    $"source_ip is missing; '{wanted.Device}' {Devices.Where(wanted.Namespace)} has no IPv4 address."),
        };
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw new OperationException(OperationErrorCode.InvalidParams, otherwise);
    }
}
