using Steth.Agent.Kernel;
using Steth.Agent.Kernel.Injection;
using Steth.Agent.Leases;
using Steth.Agent.Tools;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;

namespace Steth.Agent.Operations.Tracing;

/// <summary>The best way there is on this host to send as the guest of a port would.</summary>
internal sealed class GuestEntry : IAsyncDisposable
{
    // As ovs-ofctl(8) names them; it agrees with the bridge on the highest both allow.
    private const string OpenFlowVersions = "OpenFlow10,OpenFlow11,OpenFlow12,OpenFlow13,OpenFlow14,OpenFlow15";

    private readonly Func<byte[], CancellationToken, Task> _send;
    private readonly Func<ValueTask> _dispose;

    private GuestEntry(InjectionMethod method, string? note, Func<byte[], CancellationToken, Task> send, Func<ValueTask> dispose)
    {
        Method = method;
        Note = note;
        _send = send;
        _dispose = dispose;
    }

    /// <summary>Where frames enter.</summary>
    public InjectionMethod Method { get; }

    /// <summary>Why not where the guest's do; null when they do.</summary>
    public string? Note { get; }

    /// <summary>Prepares the way: the tap; else qvb for a hybrid plug, OpenFlow for a native one.</summary>
    /// <exception cref="OperationException">
    /// NoSuchDevice when there is no way in at all; PermissionDenied; ToolMissing; ToolFailed.
    /// </exception>
    public static async Task<GuestEntry> OpenAsync(
        PortWiringResult wiring, TimeSpan longest, IToolRunner tools, LeaseBook leases, CancellationToken cancellationToken)
    {
        var tap = wiring.Devices.First(d => d.Kind == PortDeviceKind.Tap);
        var inside = tap.Namespace is { } name ? NamespaceName.Parse(name) : (NamespaceName?)null;
        string reason;
        try
        {
            var injection = await GuestInjection.OpenAsync(DeviceName.Parse(tap.Device), inside, longest, tools, leases, cancellationToken);
            return new GuestEntry(InjectionMethod.Tap, null, (frame, _) => Sent(() => injection.Send(frame)), injection.DisposeAsync);
        }
        catch (OperationException e)
            when (e.Code is OperationErrorCode.NoSuchDevice or OperationErrorCode.ToolFailed or OperationErrorCode.ToolMissing)
        {
            reason = e.Message;
        }
        if (wiring.Devices.FirstOrDefault(d => d.Kind == PortDeviceKind.Qvb) is { } qvb)
        {
            var socket = FrameSocket.Open(DeviceName.Parse(qvb.Device), inside);
            return new GuestEntry(
                InjectionMethod.Qvb,
                $"Sent on {qvb.Device}; the tap, the bridge {qvb.Bridge} and its iptables rules were not crossed. {reason}",
                (frame, _) => Sent(() => socket.Send(frame)),
                () =>
                {
                    socket.Dispose();
                    return ValueTask.CompletedTask;
                });
        }
        if (tap.Bridge is not { } bridge || wiring.LocalVlan is null)
            throw new OperationException(
                OperationErrorCode.NoSuchDevice, $"There is no way to send as the guest of port {wiring.PortId} on this host. {reason}");
        return new GuestEntry(
            InjectionMethod.PacketOut,
            $"Sent by OpenFlow into {bridge} as from {tap.Device}; the tap itself was not crossed. {reason}",
            (frame, ct) => PacketOutAsync(bridge, tap.Device, frame, tools, ct),
            () => ValueTask.CompletedTask);
    }

    /// <summary>Sends one frame.</summary>
    /// <exception cref="OperationException">ToolFailed with the words of the kernel or of ovs-ofctl.</exception>
    public Task SendAsync(byte[] frame, CancellationToken cancellationToken) => _send(frame, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _dispose();

    private static Task Sent(Action send)
    {
        send();
        return Task.CompletedTask;
    }

    private static async Task PacketOutAsync(
        string bridge, string port, byte[] frame, IToolRunner tools, CancellationToken cancellationToken)
    {
        var packet = $"in_port={port},packet={Convert.ToHexStringLower(frame)},actions=TABLE";
        var output = await tools.RunAsync(
            new ToolCommand { Program = "ovs-ofctl", Arguments = ["--timeout=5", "-O", OpenFlowVersions, "packet-out", bridge, packet] },
            cancellationToken);
        if (output.ExitCode != 0)
            throw new OperationException(
                OperationErrorCode.ToolFailed, $"Open vSwitch took no packet for '{port}' on bridge '{bridge}': {output.Stderr.Trim()}");
    }
}
