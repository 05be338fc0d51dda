using System.Globalization;
using System.Text;
using Steth.Agent.Kernel.Pcap;
using Steth.Agent.Limits;
using Steth.Agent.Rpc;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Packets.Decoding;

namespace Steth.Agent.Operations;

/// <summary>Carries <see cref="AgentOperations.CaptureRun"/> out.</summary>
public sealed class CaptureRunHandler(RunningCaptures running, TimeProvider time)
{
    private const int RingBytesInAll = 32 << 20;
    private const int LeastRingBytes = 1 << 18;
    private const int MostRingBytes = 8 << 20;
    private const int MostFilterBytes = 4096;

    /// <summary>Captures until the time or the frames run out, or it is ended.</summary>
    /// <exception cref="OperationException">
    /// Forbidden (payload without the right to it), InvalidParams (also a filter libpcap cannot read), Busy when a capture of that id
    /// runs or there is no room, NoSuchDevice, PermissionDenied, ToolMissing,
    /// ToolFailed when a device cannot be captured on or goes away meanwhile.
    /// </exception>
    public async Task<CaptureRunResult> HandleAsync(
        CaptureRunParams parameters, EventSink<CaptureEvent> events, CallContext call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(call);
        Validate(parameters);
        if (parameters.Payload)
            Caller.RequirePayload(call.Caller, AgentOperations.CaptureRun.Name);
        CallMemory.Announce(QueuedEventBytes(parameters.SnapLength));
        using var place = Begin(parameters.CaptureId);
        var opened = OpenedPoints.Open(parameters.Points, Settings(parameters), parameters.SkipRefused);
        using var capture = new LiveCapture(opened.Devices);
        var listening = new CaptureEvent { Listening = true };
        if (opened.Refused.Count > 0)
            listening.Refused = opened.Refused;
        await events(listening, cancellationToken);
        // Where nothing can be listened on there is nothing to wait for.
        if (opened.Devices.Count == 0)
            capture.Stop();
        var counts = await StreamAsync(capture, opened, parameters, events, place?.Ended ?? default, cancellationToken);
        capture.Stop();
        for (var i = 0; i < opened.Devices.Count && !parameters.SkipRefused; i++)
        {
            if (capture.Failure(i) is { } failure)
                throw new OperationException(
                    OperationErrorCode.ToolFailed, $"The capture on '{parameters.Points[i].Device}' ended early: {failure}.");
        }
        return new CaptureRunResult { Points = Counts(parameters.Points, opened, capture, counts) };
    }

    private RunningCapture? Begin(Guid? id) => id is not { } wanted ? null
        : running.Begin(wanted) ?? throw new OperationException(
            OperationErrorCode.Busy, $"A capture {wanted} runs already on this host; take another capture_id.");

    private async Task<long[]> StreamAsync(
        LiveCapture capture,
        OpenedPoints opened,
        CaptureRunParams parameters,
        EventSink<CaptureEvent> events,
        CancellationToken ended,
        CancellationToken cancellationToken)
    {
        var counts = new long[opened.Devices.Count];
        var left = parameters.MaxFrames;
        var headers = parameters.Payload || opened.Devices.Count == 0 ? null : HeaderFilter.Of(opened.Devices[0], parameters.Filter);
        using var end = new CancellationTokenSource(TimeSpan.FromSeconds(parameters.Seconds), time);
        // Not the reading is cancelled but the capture stopped: what the kernel still holds belongs to the time asked for.
        using var stopping = end.Token.Register(static c => ((LiveCapture)c!).Stop(), capture);
        using var ending = ended.Register(static c => ((LiveCapture)c!).Stop(), capture);
        await foreach (var frame in capture.ReadAsync(cancellationToken))
        {
            var told = frame;
            if (headers is not null)
            {
                told = frame with { Data = frame.Data[..FrameHeaders.LengthOf(frame.Data.Span)] };
                if (!headers.LooksAtHeadersOnly(told.Data.Span, told.Length, told.Direction))
                    continue;
            }
            counts[frame.Point]++;
            await events(new CaptureEvent { Frame = Describe(told, opened.Asked[frame.Point]) }, cancellationToken);
            if (--left == 0)
                break;
        }
        return counts;
    }

    private static CapturePointCount[] Counts(
        IReadOnlyList<CapturePoint> points, OpenedPoints opened, LiveCapture capture, long[] counts)
    {
        var result = points
            .Select(p => new CapturePointCount
            {
                Device = p.Device.ToString(),
                Namespace = p.Namespace?.ToString(),
                Frames = 0,
                Dropped = 0,
            })
            .ToArray();
        foreach (var refused in opened.Refused)
            result[refused.Point] = result[refused.Point] with { Problem = refused.Reason };
        for (var i = 0; i < opened.Devices.Count; i++)
        {
            var problem = capture.Failure(i) is { } failure ? $"The capture ended early: {failure}." : null;
            result[opened.Asked[i]] = result[opened.Asked[i]] with
            {
                Frames = counts[i],
                Dropped = capture.Dropped(i),
                Problem = problem,
            };
        }
        return result;
    }

    /// <summary>What the events of a slow reader take: a frame's bytes in base 64 and what is told of it.</summary>
    private static long QueuedEventBytes(int snapLength)
    {
        var large = 2L * (4 * snapLength / 3 + 512);
        return RpcLimits.LargeEventsInFlight * large + RpcLimits.EventsInFlight * Math.Min(large, RpcLimits.LargeEventBytes);
    }

    private static CaptureSettings Settings(CaptureRunParams parameters) => new()
    {
        Filter = parameters.Filter,
        SnapLength = parameters.SnapLength,
        RingBytes = Math.Clamp(RingBytesInAll / (2 * parameters.Points.Count), LeastRingBytes, MostRingBytes),
    };

    private static CapturedFrame Describe(RawFrame frame, int point) => new()
    {
        Point = point,
        At = frame.At,
        Direction = frame.Direction,
        Length = frame.Length,
        Data = frame.Data,
        Summary = FrameDecoder.Decode(frame.Data.Span).Summary,
    };

    private static void Validate(CaptureRunParams wanted)
    {
        Require(wanted.Points.Count, 1, 64, "points has {0} devices; expected 1-64.");
        // libpcap would read the filter up to a NUL and capture by that.
        if (wanted.Filter.Contains('\0', StringComparison.Ordinal))
            throw new OperationException(
                OperationErrorCode.InvalidParams, "filter holds a NUL character; expected a pcap-filter(7) expression.");
        if (Encoding.UTF8.GetByteCount(wanted.Filter) is var length and > MostFilterBytes)
            throw new OperationException(OperationErrorCode.InvalidParams, string.Create(CultureInfo.InvariantCulture,
                $"filter has {length} bytes; expected a pcap-filter(7) expression of at most {MostFilterBytes}."));
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
