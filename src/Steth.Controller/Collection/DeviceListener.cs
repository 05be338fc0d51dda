using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;
using Steth.Packets.Decoding;

namespace Steth.Controller.Collection;

/// <summary>Listens on one device of a path. Each device has its own capture, so that one that cannot be listened on costs itself only.</summary>
internal sealed class DeviceListener : IAsyncDisposable
{
    /// <summary>A DHCP message in a VLAN and a tunnel, up to its message type.</summary>
    private const int SnapLength = 1024;

    private readonly Node _node;
    private readonly bool _guestSide;
    private CaptureSession? _session;
    private string? _caveat;

    private DeviceListener(Node node, PortDevice device, bool guestSide)
    {
        _node = node;
        Device = device;
        _guestSide = guestSide;
    }

    /// <summary>The device.</summary>
    public PortDevice Device { get; }

    /// <summary>Starts to listen; a device that cannot be listened on is a listener that saw nothing and says why.</summary>
    /// <param name="calls">The agents.</param>
    /// <param name="node">Whose device.</param>
    /// <param name="device">The device.</param>
    /// <param name="guestSide">It is on the guest's side of the path, else on a server's.</param>
    /// <param name="filter">See <see cref="CaptureRunParams.Filter"/>.</param>
    /// <param name="seconds">For how long.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<DeviceListener> StartAsync(
        AgentCalls calls, Node node, PortDevice device, bool guestSide, string filter, int seconds, CancellationToken cancellationToken)
    {
        var listener = new DeviceListener(node, device, guestSide);
        if (!DeviceName.TryParse(device.Device, null, out var name))
        {
            listener._caveat = "it has no usable name";
            return listener;
        }
        var point = new CapturePoint
        {
            Device = name,
            Namespace = NamespaceName.TryParse(device.Namespace, null, out var netns) ? netns : null,
        };
        try
        {
            listener._session = await CaptureSession.StartAsync(
                calls,
                node,
                new CaptureRunParams { Points = [point], Filter = filter, Seconds = seconds, SnapLength = SnapLength },
                cancellationToken);
            // A Linux bridge hands its own device only what is for the host: broadcasts, not what it forwards.
            if (device.Kind == PortDeviceKind.Qbr)
                listener._caveat = "a bridge's own device shows broadcasts only";
        }
        catch (AgentException e)
        {
            listener._caveat = e.Message;
        }
        return listener;
    }

    /// <summary>Called when the experiment is over: a capture that ended before it is worth nothing.</summary>
    public void MarkEnd()
    {
        if (_session is { Completion.IsCompleted: true })
            _caveat ??= "the capture ended before the experiment did";
    }

    /// <summary>Ends listening and tells what was seen.</summary>
    /// <param name="nameOf">Names a frame that belongs to the experiment; null for others.</param>
    /// <param name="outboundName">The message that goes from the guest, for devices that do not tell directions.</param>
    /// <param name="waitForCounts">Wait for the counts of dropped frames: needed when something was not seen.</param>
    public async Task<DeviceSight> SightAsync(Func<DecodedFrame, string?> nameOf, string outboundName, bool waitForCounts)
    {
        if (_session is null)
            return new DeviceSight { Host = _node.Name, Device = Device, Listened = false, Caveat = _caveat };
        var broken = await _session.FinishAsync(waitForCounts);
        var frames = _session.Frames.Select(f => (f.Direction, f.Frame, Name: NameOf(f.Frame, nameOf))).Where(f => f.Name is not null).ToList();
        return new DeviceSight
        {
            Host = _node.Name,
            Device = Device,
            Listened = true,
            Caveat = _caveat ?? broken,
            Outbound = [.. frames.Where(f => IsOutbound(f.Direction, f.Name == outboundName)).Select(f => f.Name!).Distinct()],
            Inbound = [.. frames.Where(f => !IsOutbound(f.Direction, f.Name == outboundName)).Select(f => f.Name!).Distinct()],
            Vlan = frames.Select(f => (int?)f.Frame.Vlan?.Value).FirstOrDefault(v => v is not null),
        };
    }

    /// <summary>Ends listening.</summary>
    public ValueTask DisposeAsync() => _session?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static string? NameOf(DecodedFrame frame, Func<DecodedFrame, string?> nameOf) =>
        nameOf(frame) ?? (frame.Vxlan is { } tunnel ? nameOf(tunnel.Inner) : null);

    /// <summary>On the guest's side a tap and a qvo receive what the guest sends, a qvb and a NIC pass it on; on a server's side all receive it.</summary>
    private bool IsOutbound(FrameDirection direction, bool outboundByName) => (Device.Kind, _guestSide) switch
    {
        (PortDeviceKind.Qbr, _) => outboundByName,
        (PortDeviceKind.Qvb or PortDeviceKind.Nic, true) => direction == FrameDirection.Out,
        _ => direction == FrameDirection.In,
    };
}
