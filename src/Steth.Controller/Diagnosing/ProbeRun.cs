using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Paths;

namespace Steth.Controller.Diagnosing;

/// <summary>Listens on the whole way of every probe, sends all of them, and waits for what comes back.</summary>
/// <remarks>
/// Everything listens before the first frame leaves. What is not answered is sent twice more: the first packets of a flow may be lost to an
/// address resolution or a flow set-up on the way. Wires are quick and programs need not be: what is lost on its way is given half the time
/// of what has reached who should answer.
/// </remarks>
internal sealed class ProbeRun
{
    private const int Attempts = 3;

    /// <summary>After the last frame: stragglers, a second server's answer.</summary>
    private static readonly TimeSpan _grace = TimeSpan.FromMilliseconds(300);

    private readonly AgentCalls _calls;
    private readonly IReadOnlyList<Node> _nodes;
    private readonly DiagnosisEvidence _evidence;
    private readonly IDiagnosisObserver? _observer;
    private readonly Dictionary<ProbeKind, IReadOnlyList<ProbePath>> _ways;
    private readonly SightingReader _reader;
    private readonly ProbeSender _sender;
    private readonly Lock _lock = new();
    private readonly Dictionary<ProbeKind, List<Sighting>> _sightings;
    private readonly List<TracedFrame> _frames = [];
    private readonly Dictionary<ProbeKind, ProbeEvidence> _probes;
    private long _lastArrival;
    private TaskCompletionSource _arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Plans a run over evidence whose static part and probes are there.</summary>
    public ProbeRun(AgentCalls calls, IReadOnlyList<Node> nodes, DiagnosisEvidence evidence, IDiagnosisObserver? observer)
    {
        _calls = calls;
        _nodes = nodes;
        _evidence = evidence;
        _observer = observer;
        var paths = new PathBuilder(evidence);
        _ways = evidence.Probes.ToDictionary(p => p.Kind, p => paths.Build(p.Kind));
        _reader = new SightingReader(evidence.Probes);
        _sender = new ProbeSender(calls, nodes, evidence);
        _probes = evidence.Probes.ToDictionary(p => p.Kind);
        _sightings = evidence.Probes.ToDictionary(p => p.Kind, _ => new List<Sighting>());
    }

    /// <summary>Every captured frame of the probes, by time.</summary>
    public IReadOnlyList<TracedFrame> Frames
    {
        get
        {
            lock (_lock)
                return [.. _frames.OrderBy(f => f.Frame.At)];
        }
    }

