using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;
using Steth.Packets.Decoding;

namespace Steth.Controller.Collection;

/// <summary>
/// Listens on one device of a path. Each device has its own capture, so that one that cannot be listened on costs itself only.
/// </summary>
internal sealed class DeviceListener : IAsyncDisposable
{
    private readonly Node _node;
    private readonly ListenerPlace _place;
    private CaptureSession? _session;
    private string? _caveat;

    private DeviceListener(Node node, PortDevice device, ListenerPlace place)
    {
        _node = node;
        Device = device;
        _place = place;
    }

    /// <summary>The device.</summary>
    public PortDevice Device { get; }

    /// <summary>Starts to listen; a device that cannot be listened on is a listener that saw nothing and says why.</summary>
    /// <param name="calls">The agents.</param>
    /// <param name="node">Whose device.</param>
    /// <param name="device">The device.</param>
    /// <param name="place">Where in the path it is.</param>
    /// <param name="capture">What to capture; the point is filled in.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<DeviceListener> StartAsync(
        AgentCalls calls, Node node, PortDevice device, ListenerPlace place, CaptureRunParams capture, CancellationToken cancellationToken)
    {
        var listener = new DeviceListener(node, device, place);
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
            listener._session = await CaptureSession.StartAsync(calls, node, capture with { Points = [point] }, cancellationToken);
            listener._caveat = (device.Kind, place.NetworkType) switch
            {
                // A Linux bridge hands its own device only what is for the host, not what it forwards.
                (PortDeviceKind.Qbr, _) => "a bridge's own device shows broadcasts only",
                (PortDeviceKind.Nic, "gre" or "geneve") => $"frames inside {place.NetworkType} are not opened",
                _ => null,
            };
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
    /// <param name="withCounts">With the counts of dropped frames: needed when something was not seen.</param>
    public async Task<DeviceSight> SightAsync(Func<DecodedFrame, string?> nameOf, string outboundName, bool withCounts)
    {
        if (_session is null)
            return new DeviceSight { Host = _node.Name, Device = Device, Listened = false, Caveat = _caveat };
        var broken = await _session.FinishAsync(withCounts);
        var frames = _session.Frames.Select(
            f => (f.Direction, f.Frame, Name: NameOf(f.Frame, nameOf))).Where(f => f.Name is not null).ToList();
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

    /// <summary>
    /// On the guest's side a tap and a qvo receive what the guest sends, a qvb and a NIC pass it on; on a server's side all receive it.
    /// </summary>
    private bool IsOutbound(FrameDirection direction, bool outboundByName) => (Device.Kind, _place.GuestSide) switch
    {
        (PortDeviceKind.Qbr, _) => outboundByName,
        (PortDeviceKind.Qvb or PortDeviceKind.Nic, true) => direction == FrameDirection.Out,
        _ => direction == FrameDirection.In,
    };
}

/// <summary>Where in a path a device is.</summary>
/// <param name="GuestSide">On the guest's host, seen as the guest's; else a server's.</param>
/// <param name="NetworkType">vlan, flat, vxlan, …; null: not known.</param>
internal sealed record ListenerPlace(bool GuestSide, string? NetworkType);
