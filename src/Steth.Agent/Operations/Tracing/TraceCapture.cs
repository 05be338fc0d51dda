using System.Globalization;
using Steth.Agent.Kernel.Pcap;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Packets.Decoding;

namespace Steth.Agent.Operations.Tracing;

/// <summary>Listens on every device of a wiring and keeps which messages each saw, and which way.</summary>
/// <remarks>
/// A device that cannot be listened on does not end the trace: that it cannot is a finding of its own. A Linux bridge shows all it
/// forwards, unicast too, because a promiscuous capture makes it hand a copy to itself (br_handle_frame_finish in net/bridge/br_input.c).
/// </remarks>
internal sealed class TraceCapture : IDisposable
{
    private readonly PortWiringResult _wiring;
    private readonly Seen[] _seen;
    private readonly List<Seen> _byPoint = [];
    private readonly LiveCapture _capture;

    private TraceCapture(PortWiringResult wiring, string filter)
    {
        _wiring = wiring;
        _seen = [.. wiring.Devices.Select(d => new Seen(d))];
        // Enough for DHCP options in VXLAN over a tagged underlay.
        var settings = new CaptureSettings { Filter = filter, SnapLength = 1024, RingBytes = 1 << 19 };
        var devices = new List<PcapDevice>();
        try
        {
            foreach (var seen in _seen)
            {
                if (TryOpen(seen, settings) is { } device)
                {
                    devices.Add(device);
                    _byPoint.Add(seen);
                }
            }
            _capture = new LiveCapture(devices);
        }
        catch
        {
            devices.ForEach(d => d.Dispose());
            throw;
        }
    }

    /// <summary>Listens from now on.</summary>
    /// <exception cref="OperationException">PermissionDenied, ToolMissing: nothing can be listened on at all.</exception>
    public static TraceCapture Listen(PortWiringResult wiring, string filter) => new(wiring, filter);

    /// <summary>
    /// The device nearest to the port's end that can be listened on; null when there is none. What was seen there has come all the way.
    /// </summary>
    public PortDevice? Nearest => _byPoint.FirstOrDefault()?.Device;

    /// <summary>Reads until the token ends it.</summary>
    /// <param name="name">Names a frame's message and tells whether a guest sent it; null for a frame of somebody else's.</param>
    /// <param name="read">Gets each message with the device it was seen on.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task ReadAsync(
        Func<DecodedFrame, TraceMessage?> name, Action<PortDevice, TraceMessage> read, CancellationToken cancellationToken)
    {
        await foreach (var frame in _capture.ReadAsync(cancellationToken))
        {
            var decoded = FrameDecoder.Decode(frame.Data.Span);
            if (name(decoded.Vxlan?.Inner ?? decoded) is not { } message)
                continue;
            var seen = _byPoint[frame.Point];
            var outbound = GuestSide.IsOutbound(_wiring.Plug, seen.Device.Kind, frame.Direction) ?? message.SentByGuest;
            var list = outbound ? seen.Outbound : seen.Inbound;
            if (!list.Contains(message.Name))
                list.Add(message.Name);
            read(seen.Device, message);
        }
    }

    /// <summary>What each device saw, in the order of the wiring.</summary>
    public IReadOnlyList<TracedDevice> Result()
    {
        _capture.Stop();
        return [.. _seen.Select(seen => new TracedDevice
        {
            Device = seen.Device.Device,
            Namespace = seen.Device.Namespace,
            Listened = seen.Refusal is null,
            Note = Note(seen),
            Outbound = seen.Outbound,
            Inbound = seen.Inbound,
        })];
    }

    /// <inheritdoc/>
    public void Dispose() => _capture.Dispose();

    private string? Note(Seen seen)
    {
        if (seen.Refusal is { } refusal)
            return refusal;
        var point = _byPoint.IndexOf(seen);
        if (_capture.Failure(point) is { } failure)
            return $"The capture ended early: {failure}.";
        if (_capture.Dropped(point) is var dropped and > 0)
            return string.Create(
                CultureInfo.InvariantCulture, $"Up to {dropped} frames were lost by the capture; not seen proves nothing.");
        return seen.Device.Kind == PortDeviceKind.Nic && _wiring.NetworkType is "gre" or "geneve"
            ? $"Frames inside {_wiring.NetworkType} are not opened here; not seen proves nothing."
            : null;
    }

    private static PcapDevice? TryOpen(Seen seen, CaptureSettings settings)
    {
        if (!DeviceName.TryParse(seen.Device.Device, null, out var device))
        {
            seen.Refusal = "It is not a device of the kernel.";
            return null;
        }
        var inside = seen.Device.Namespace is { } name ? NamespaceName.Parse(name) : (NamespaceName?)null;
        try
        {
            return PcapDevice.Open(new CapturePoint { Device = device, Namespace = inside }, settings);
        }
        catch (OperationException e) when (e.Code is OperationErrorCode.NoSuchDevice or OperationErrorCode.ToolFailed)
        {
            seen.Refusal = e.Message;
            return null;
        }
    }

    private sealed class Seen(PortDevice device)
    {
        public PortDevice Device { get; } = device;

        public string? Refusal { get; set; }

        public List<string> Outbound { get; } = [];

        public List<string> Inbound { get; } = [];
    }
}

/// <summary>A message of the exchange that is traced.</summary>
/// <param name="Name">DHCPDISCOVER, REPLY, …</param>
/// <param name="SentByGuest">It comes from the guest, not from the service.</param>
/// <param name="Frame">The frame, out of its tunnel.</param>
internal sealed record TraceMessage(string Name, bool SentByGuest, DecodedFrame Frame);
