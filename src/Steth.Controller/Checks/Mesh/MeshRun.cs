using System.Collections.Concurrent;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Checks.Pairs;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Readiness.Mesh;

namespace Steth.Controller.Checks.Mesh;

/// <summary>One run: its reflectors, its probers and what they found.</summary>
internal sealed class MeshRun : IAsyncDisposable
{
    private readonly AgentCalls _calls;
    private readonly MeshRequest _request;
    private readonly Action<CheckProgress>? _progress;
    private readonly (PairPlace From, PairPlace To)[] _pairs;
    private readonly Reflectors _reflectors;
    private readonly ConcurrentDictionary<string, double> _selfDelays = new();

    /// <summary>Plans it.</summary>
    public MeshRun(
        AgentCalls calls, MeshRequest request, IEnumerable<(PairPlace From, PairPlace To)> pairs, Action<CheckProgress>? progress)
    {
        _calls = calls;
        _request = request;
        _progress = progress;
        _pairs = [.. pairs];
        _reflectors = new Reflectors(calls, request.Port, request.Pps);
        Tallies = [.. _pairs.DistinctBy(p => (p.From.Address, p.To.Address)).Select(p => new MeshTally(p.From, p.To))];
    }

    /// <summary>All pairs; two networks that are one, with the same addresses, are probed once.</summary>
    public IReadOnlyList<MeshTally> Tallies { get; }

    /// <summary>Starts a reflector on every node.</summary>
    public async Task ListenAsync(CancellationToken cancellationToken)
    {
        _progress?.Invoke(new CheckProgress(null, "the nodes begin to listen"));
        await _reflectors.StartAsync(Tallies.Select(t => (t.From, t.To)), cancellationToken);
        foreach (var tally in Tallies)
        {
            if (_reflectors.ProblemOf(tally.From, tally.To) is { } problem)
                tally.Spoil(problem);
            else if (_reflectors.Of(tally.To) is { } state)
                (tally.Port, tally.Proven) = (state.Port, state.Proven);
        }
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
        await Task.WhenAll(nodes.Select((node, i) =>
            ProbeAsync(node.Key, [.. node], count, first, done => Report(i, done), cancellationToken)));

        void Report(int node, int done)
        {
            Volatile.Write(ref sent[node], done);
            var sum = sent.Sum();
            _progress?.Invoke(new CheckProgress(
                (double)sum / planned, FormattableString.Invariant($"{sum} of {planned} probes sent by {nodes.Length} nodes")));
        }
    }

    /// <summary>Ends the reflectors and takes what they counted.</summary>
    public Task CountAsync(CancellationToken cancellationToken)
    {
        _progress?.Invoke(new CheckProgress(1, "asking the nodes what they heard"));
        var byReceiver = Tallies.ToLookup(t => t.To.Node);
        return _reflectors.EndAsync(
            (node, result) =>
            {
                var points = result.Points.ToDictionary(p => p.Address);
                var heard = result.Points.SelectMany(p => p.Peers.Select(peer => (p.Address, peer)))
                    .ToDictionary(p => (p.Address, p.peer.Peer), p => p.peer);
                foreach (var tally in byReceiver[node])
                {
                    tally.Add(
                        heard.GetValueOrDefault((tally.To.Address, tally.From.Address)),
                            points.GetValueOrDefault(tally.To.Address)?.Dropped, result.NeighboursFull);
                }
            },
            (node, problem) =>
            {
                // What was answered was answered; what was not may have died with the agent.
                foreach (var tally in byReceiver[node].Where(t => t.IsLossy))
                    tally.Spoil(problem);
            },
            cancellationToken);
    }

    /// <summary>What is known now.</summary>
    public MeshEvidence Evidence()
    {
        var measured = Tallies.ToDictionary(t => (t.From.Address, t.To.Address), t => t.Pair());
        return new MeshEvidence
        {
            Pairs = [.. _pairs.Select(p => measured[(p.From.Address, p.To.Address)] with { Network = p.To.Network })],
            Unreachable = _reflectors.Silent,
            SelfDelayP99Ms = new Dictionary<string, double>(_selfDelays),
        };
    }

    /// <summary>Breaks off what still listens.</summary>
    public ValueTask DisposeAsync() => _reflectors.DisposeAsync();

    private async Task ProbeAsync(
        Node node, MeshTally[] tallies, int count, int first, Action<int> report, CancellationToken cancellationToken)
    {
        var parameters = new UdpProbeParams
        {
            Token = _reflectors.Token,
            Targets = [.. tallies.Select(t => new UdpProbeTarget { From = t.From.Address, To = t.To.Address, Port = t.Port!.Value })],
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
                tally.Add(found, result);
            if (result.SelfDelayP99Ms is { } delay)
                _selfDelays.AddOrUpdate(node.Name, delay, (_, before) => Math.Max(delay, before));
            report(count * tallies.Length);
        }
        catch (AgentException e)
        {
            var problem = _reflectors.Fail(node, e);
            foreach (var tally in tallies)
                tally.Spoil(problem);
        }
    }

    /// <summary>How long a prober takes by itself.</summary>
    private static TimeSpan Duration(UdpProbeParams parameters)
    {
        var probes = (double)parameters.Targets.Count * (parameters.Count + 1);
        return TimeSpan.FromSeconds(1 + probes / parameters.Pps)
            + TimeSpan.FromMilliseconds((double)parameters.Count * parameters.IntervalMs + parameters.TimeoutMs);
    }
}
