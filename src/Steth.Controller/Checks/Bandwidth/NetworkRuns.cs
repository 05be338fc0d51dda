using System.Collections.Concurrent;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Readiness.Bandwidth;

namespace Steth.Controller.Checks.Bandwidth;

/// <summary>The runs on one network.</summary>
internal sealed class NetworkRuns
{
    private readonly AgentCalls _calls;
    private readonly BandwidthRequest _request;
    private readonly Silences _silences;
    private readonly Dictionary<string, Node> _nodes;
    private readonly IReadOnlyList<NodePair> _planned;

    /// <summary>Plans them, without the nodes that are silent already.</summary>
    public NetworkRuns(
        AgentCalls calls, BandwidthRequest request, string name, IReadOnlyList<Node> nodes, Silences silences)
    {
        (_calls, _request, _silences, Name) = (calls, request, silences, name);
        _nodes = nodes.Where(node => node.Networks.Any(place => place.Type == name)).ToDictionary(node => node.Name);
        _planned = [.. request.Pairs.Rounds([.. _nodes.Keys]).SelectMany(round => round)];
        Rounds = request.Pairs.Rounds([.. _nodes.Values.Where(node => silences.Of(node) is null).Select(node => node.Name)]);
    }

    /// <summary>The network type.</summary>
    public string Name { get; }

    /// <summary>The rounds between the nodes that answer.</summary>
    public IReadOnlyList<IReadOnlyList<NodePair>> Rounds { get; }

    /// <summary>Runs in all: two a pair.</summary>
    public int RunCount => 2 * Rounds.Sum(round => round.Count);

    /// <summary>There are not two nodes to measure between.</summary>
    public bool IsLonely => _nodes.Count < 2;

    /// <summary>Measures: one row a directed pair, in the nodes' order.</summary>
    public async Task<IReadOnlyList<BandwidthRun>> MeasureAsync(RunProgress progress, CancellationToken cancellationToken)
    {
        var runs = new ConcurrentBag<BandwidthRun>();
        if (Rounds.Count > 0)
        {
            progress.Begin(Name);
            await using var servers = new IperfServers(_calls, _request, Name, _silences);
            await servers.StartAsync(
                [.. Rounds.SelectMany(round => round).SelectMany(pair => (string[])[pair.One, pair.Other]).Distinct().Select(name =>
                    _nodes[name])],
                cancellationToken);
            foreach (var round in Rounds)
            {
                await Task.WhenAll(round.Select(pair => BothWaysAsync(servers, pair, round.Count - 1)));
                progress.RoundDone();
            }
        }
        foreach (var pair in _planned.Where(pair => !Rounds.Any(round => round.Contains(pair))))
        {
            foreach (var (from, to) in ((string, string)[])[(pair.One, pair.Other), (pair.Other, pair.One)])
            {
                if ((_silences.Of(_nodes[from]) ?? _silences.Of(_nodes[to])) is { } silent)
                    runs.Add(new BandwidthRun { From = from, To = to, Network = Name, Problem = silent });
            }
        }
        var order = _nodes.Keys.Index().ToDictionary(node => node.Item, node => node.Index);
        return [.. runs.OrderBy(run => order[run.From]).ThenBy(run => order[run.To])];

        async Task BothWaysAsync(IperfServers servers, NodePair pair, int beside)
        {
            foreach (var (from, to) in ((string, string)[])[(pair.One, pair.Other), (pair.Other, pair.One)])
            {
                var (measurement, problem) = await servers.RunAsync(_nodes[from], _nodes[to], cancellationToken);
                runs.Add(new BandwidthRun
                {
                    From = from,
                    To = to,
                    Network = Name,
                    Beside = beside,
                    Measurement = measurement,
                    Problem = problem,
                });
                progress.RunDone(Name);
            }
        }
    }
}
