using System.Globalization;
using Steth.Agent.Kernel.Pcap;
using Steth.Agent.Rpc;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Packets.Decoding;

namespace Steth.Agent.Operations;

/// <summary>Carries <see cref="AgentOperations.CaptureRun"/> out.</summary>
public sealed class CaptureRunHandler(TimeProvider time)
{
    private const int RingBytesInAll = 64 << 20;

    /// <summary>Captures until the time or the frames run out.</summary>
    /// <exception cref="OperationException">
    /// InvalidParams (also a filter libpcap cannot read), NoSuchDevice, PermissionDenied, ToolMissing, ToolFailed when a device cannot be
    /// captured on or goes away meanwhile.
    /// </exception>
    public async Task<CaptureRunResult> HandleAsync(
        CaptureRunParams parameters, EventSink<CaptureEvent> events, CallContext call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(events);
        Validate(parameters);
        using var capture = new LiveCapture(Open(parameters));
        await events(new CaptureEvent { Listening = true }, cancellationToken);
        var counts = await StreamAsync(capture, parameters, events, cancellationToken);
        capture.Stop();
        for (var i = 0; i < counts.Length; i++)
        {
            if (capture.Failure(i) is { } failure)
                throw new OperationException(
                    OperationErrorCode.ToolFailed, $"The capture on '{parameters.Points[i].Device}' ended early: {failure}.");
        }
        return new CaptureRunResult
        {
            Points = [.. parameters.Points.Select((point, i) => new CapturePointCount
            {
                Device = point.Device.ToString(),
                Namespace = point.Namespace?.ToString(),
                Frames = counts[i],
                Dropped = capture.Dropped(i),
            })],
        };
    }

    private async Task<long[]> StreamAsync(
        LiveCapture capture, CaptureRunParams parameters, EventSink<CaptureEvent> events, CancellationToken cancellationToken)
    {
        var counts = new long[parameters.Points.Count];
        var left = parameters.MaxFrames;
        using var end = new CancellationTokenSource(TimeSpan.FromSeconds(parameters.Seconds), time);
        // Not the reading is cancelled but the capture stopped: what the kernel still holds belongs to the time asked for.
        using var stopping = end.Token.Register(static c => ((LiveCapture)c!).Stop(), capture);
        await foreach (var frame in capture.ReadAsync(cancellationToken))
        {
            counts[frame.Point]++;
            await events(new CaptureEvent { Frame = Describe(frame) }, cancellationToken);
            if (--left == 0)
                break;
        }
        return counts;
    }

    private static CapturedFrame Describe(RawFrame frame) => new()
    {
        Point = frame.Point,
        At = frame.At,
        Direction = frame.Direction,
        Length = frame.Length,
        Data = frame.Data,
        Summary = FrameDecoder.Decode(frame.Data.Span).Summary,
    };

    private static List<PcapDevice> Open(CaptureRunParams parameters)
    {
        var settings = new CaptureSettings
        {
            Filter = parameters.Filter,
            SnapLength = parameters.SnapLength,
            RingBytes = Math.Clamp(RingBytesInAll / (2 * parameters.Points.Count), 1 << 19, 8 << 20),
        };
        var devices = new List<PcapDevice>(parameters.Points.Count);
        try
        {
            foreach (var point in parameters.Points)
                devices.Add(PcapDevice.Open(point, settings));
            return devices;
        }
        catch
        {
            devices.ForEach(d => d.Dispose());
            throw;
        }
    }

    private static void Validate(CaptureRunParams wanted)
    {
        Require(wanted.Points.Count, 1, 64, "points has {0} devices; expected 1-64.");
        // libpcap would read the filter up to a NUL and capture by that.
        if (wanted.Filter.Contains('\0', StringComparison.Ordinal))
            throw new OperationException(
                OperationErrorCode.InvalidParams, "filter holds a NUL character; expected a pcap-filter(7) expression.");
        Require(wanted.Seconds, 1, 3600, "seconds {0} is out of range; expected 1-3600.");
        Require(wanted.MaxFrames, 1, 1_000_000, "max_frames {0} is out of range; expected 1-1000000.");
        Require(wanted.SnapLength, 64, 65535, "snap_length {0} is out of range; expected 64-65535.");
    }

    private static void Require(int value, int least, int most, string otherwise)
    {
        if (value < least || value > most)
            throw new OperationException(OperationErrorCode.InvalidParams, string.Format(CultureInfo.InvariantCulture, otherwise, value));
    }
}
