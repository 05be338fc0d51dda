using System.Collections.Concurrent;
using System.Net;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Inventory;
using Steth.Controller.Tests.Agents;

namespace Steth.Controller.Tests.Checks.Mesh;

/// <summary>
/// Nodes whose agents reflect and probe in memory: a probe is lost where a test says so, and each reflector counts what reached it.
/// </summary>
internal sealed class PairWorld
{
    private readonly ConcurrentDictionary<(IPAddress To, IPAddress From), (int Received, int Answered)> _heard = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<ReflectorRunResult>> _ends = new();

    public PairWorld(params Node[] nodes)
    {
        Nodes = nodes;
        foreach (var node in nodes)
        {
            Agents.OnStream(node, AgentOperations.ReflectorRun, (p, tell, ct) => ReflectAsync(node, p, tell, ct));
            Agents.On(node, AgentOperations.ReflectorEnd, _ => End(node));
            Agents.OnStream(node, AgentOperations.UdpProbe, (p, tell, _) => Task.FromResult(Probe(p, tell)));
        }
    }

    public FakeAgents Agents { get; } = new();

    public IReadOnlyList<Node> Nodes { get; }

    /// <summary>Of the probes of a run on their way, and of as many answers: how many are lost.</summary>
    public Func<IPAddress, IPAddress, int, int> Lost { get; set; } = (_, _, _) => 0;

    /// <summary>Addresses that no interface has.</summary>
    public HashSet<IPAddress> Missing { get; } = [];

    /// <summary>Reflectors that still run.</summary>
    public ConcurrentDictionary<string, bool> Listening { get; } = new();

    /// <summary>Nodes whose kernel has no room for new neighbours.</summary>
    public HashSet<string> Crowded { get; } = [];

    /// <summary>Nodes that answer too late.</summary>
    public HashSet<string> Late { get; } = [];

    /// <summary>Every run of a prober.</summary>
    public ConcurrentQueue<UdpProbeParams> Runs { get; } = new();

    public static Node Node(string name, int last, params string[] networks) => FakeAgents.Node(
        name, [.. networks.Select((n, i) => new NodeNetwork(n, IPAddress.Parse($"10.{i}.0.{last}"), null))]);

    private async Task<ReflectorRunResult> ReflectAsync(
        Node node, ReflectorRunParams parameters, Action<ReflectorListening> tell, CancellationToken cancellationToken)
    {
        var end = _ends[node.Name] = new TaskCompletionSource<ReflectorRunResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        Listening[node.Name] = true;
        tell(new ReflectorListening
        {
            Points =
            [
                .. parameters.Points.Select(p => Missing.Contains(p.Address)
                    ? new ReflectorPointState { Address = p.Address, Proven = false, Problem = $"This host has no address {p.Address}." }
                    : new ReflectorPointState { Address = p.Address, Port = 9698, Proven = true }),
            ],
        });
        try
        {
            await end.Task.WaitAsync(cancellationToken);
            return new ReflectorRunResult
            {
                NeighboursFull = Crowded.Contains(node.Name) ? 3 : 0,
                Points =
                [
                    .. parameters.Points.Select(p => new ReflectorPointCounts
                    {
                        Address = p.Address,
                        Strangers = 0,
                        Dropped = 0,
                        Peers =
                        [
                            .. _heard.Where(h => h.Key.To.Equals(p.Address)).Select(h => new ReflectorPeerCounts
                            {
                                Peer = h.Key.From,
                                Received = h.Value.Received,
                                Answered = h.Value.Answered,
                                Duplicates = 0,
                                Reordered = 0,
                                Refused = 0,
                                Late = Late.Contains(node.Name) ? 2 : 0,
                            }),
                        ],
                    }),
                ],
            };
        }
        finally
        {
            Listening.TryRemove(node.Name, out _);
        }
    }

    private ReflectorEndResult End(Node node)
    {
        _ends[node.Name].TrySetResult(new ReflectorRunResult { Points = [] });
        return new ReflectorEndResult { Ended = true };
    }

    private UdpProbeResult Probe(UdpProbeParams parameters, Action<UdpProbeProgress> tell)
    {
        Runs.Enqueue(parameters);
        tell(new UdpProbeProgress { Sent = 1, Planned = parameters.Targets.Count * parameters.Count });
        return new UdpProbeResult
        {
            Targets = [.. parameters.Targets.Select(t => Probe(t, parameters.Count))],
            SelfDelayP50Ms = 0.01,
            SelfDelayP99Ms = 0.1,
            Dropped = 0,
            NeighboursFull = Nodes.Any(n => Crowded.Contains(n.Name) && n.Networks.Any(at => at.Address.Equals(parameters.Targets[0].From))) ? 3 : 0,
        };
    }

    private UdpProbeTargetResult Probe(UdpProbeTarget target, int count)
    {
        var reflected = count - Lost(target.From, target.To, count);
        var received = Math.Max(0, reflected - Lost(target.To, target.From, count));
        _heard.AddOrUpdate((target.To, target.From), (reflected, reflected), (_, b) => (b.Received + reflected, b.Answered + reflected));
        return new UdpProbeTargetResult
        {
            From = target.From,
            To = target.To,
            Sent = count,
            Received = received,
            RttMinMs = received > 0 ? 0.1 : null,
            RttP50Ms = received > 0 ? 0.2 : null,
            RttP99Ms = received > 0 ? 0.3 : null,
            RttMaxMs = received > 0 ? 0.3 : null,
            JitterMs = received > 0 ? 0.01 : null,
            Reordered = 0,
            Duplicates = 0,
        };
    }
}