    /// <summary>Runs it.</summary>
    /// <param name="wait">How long an answer may take that is asked for where it should come from.</param>
    /// <param name="cancellationToken">Ends it; the captures end with it.</param>
    /// <returns>The evidence with its listeners and sightings.</returns>
    public async Task<DiagnosisEvidence> RunAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        var runnable = _evidence.Probes.Where(p => p.NotRun is null).ToList();
        if (runnable.Count == 0)
            return _evidence;
        var ways = runnable.SelectMany(p => _ways[p.Kind]).ToList();
        _observer?.Ways(ways);
        var points = Points(ways);
        _observer?.Stage(FormattableString.Invariant($"listening on {points.Sum(p => p.Points.Count)} devices of {points.Count} nodes"));
        var filter = ProbePlan.Filter(runnable);
        var seconds = (int)Math.Ceiling(wait.TotalSeconds) + 10;
        var listeners = await Task.WhenAll(points.Select(p => HostListener.StartAsync(
            _calls, p.Node, p.Points, filter, seconds, (point, frame) => Take(p.Node.Name, point, frame), cancellationToken)));
        try
        {
            _observer?.Stage("sending as the guest");
            var start = _calls.Time.GetTimestamp();
            var underway = wait / 2;
            for (var attempt = 1; attempt <= Attempts && Pending() is { Count: > 0 } pending; attempt++)
            {
                await SendAsync(pending, cancellationToken);
                await WaitAsync(Pending, underway * attempt / Attempts, start, cancellationToken);
            }
            await WaitAsync(Asked, wait, start, cancellationToken);
            await GraceAsync(cancellationToken);
            // What reached the guest is being answered by it: that has to find its way back as well.
            await WaitAsync(Pending, underway, start, cancellationToken);
            var told = await Task.WhenAll(listeners.Select(l => l.EndAsync(cancellationToken)));
            lock (_lock)
            {
                return _evidence with
                {
                    Listeners = [.. told.SelectMany(t => t)],
                    Probes = [.. _evidence.Probes.Select(
                        p => _probes[p.Kind] with { Sightings = [.. _sightings[p.Kind].OrderBy(s => s.At)] })],
                };
            }
        }
        finally
        {
            foreach (var listener in listeners)
                await listener.DisposeAsync();
        }
    }

    // One capture a node; a device that several ways share is listened on once.
    private List<(Node Node, IReadOnlyList<CapturePoint> Points)> Points(IEnumerable<ProbePath> ways)
    {
        const int most = 64;
        return [.. ways.SelectMany(w => w.Hops).Where(h => h.CanBeCaptured)
            .SelectMany(h => h.Alternatives.Prepend(h.Device).Select(d => (h.Host, Device: d, h.Namespace))).Distinct()
            .GroupBy(p => p.Host)
            .Select(g => (
                _nodes.First(n => n.Name == g.Key),
                (IReadOnlyList<CapturePoint>)[.. g.Where(p => DeviceName.TryParse(p.Device, null, out _)).Take(most).Select(
                    p => new CapturePoint
                    {
                        Device = DeviceName.Parse(p.Device),
                        Namespace = p.Namespace is { } name && NamespaceName.TryParse(name, null, out var parsed) ? parsed : null,
                    })]))
            .Where(p => p.Item2.Count > 0)];
    }

    private void Take(string host, CapturePoint point, CapturedFrame frame)
    {
        if (_reader.Read(host, point, frame) is not { } read)
            return;
        TaskCompletionSource arrived;
        lock (_lock)
        {
            _sightings[read.Probe].Add(read.Sighting);
            _frames.Add(new TracedFrame(host, read.Sighting.Device, read.Sighting.Namespace, read.Probe, frame));
            _lastArrival = _calls.Time.GetTimestamp();
            arrived = _arrival;
            _arrival = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _observer?.Seen(read.Probe, read.Sighting);
        }
        arrived.TrySetResult();
    }

    /// <summary>Probes that could be sent and were not answered where they entered.</summary>
    private List<ProbeEvidence> Pending() => Unanswered(_ => true);

    /// <summary>Those of them that have reached who should answer.</summary>
    private List<ProbeEvidence> Asked() => Unanswered(way => way.IsRequest && way.LastSeen == way.Leg.Count - 1 && way.Path.Gap is null);

    private List<ProbeEvidence> Unanswered(Func<ProbeOutcome, bool> onSomeWay)
    {
        lock (_lock)
        {
            return [.. _probes.Values.Where(p => p.NotRun is null).Where(p =>
            {
                var seen = p with { Sightings = _sightings[p.Kind] };
                ProbeOutcome[] ways = [.. _ways[p.Kind].Select(way => ProbeReader.Read(_evidence, seen, way))];
                return ways.All(way => way.State != ProbeState.Answered) && ways.Any(onSomeWay);
            })];
        }
    }

    private async Task WaitAsync(Func<List<ProbeEvidence>> awaited, TimeSpan until, long start, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task arrival;
            lock (_lock)
                arrival = _arrival.Task;
            var left = until - _calls.Time.GetElapsedTime(start);
            if (awaited().Count == 0 || left <= TimeSpan.Zero)
                return;
            try
            {
                await arrival.WaitAsync(left, _calls.Time, cancellationToken);
            }
            catch (TimeoutException)
            {
                return;
            }
        }
    }

    private async Task GraceAsync(CancellationToken cancellationToken)
    {
        TimeSpan left;
        lock (_lock)
            left = _grace - _calls.Time.GetElapsedTime(_lastArrival);
        if (left > TimeSpan.Zero)
            await Task.Delay(left, _calls.Time, cancellationToken);
    }

    private async Task SendAsync(List<ProbeEvidence> probes, CancellationToken cancellationToken)
    {
        foreach (var (kind, sent) in await _sender.SendAsync(probes, copies: 1, cancellationToken))
        {
            if (sent.Failure is { } reason)
                Fail(kind, reason);
            else
                Sent(kind, sent.Host!, sent.Method, sent.Note);
        }
    }

    private void Sent(ProbeKind kind, string host, InjectionMethod method, string? note)
    {
        lock (_lock)
        {
            _probes[kind] = _probes[kind] with
            {
                Host = host,
                Injection = method,
                InjectionNote = note,
                Attempts = _probes[kind].Attempts + 1,
            };
        }
    }

    // A second try that fails does not undo the first.
    private void Fail(ProbeKind kind, string reason)
    {
        lock (_lock)
        {
            if (_probes[kind].Attempts == 0)
                _probes[kind] = _probes[kind] with { NotRun = reason };
        }
    }
}
