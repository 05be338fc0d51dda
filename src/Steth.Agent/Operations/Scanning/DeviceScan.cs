using Steth.Agent.Kernel;
using Steth.Agent.Kernel.Pcap;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Packets.Decoding;

namespace Steth.Agent.Operations.Scanning;

/// <summary>Listens on a device, sends frames by it one by one, and listens on for a while.</summary>
internal static class DeviceScan
{
    /// <summary>Runs it.</summary>
    /// <param name="point">The device.</param>
    /// <param name="filter">A pcap-filter(7) expression: what is read.</param>
    /// <param name="frames">What to send, all of it in each round.</param>
    /// <param name="timing">How often, how fast, how long.</param>
    /// <param name="read">Gets each frame that was seen, our own too, in order.</param>
    /// <param name="time">Counts the time.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>How many frames may have been missed.</returns>
    /// <exception cref="OperationException">
    /// NoSuchDevice, PermissionDenied, ToolMissing (libpcap), ToolFailed: the device is down or went away.
    /// </exception>
    public static async Task<long> RunAsync(
        CapturePoint point,
        string filter,
        IReadOnlyList<byte[]> frames,
        ScanTiming timing,
        Action<FrameDirection, DecodedFrame> read,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        using var socket = FrameSocket.Open(point.Device, point.Namespace);
        // Enough for DHCP options; of such rings all scans of a node with 32 networks have room.
        var settings = new CaptureSettings { Filter = filter, SnapLength = 1024, RingBytes = 2 << 20 };
        using var capture = new LiveCapture([PcapDevice.Open(point, settings)]);
        var reading = ReadAsync(capture, read);
        try
        {
            for (var round = 1; round <= timing.Rounds; round++)
            {
                var pace = new SendPace(timing.Pps, time);
                foreach (var frame in frames)
                {
                    await pace.WaitAsync(cancellationToken);
                    socket.Send(frame);
                }
                await Task.Delay(round < timing.Rounds ? timing.Between : timing.Wait, time, cancellationToken);
            }
        }
        finally
        {
            capture.Stop();
            await reading;
        }
        return capture.Failure(0) is { } failure
            ? throw new OperationException(OperationErrorCode.ToolFailed, $"The capture on '{point.Device}' ended early: {failure}.")
            : capture.Dropped(0);
    }

    // Ends when the capture is stopped; reading to the end is what the drop count is worth something by.
    private static async Task ReadAsync(LiveCapture capture, Action<FrameDirection, DecodedFrame> read)
    {
        await foreach (var frame in capture.ReadAsync(CancellationToken.None))
            read(frame.Direction, FrameDecoder.Decode(frame.Data.Span));
    }
}

/// <summary>How a scan sends.</summary>
/// <param name="Rounds">How often everything is sent.</param>
/// <param name="Pps">Frames a second at most.</param>
/// <param name="Between">How long to listen between two rounds: what lost the first may have passed.</param>
/// <param name="Wait">How long to listen after the last.</param>
internal sealed record ScanTiming(int Rounds, int Pps, TimeSpan Between, TimeSpan Wait);
