using System.Collections.Concurrent;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Inventory;
using Steth.Controller.Tests.Agents;

namespace Steth.Controller.Tests.Collection;

/// <summary>The captures of fake agents: whatever a test puts on a device is seen by every capture that listens there.</summary>
internal sealed class Captures
{
    private readonly ConcurrentDictionary<Guid, Listener> _listeners = new();

    /// <summary>Frames the kernel will be said to have dropped, by node and device.</summary>
    public Dictionary<(string Node, string Device), long> Dropped { get; } = [];

    /// <summary>Devices that cannot be captured on.</summary>
    public HashSet<(string Node, string Device)> Missing { get; } = [];

    public int Open => _listeners.Count;

    /// <summary>Captures never end by themselves, only by capture.end.</summary>
    public bool Endless { get; set; }

    /// <summary>Lets a node capture.</summary>
    public void Serve(FakeAgents agents, Node node)
    {
        agents.OnStream(node, AgentOperations.CaptureRun, (parameters, onEvent, ct) => RunAsync(node, parameters, onEvent, ct));
        agents.On(node, AgentOperations.CaptureEnd, p => new CaptureEndResult
        {
            Ended = _listeners.Values.FirstOrDefault(l => l.Node == node.Name && l.Parameters.CaptureId == p.CaptureId)?.Ended.TrySetResult() == true,
        });
    }

    private async Task<CaptureRunResult> RunAsync(Node node, CaptureRunParams parameters, Action<CaptureEvent> onEvent, CancellationToken ct)
    {
        if (parameters.Points.FirstOrDefault(p => Missing.Contains((node.Name, p.Device.ToString()))) is { } missing)
            throw new Controller.Agents.AgentException(node.Name, OperationErrorCode.NoSuchDevice, $"There is no device '{missing.Device}'.");
        var id = Guid.NewGuid();
        var listener = _listeners[id] = new Listener(node.Name, parameters, onEvent);
        try
        {
            listener.Raise(new CaptureEvent { Listening = true });
            // The agents' seconds pass ten times as fast, or the tests would be slow.
            await Task.WhenAny(listener.Ended.Task, Task.Delay(Endless ? Timeout.Infinite : parameters.Seconds * 100, ct));
            ct.ThrowIfCancellationRequested();
            return new CaptureRunResult
            {
                Points = [.. parameters.Points.Select(p => new CapturePointCount
                {
                    Device = p.Device.ToString(),
                    Frames = 0,
                    Dropped = Dropped.GetValueOrDefault((node.Name, p.Device.ToString())),
                })],
            };
        }
        finally
        {
            _listeners.TryRemove(id, out _);
        }
    }

    /// <summary>A frame crosses a device.</summary>
    public void Cross(string node, string device, FrameDirection direction, byte[] frame)
    {
        foreach (var listener in _listeners.Values.Where(l => l.Node == node))
        {
            for (var i = 0; i < listener.Parameters.Points.Count; i++)
            {
                if (listener.Parameters.Points[i].Device.ToString() == device)
                    listener.Raise(new CaptureEvent { Frame = Frame(i, direction, frame) });
            }
        }
    }

    private static CapturedFrame Frame(int point, FrameDirection direction, byte[] frame) =>
        new() { Point = point, At = DateTimeOffset.UnixEpoch, Direction = direction, Length = frame.Length, Data = frame, Summary = "" };

    private sealed class Listener(string node, CaptureRunParams parameters, Action<CaptureEvent> onEvent)
    {
        private readonly Lock _lock = new();

        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Node => node;

        public CaptureRunParams Parameters => parameters;

        public void Raise(CaptureEvent happening)
        {
            lock (_lock)
                onEvent(happening);
        }
    }
}
