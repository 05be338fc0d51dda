using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;
using Steth.Packets.Decoding;

namespace Steth.Controller.Collection;

/// <summary>A capture that listens already and collects frames until it is disposed or its time is over.</summary>
internal sealed class CaptureSession : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<SeenFrame> _frames = [];
    private readonly CancellationTokenSource _end;
    private readonly AgentCalls _calls;
    private readonly Node _node;
    private readonly Guid _id = Guid.NewGuid();
    private TaskCompletionSource _arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private CaptureSession(AgentCalls calls, Node node, CancellationToken cancellationToken)
    {
        _calls = calls;
        _node = node;
        _end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    }

    /// <summary>What the agent counted in the end.</summary>
    public Task<CaptureRunResult> Completion { get; private set; } = null!;

    /// <summary>What came so far, in order.</summary>
    public IReadOnlyList<SeenFrame> Frames
    {
        get
        {
            lock (_lock)
                return [.. _frames];
        }
    }

    /// <summary>Starts a capture and returns once all its points listen.</summary>
    /// <exception cref="AgentException">The agent is silent or refuses.</exception>
    public static async Task<CaptureSession> StartAsync(
        AgentCalls calls, Node node, CaptureRunParams parameters, CancellationToken cancellationToken)
    {
        var session = new CaptureSession(calls, node, cancellationToken);
        var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        session.Completion = calls.StreamAsync(
            node,
            AgentOperations.CaptureRun,
            parameters with { CaptureId = session._id },
            happening => session.Take(happening, listening),
            TimeSpan.FromSeconds(parameters.Seconds),
            session._end.Token);
        try
        {
            var first = await Task.WhenAny(listening.Task, session.Completion).WaitAsync(calls.Timeout, calls.Time, cancellationToken);
            await first;
            if (!listening.Task.IsCompleted)
                throw new AgentException(node.Name, OperationErrorCode.ToolFailed, $"The capture on {node.Name} ended before it listened.");
            return session;
        }
        catch (TimeoutException e)
        {
            await session.DisposeAsync();
            throw new AgentException(node.Name, $"The capture on {node.Name} did not begin to listen in time.", e);
        }
        catch (Exception e) when (e is AgentException or OperationCanceledException)
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until the frames satisfy a condition, the capture ends, or the time is over.</summary>
    /// <returns>Whether the condition holds.</returns>
    public async Task<bool> WaitUntilAsync(
        Func<IReadOnlyList<SeenFrame>, bool> condition, TimeSpan atMost, CancellationToken cancellationToken)
    {
        var start = _calls.Time.GetTimestamp();
        while (true)
        {
            Task arrival;
            lock (_lock)
                arrival = _arrival.Task;
            if (condition(Frames))
                return true;
            var left = atMost - _calls.Time.GetElapsedTime(start);
            if (left <= TimeSpan.Zero || Completion.IsCompleted)
                return condition(Frames);
            try
            {
                await Task.WhenAny(arrival, Completion).WaitAsync(left, _calls.Time, cancellationToken);
            }
            catch (TimeoutException)
            {
                return condition(Frames);
            }
        }
    }

    /// <summary>Ends the capture if it still runs, and tells whether "not seen" means anything.</summary>
    /// <param name="withCounts">Ask for the counts of dropped frames; without them it is just broken off.</param>
    /// <returns>Why it does not: the stream broke, or frames were dropped; null when it does.</returns>
    public async Task<string?> FinishAsync(bool withCounts)
    {
        try
        {
            if (withCounts)
                await EndAsync();
            else
                await _end.CancelAsync();
            var dropped = (await Completion).Points.Sum(p => p.Dropped);
            return dropped > 0 ? FormattableString.Invariant($"the kernel dropped {dropped} frames of the capture") : null;
        }
        catch (AgentException e)
        {
            return e.Message;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Ends the capture.</summary>
    public async ValueTask DisposeAsync()
    {
        await FinishAsync(withCounts: false);
        _end.Dispose();
    }

    private async Task EndAsync()
    {
        if (Completion.IsCompleted)
            return;
        try
        {
            await _calls.CallAsync(_node, AgentOperations.CaptureEnd, new CaptureEndParams { CaptureId = _id }, _end.Token);
        }
        catch (AgentException)
        {
            // Then it ends when its seconds are over.
        }
    }

    private void Take(CaptureEvent happening, TaskCompletionSource listening)
    {
        if (happening.Listening)
            listening.TrySetResult();
        if (happening.Frame is not { } frame)
            return;
        var seen = new SeenFrame(frame.Point, frame.Direction, FrameDecoder.Decode(frame.Data.Span));
        TaskCompletionSource arrived;
        lock (_lock)
        {
            _frames.Add(seen);
            arrived = _arrival;
            _arrival = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        arrived.TrySetResult();
    }
}

/// <summary>One frame of a capture, decoded.</summary>
/// <param name="Point">Index of the device.</param>
/// <param name="Direction">Seen from the host.</param>
/// <param name="Frame">What it is.</param>
internal sealed record SeenFrame(int Point, FrameDirection Direction, DecodedFrame Frame);
