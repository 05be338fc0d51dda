using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Steth.Agent.Kernel;
using Steth.Agent.Kernel.Injection;
using Steth.Agent.Leases;
using Steth.Agent.Rpc;
using Steth.Agent.Tools;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;
using Steth.Packets.Building;

namespace Steth.Agent.Operations;

/// <summary>Carries <see cref="AgentOperations.FrameSend"/> out.</summary>
public sealed class FrameSendHandler(IToolRunner tools, LeaseBook leases, TimeProvider time)
{
    // Making and deleting the way in, on a host that is busy.
    private static readonly TimeSpan _preparation = TimeSpan.FromSeconds(60);

    /// <summary>Sends the frames.</summary>
    /// <exception cref="OperationException">
    /// InvalidParams, NoSuchDevice (device or namespace), PermissionDenied, ToolMissing, ToolFailed.
    /// </exception>
    public async Task<FrameSendResult> HandleAsync(FrameSendParams parameters, CallContext call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var mark = Validate(parameters);
        var frames = Build(parameters, mark);
        if (!parameters.AsReceived)
        {
            using var socket = FrameSocket.Open(parameters.Device, parameters.Namespace);
            await SendAsync(frames, parameters, frame => socket.Send(frame), cancellationToken);
        }
        else
        {
            var longest = TimeSpan.FromMilliseconds((double)parameters.Count * parameters.IntervalMs) + _preparation;
            await using var injection = await GuestInjection.OpenAsync(
                parameters.Device, parameters.Namespace, longest, tools, leases, cancellationToken);
            await SendAsync(frames, parameters, frame => injection.Send(frame), cancellationToken);
        }
        return new FrameSendResult { Sent = parameters.Count, Mark = mark };
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

    private static uint Validate(FrameSendParams wanted)
    {
        Require(wanted.Count is >= 1 and <= 1000,
            string.Create(CultureInfo.InvariantCulture, $"count {wanted.Count} is out of range; expected 1-1000."));
        Require(wanted.IntervalMs is >= 0 and <= 10000,
            string.Create(CultureInfo.InvariantCulture, $"interval_ms {wanted.IntervalMs} is out of range; expected 0-10000."));
        foreach (var address in new[] { wanted.SourceIp, wanted.TargetIp })
            Require(address is null || address.AddressFamily == AddressFamily.InterNetwork,
                $"{address} is not an IPv4 address; frames are crafted for IPv4.");
        Require(wanted.Kind is not (FrameKind.ArpRequest or FrameKind.IcmpEcho) || wanted.TargetIp is not null,
            "target_ip is missing; an ARP request and an echo need one.");
        Require(
            wanted.Kind != FrameKind.DhcpDiscover || wanted.SourceIp is null || wanted.SourceIp.Equals(IPAddress.Any),
            $"source_ip {wanted.SourceIp} does not go with a DHCPDISCOVER, which always comes from 0.0.0.0; leave it out.");
        // The identifier of an echo has 16 bits (RFC 792).
        var most = wanted.Kind == FrameKind.IcmpEcho ? ushort.MaxValue : uint.MaxValue;
        Require(wanted.Mark is null || wanted.Mark <= most, $"mark {wanted.Mark} is out of range; the identifier of an echo is 0-65535.");
        return wanted.Mark ?? (most == ushort.MaxValue
            ? (uint)RandomNumberGenerator.GetInt32(1, ushort.MaxValue)
            : BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(4)));
    }

    private static Func<int, byte[]> Build(FrameSendParams wanted, uint mark)
    {
        var source = wanted.SourceMac ?? Devices.HardwareAddress(wanted.Device, wanted.Namespace)
            ?? throw new OperationException(OperationErrorCode.InvalidParams,
                $"source_mac is missing; '{wanted.Device}' {Devices.Where(wanted.Namespace)} has no MAC address of its own.");
        var destination = wanted.DestinationMac ?? MacAddress.Broadcast;
        switch (wanted.Kind)
        {
            case FrameKind.DhcpDiscover:
                var discover = FrameBuilder.DhcpDiscover(source, mark, vlan: wanted.VlanId);
                destination.CopyTo(discover);
                return _ => discover;
            case FrameKind.ArpRequest:
                var request =
                    FrameBuilder.ArpRequest(source, wanted.SourceIp ?? IPAddress.Any, wanted.TargetIp!, destination, wanted.VlanId);
                return _ => request;
            case FrameKind.IcmpEcho:
                var from = wanted.SourceIp ?? Devices.FirstIPv4(wanted.Device, wanted.Namespace)
                    ?? throw new OperationException(OperationErrorCode.InvalidParams,
                        $"source_ip is missing; '{wanted.Device}' {Devices.Where(wanted.Namespace)} has no IPv4 address.");
                return i =>
                    FrameBuilder.IcmpEchoRequest(source, destination, from, wanted.TargetIp!, (ushort)mark, (ushort)i, vlan: wanted.VlanId);
            default:
                return i => FrameBuilder.Probe(source, destination, mark, (uint)i, wanted.VlanId);
        }
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw new OperationException(OperationErrorCode.InvalidParams, otherwise);
    }
}
