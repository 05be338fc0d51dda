using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Evidence;

namespace Steth.Controller.Diagnosing;

/// <summary>Listens on several devices of one node until it is ended; what could not be listened on is told, not thrown.</summary>
internal sealed class HostListener : IAsyncDisposable
{
    /// <summary>A DHCP message in a VLAN and a tunnel, with its options.</summary>
    private const int SnapLength = 1024;

    private const int MostFrames = 10_000;

    private static readonly TimeSpan _endDeadline = TimeSpan.FromSeconds(3);

    private readonly AgentCalls _calls;
    private readonly Node _node;
    private readonly IReadOnlyList<CapturePoint> _points;
    private readonly CaptureRunParams _parameters;
    private readonly CancellationTokenSource _giveUp;
    private readonly TaskCompletionSource _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IReadOnlyList<CaptureRefusal> _refused = [];
    private string? _failure;
    private Task<CaptureRunResult> _run = null!;

    private HostListener(AgentCalls calls, Node node, IReadOnlyList<CapturePoint> points, string filter, int seconds, CancellationToken ct)
    {
        _calls = calls;
        _node = node;
        _points = points;
        _giveUp = CancellationTokenSource.CreateLinkedTokenSource(ct);
        _parameters = new CaptureRunParams
        {
            Points = points,
            Filter = filter,
            Seconds = seconds,
            MaxFrames = MostFrames,
            SnapLength = SnapLength,
            CaptureId = Guid.NewGuid(),
            SkipRefused = true,
        };
    }

    /// <summary>Starts, and returns once every device listens that can.</summary>
    /// <param name="calls">The agents.</param>
    /// <param name="node">Whose devices.</param>
    /// <param name="points">The devices, at least one.</param>
    /// <param name="filter">A pcap-filter(7) expression.</param>
    /// <param name="seconds">It ends by itself after this long.</param>
    /// <param name="onFrame">Gets each frame as it comes, one at a time.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    public static async Task<HostListener> StartAsync(
        AgentCalls calls,
        Node node,
        IReadOnlyList<CapturePoint> points,
        string filter,
        int seconds,
        Action<CapturePoint, CapturedFrame> onFrame,
        CancellationToken cancellationToken)
    {
        var listener = new HostListener(calls, node, points, filter, seconds, cancellationToken);
        listener._run = calls.StreamAsync(
            node,
            AgentOperations.CaptureRun,
            listener._parameters,
            happening => listener.Take(happening, onFrame),
            TimeSpan.FromSeconds(seconds),
            listener._giveUp.Token);
        try
        {
            await Task.WhenAny(listener._listening.Task, listener._run).WaitAsync(calls.Timeout, calls.Time, cancellationToken);
            if (!listener._listening.Task.IsCompleted)
                await listener._run;
        }
        catch (AgentException e)
        {
            listener._failure = e.Message;
        }
        catch (TimeoutException)
        {
            listener._failure = $"The capture on {node.Name} did not begin to listen in time.";
        }
        catch (OperationCanceledException)
        {
            await listener.DisposeAsync();
            throw;
        }
        return listener;
    }

    /// <summary>Ends it and tells of every device whether "not seen" means anything there.</summary>
    public async Task<IReadOnlyList<ListenerEvidence>> EndAsync(CancellationToken cancellationToken)
    {
        CaptureRunResult? result = null;
        var isEarly = false;
        if (_failure is null)
        {
            try
            {
                var end = new CaptureEndParams { CaptureId = _parameters.CaptureId!.Value };
                var ended = await _calls.CallAsync(_node, AgentOperations.CaptureEnd, end, cancellationToken);
                result = await _run.WaitAsync(_endDeadline, _calls.Time, cancellationToken);
                isEarly = !ended.Ended;
            }
            catch (AgentException e)
            {
                _failure = e.Message;
            }
            catch (TimeoutException)
            {
                _failure = $"The capture on {_node.Name} did not end in time.";
            }
        }
        return [.. _points.Select((point, i) => new ListenerEvidence
        {
            Host = _node.Name,
            Device = point.Device.ToString(),
            Namespace = point.Namespace?.ToString(),
            Problem = _failure
                ?? _refused.FirstOrDefault(r => r.Point == i)?.Reason
                ?? Problem(result?.Points.ElementAtOrDefault(i), isEarly),
        })];
    }

    /// <summary>Ends it, best effort.</summary>
    public async ValueTask DisposeAsync()
    {
        await _giveUp.CancelAsync();
        await ((Task)_run).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _giveUp.Dispose();
    }

    // A capture is early whose frames or time ran out: what came after that was not seen.
    private string? Problem(CapturePointCount? told, bool isEarly) => told is null
        ? $"The agent on {_node.Name} did not tell what became of its capture."
        : told.Problem
            ?? (told.Dropped > 0 ? FormattableString.Invariant($"The capture dropped {told.Dropped} frames.")
                : isEarly ? $"The capture on {_node.Name} ended before its time." : null);

    private void Take(CaptureEvent happening, Action<CapturePoint, CapturedFrame> onFrame)
    {
        if (happening.Listening)
        {
            _refused = happening.Refused;
            _listening.TrySetResult();
        }
        if (happening.Frame is { } frame && frame.Point >= 0 && frame.Point < _points.Count)
            onFrame(_points[frame.Point], frame);
    }
}
