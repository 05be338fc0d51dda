using System.Security.Cryptography;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Readiness.Mesh;
using Steth.Diagnosis.Verdicts;

namespace Steth.Controller.Checks.Mesh;

/// <summary>One run: its reflectors, its probers and what they found. A node that fails costs its own pairs only.</summary>
internal sealed class MeshRun : IAsyncDisposable
{
    /// <summary>Reflectors end by themselves then, should their controller hang and yet hold its connections.</summary>
    private const int ReflectorSeconds = 600;

    private readonly AgentCalls _calls;
    private readonly MeshRequest _request;
    private readonly Action<CheckProgress>? _progress;
    private readonly ulong _token = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));
    private readonly Lock _lock = new();
    private readonly (MeshPlace From, MeshPlace To)[] _pairs;
    private readonly List<ReflectorSession> _reflectors = [];
    private readonly Dictionary<string, string> _silent = [];
    private readonly Dictionary<string, double> _selfDelays = [];

    /// <summary>Plans it.</summary>
    public MeshRun(
        AgentCalls calls, MeshRequest request, IEnumerable<(MeshPlace From, MeshPlace To)> pairs, Action<CheckProgress>? progress)
    {
        _calls = calls;
        _request = request;
        _progress = progress;
        _pairs = [.. pairs];
        Tallies = [.. _pairs.DistinctBy(p => (p.From.Address, p.To.Address)).Select(p => new MeshTally(p.From, p.To))];
    }

    /// <summary>All pairs; two networks that are one, with the same addresses, are probed once.</summary>
    public IReadOnlyList<MeshTally> Tallies { get; }

    /// <summary>Starts a reflector on every node, all at once.</summary>
    public async Task ListenAsync(CancellationToken cancellationToken)
    {
        var nodes = Tallies.GroupBy(t => t.To.Node).ToArray();
        _progress?.Invoke(new CheckProgress(null, FormattableString.Invariant($"{nodes.Length} nodes begin to listen")));
        await Task.WhenAll(nodes.Select(node => ListenAsync(node.Key, [.. node], cancellationToken)));
    }

    /// <summary>Lets every node probe, all at once.</summary>
    /// <param name="tallies">Which pairs.</param>
    /// <param name="count">Probes a pair.</param>
    /// <param name="first">Number of the first.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task ProbeAsync(IReadOnlyList<MeshTally> tallies, int count, int first, CancellationToken cancellationToken)
    {
        var nodes = tallies.Where(t => t.CanTry).GroupBy(t => t.From.Node).ToArray();
        var sent = new int[nodes.Length];
        var planned = nodes.Sum(n => n.Count()) * count;
        await Task.WhenAll(nodes.Select((node, i) => ProbeAsync(node.Key, [.. node], count, first, done => Report(i, done), cancellationToken)));

        void Report(int node, int done)
        {
            if (_progress is null)
                return;
            Volatile.Write(ref sent[node], done);
            var sum = sent.Sum();
            _progress(new CheckProgress(
                (double)sum / planned, FormattableString.Invariant($"{sum} of {planned} probes sent between {nodes.Length} nodes")));
        }
    }

    /// <summary>Ends the reflectors and takes what they counted.</summary>
    public Task CountAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_reflectors.Select(r => CountAsync(r, cancellationToken)));

    /// <summary>What is known now.</summary>
    public MeshEvidence Evidence()
    {
        var measured = Tallies.ToDictionary(t => (t.From.Address, t.To.Address), t => t.Pair());
        lock (_lock)
        {
            return new MeshEvidence
            {
                Pairs = [.. _pairs.Select(p => measured[(p.From.Address, p.To.Address)] with { Network = p.To.Network })],
                Unreachable = [.. _silent.Select(s => new UnreachableHost(s.Key, s.Value))],
                SelfDelayP99Ms = new Dictionary<string, double>(_selfDelays),
            };
        }
    }

    /// <summary>Breaks off what still listens.</summary>
    public async ValueTask DisposeAsync() => await Task.WhenAll(_reflectors.Select(r => r.DisposeAsync().AsTask()));

    private async Task ListenAsync(Node node, MeshTally[] tallies, CancellationToken cancellationToken)
    {
        var byAddress = tallies.GroupBy(t => t.To.Address).ToArray();
        var parameters = new ReflectorRunParams
        {
            ReflectorId = Guid.NewGuid(),
            Token = _token,
            Points =
            [
                .. byAddress.Select(a => new ReflectorPoint
                {
                    Address = a.Key,
                    Port = _request.Port,
                    Peers = [.. a.Select(t => t.From.Address).Distinct()],
                }),
            ],
            Seconds = ReflectorSeconds,
            Pps = (int)Math.Min(1_000_000, 1000 + 4L * _request.Pps),
        };
        try
        {
            var reflector = await ReflectorSession.StartAsync(_calls, node, parameters, cancellationToken);
            lock (_lock)
                _reflectors.Add(reflector);
            foreach (var (state, place) in reflector.Points.Zip(byAddress))
            {
                foreach (var tally in place)
                {
                    (tally.Port, tally.Proven) = (state.Port, state.Proven);
                    if (state.Port is null)
                        tally.Spoil(new MeshProblem(node.Name, state.Problem ?? "it does not listen", Silent: false));
                }
            }
        }
        catch (AgentException e)
        {
            Spoil(node, tallies.Concat(Tallies.Where(t => t.From.Node == node && e.IsSilent)), e);
        }
    }

    private async Task ProbeAsync(
        Node node, MeshTally[] tallies, int count, int first, Action<int> report, CancellationToken cancellationToken)
    {
        var parameters = new UdpProbeParams
        {
            Token = _token,
            Targets =
            [
                .. tallies.Select(t => new UdpProbeTarget { From = t.From.Address, To = t.To.Address, Port = t.Port!.Value }),
            ],
            Count = count,
            FirstSequence = first,
            IntervalMs = _request.IntervalMs,
            TimeoutMs = _request.TimeoutMs,
            Size = _request.Size,
            Pps = _request.Pps,
        };
        try
        {
            var result = await _calls.StreamAsync(
                node, AgentOperations.UdpProbe, parameters, progress => report(progress.Sent), Duration(parameters), cancellationToken);
            foreach (var (tally, found) in tallies.Zip(result.Targets))
                tally.Add(found, result.Dropped);
            lock (_lock)
            {
                if (result.SelfDelayP99Ms is { } delay)
                    _selfDelays[node.Name] = Math.Max(delay, _selfDelays.GetValueOrDefault(node.Name));
            }
            report(count * tallies.Length);
        }
        catch (AgentException e)
        {
            Spoil(node, tallies, e);
        }
    }

    /// <summary>How long a prober takes by itself.</summary>
    private static TimeSpan Duration(UdpProbeParams parameters)
    {
        var probes = (double)parameters.Targets.Count * (parameters.Count + 1);
        return TimeSpan.FromSeconds(1 + probes / parameters.Pps)
            + TimeSpan.FromMilliseconds((double)parameters.Count * parameters.IntervalMs + parameters.TimeoutMs);
    }

    private async Task CountAsync(ReflectorSession reflector, CancellationToken cancellationToken)
    {
        try
        {
            var result = await reflector.EndAsync(cancellationToken);
            var points = result.Points.ToLookup(p => p.Address);
            foreach (var tally in Tallies.Where(t => t.To.Node == reflector.Node))
            {
                var point = points[tally.To.Address].FirstOrDefault();
                tally.Add(point?.Peers.FirstOrDefault(p => p.Peer.Equals(tally.From.Address)), point?.Dropped);
            }
        }
        catch (AgentException e)
        {
            // What was answered was answered; what was not may have died with the agent.
            Spoil(reflector.Node, Tallies.Where(t => t.To.Node == reflector.Node && t.IsLossy), e);
        }
    }

    private void Spoil(Node node, IEnumerable<MeshTally> tallies, AgentException failure)
    {
        lock (_lock)
        {
            if (failure.IsSilent)
                _silent.TryAdd(node.Name, failure.Message);
        }
        foreach (var tally in tallies)
            tally.Spoil(new MeshProblem(node.Name, failure.Message, failure.IsSilent));
    }
}
