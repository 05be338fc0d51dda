using Steth.Agent.Kernel;
using Steth.Agent.Kernel.Pcap;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Packets.Decoding;
using Steth.Packets.Lldp;

namespace Steth.Agent.Operations.Nics;

/// <summary>Listens on NICs for what switches say of themselves (IEEE 802.1AB).</summary>
internal static class LldpListener
{
    private const int MostNeighbours = 16;

    private static readonly CaptureSettings _settings = new()
    {
        Filter = $"ether proto 0x88cc and ether dst {LldpMessage.NearestBridge}",
        SnapLength = 1600,
        RingBytes = 1 << 16,
    };

    /// <summary>Listens until somebody was heard on each or the time is over.</summary>
    /// <returns>Who was heard by device, and why one could not be listened on.</returns>
    public static async Task<LldpHeard> ListenAsync(
        IReadOnlyList<DeviceName> nics, NamespaceName? inside, TimeSpan span, TimeProvider time, CancellationToken cancellationToken)
    {
        var heard = new LldpHeard();
        if (nics.Count == 0)
            return heard;
        OpenedPoints opened;
        try
        {
            List<CapturePoint> points = [.. nics.Select(n => new CapturePoint { Device = n, Namespace = inside })];
            opened = OpenedPoints.Open(points, _settings, skipRefused: true);
        }
        catch (OperationException e)
        {
            foreach (var nic in nics)
                heard.Refused[nic] = e.Message;
            return heard;
        }
        foreach (var refused in opened.Refused)
            heard.Refused[nics[refused.Point]] = refused.Reason;
        using var capture = new LiveCapture(opened.Devices);
        using var end = new CancellationTokenSource(span, time);
        using var stopping = end.Token.Register(static c => ((LiveCapture)c!).Stop(), capture);
        if (opened.Devices.Count == 0)
            capture.Stop();
        await foreach (var frame in capture.ReadAsync(cancellationToken))
        {
            if (frame.Direction != FrameDirection.In || FrameDecoder.Decode(frame.Data.Span).Lldp is not { TimeToLiveSeconds: > 0 } message)
                continue;
            heard.Add(nics[opened.Asked[frame.Point]], Neighbour(message));
            if (heard.Neighbours.Count == opened.Devices.Count)
                break;
        }
        for (var i = 0; i < opened.Devices.Count; i++)
        {
            if (capture.Failure(i) is { } failure)
                heard.Refused[nics[opened.Asked[i]]] = $"the capture ended early: {failure}";
        }
        return heard;
    }

    private static LldpNeighbour Neighbour(LldpMessage message) => new()
    {
        ChassisId = PlainText.Of(message.ChassisId),
        PortId = PlainText.Of(message.PortId),
        SystemName = message.SystemName is { } name ? PlainText.Of(name) : null,
        PortDescription = message.PortDescription is { } description ? PlainText.Of(description) : null,
        VlanId = message.PortVlanId,
        TtlSeconds = message.TimeToLiveSeconds,
        Source = "capture",
    };

    /// <summary>What came of it.</summary>
    internal sealed class LldpHeard
    {
        /// <summary>By device.</summary>
        public Dictionary<DeviceName, List<LldpNeighbour>> Neighbours { get; } = [];

        /// <summary>Why one could not be listened on.</summary>
        public Dictionary<DeviceName, string> Refused { get; } = [];

        /// <summary>Adds one; the same neighbour counts once.</summary>
        public void Add(DeviceName nic, LldpNeighbour neighbour)
        {
            if (!Neighbours.TryGetValue(nic, out var list))
                Neighbours[nic] = list = [];
            if (list.Count < MostNeighbours && !list.Any(n => n.ChassisId == neighbour.ChassisId && n.PortId == neighbour.PortId))
                list.Add(neighbour);
        }
    }
}
