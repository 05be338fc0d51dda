using System.Collections.Concurrent;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Inventory;
using Steth.Controller.Tests.Agents;

namespace Steth.Controller.Tests.Diagnosing;

/// <summary>Captures that run until they are ended, as an agent's do.</summary>
internal sealed class Listening(ConcurrentQueue<string> happened)
{
    private readonly ConcurrentDictionary<Guid, Capture> _captures = new();

    /// <summary>Captures that have neither been ended nor given up.</summary>
    public int Open => _captures.Count;

    /// <summary>Nodes whose captures never begin.</summary>
    public HashSet<string> Deaf { get; } = [];

    /// <summary>Nodes whose captures are over when they are ended: their frames ran out.</summary>
    public HashSet<string> EndEarly { get; } = [];

    /// <summary>Devices that cannot be listened on.</summary>
    public HashSet<string> Refused { get; } = [];

    /// <summary>Changes what a node tells of its captures at their end.</summary>
    public Func<string, CaptureRunResult, CaptureRunResult> Told { get; set; } = (_, result) => result;

    public void Serve(FakeAgents agents, Node node)
    {
        agents.OnStream(node, AgentOperations.CaptureRun, (parameters, onEvent, ct) => RunAsync(node.Name, parameters, onEvent, ct));
        agents.On(node, AgentOperations.CaptureEnd, p =>
        {
            happened.Enqueue($"{node.Name} ends");
            return new CaptureEndResult { Ended = _captures.TryGetValue(p.CaptureId, out var capture) && capture.Ended.TrySetResult() };
        });
    }

    public void Cross(string node, string device, string? space, FrameDirection direction, byte[] frame)
    {
        foreach (var capture in _captures.Values.Where(c => c.Node == node))
        {
            for (var i = 0; i < capture.Parameters.Points.Count; i++)
            {
                var point = capture.Parameters.Points[i];
                if (point.Device.ToString() == device && point.Namespace?.ToString() == space)
                    capture.Raise(i, direction, frame);
            }
        }
    }

    private async Task<CaptureRunResult> RunAsync(
        string node, CaptureRunParams parameters, Action<CaptureEvent> onEvent, CancellationToken cancellationToken)
    {
        var capture = new Capture(node, parameters, onEvent);
        var id = parameters.CaptureId!.Value;
        _captures[id] = capture;
        try
        {
            if (Deaf.Contains(node))
                await Task.Delay(Timeout.Infinite, cancellationToken);
            happened.Enqueue($"{node} listens");
            onEvent(new CaptureEvent
            {
                Listening = true,
                Refused = [.. parameters.Points.Select((p, i) => (p, i)).Where(p => Refused.Contains(p.p.Device.ToString()))
                    .Select(p => new CaptureRefusal(p.i, $"{p.p.Device} cannot be listened on."))],
            });
            if (!EndEarly.Contains(node))
                await capture.Ended.Task.WaitAsync(cancellationToken);
            return Told(node, new CaptureRunResult
            {
                Points = [.. parameters.Points.Select(p => new CapturePointCount
                {
                    Device = p.Device.ToString(), Namespace = p.Namespace?.ToString(), Frames = 0, Dropped = 0,
                })],
            });
        }
        finally
        {
            _captures.TryRemove(id, out _);
        }
    }

    private sealed class Capture(string node, CaptureRunParams parameters, Action<CaptureEvent> onEvent)
    {
        private readonly Lock _lock = new();
        private int _count;

        public string Node => node;

        public CaptureRunParams Parameters => parameters;

        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Raise(int point, FrameDirection direction, byte[] frame)
        {
            lock (_lock)
            {
                onEvent(new CaptureEvent
                {
                    Frame = new CapturedFrame
                    {
                        Point = point,
                        At = DateTimeOffset.UnixEpoch.AddMilliseconds(_count++),
                        Direction = direction,
                        Length = frame.Length,
                        Data = frame,
                        Summary = "",
                    },
                });
            }
        }
    }
}
