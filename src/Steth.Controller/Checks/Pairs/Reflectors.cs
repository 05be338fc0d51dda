using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Readiness.Pairs;
using Steth.Diagnosis.Verdicts;

namespace Steth.Controller.Checks.Pairs;

/// <summary>The reflectors of one run, on every node that is to be probed. A node that fails costs its own pairs only.</summary>
internal sealed class Reflectors(AgentCalls calls, int port, int pps) : IAsyncDisposable
{
    /// <summary>They end by themselves then, should their controller hang and yet hold its connections.</summary>
    private const int Seconds = 600;

    private readonly ConcurrentDictionary<Node, ReflectorSession> _running = new();
    private readonly ConcurrentDictionary<(Node, IPAddress), ReflectorPointState> _points = new();
    private readonly ConcurrentDictionary<Node, PairProblem> _failed = new();

    /// <summary>What probes have to carry.</summary>
    public ulong Token { get; } = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));

    /// <summary>Nodes whose agent is silent.</summary>
    public IReadOnlyList<UnreachableHost> Silent =>
        [.. _failed.Values.Where(f => f.Silent).OrderBy(f => f.Node, StringComparer.Ordinal).Select(f =>
            new UnreachableHost(f.Node, f.Reason))];

    /// <summary>Starts them all at once.</summary>
    public async Task StartAsync(IEnumerable<(PairPlace From, PairPlace To)> pairs, CancellationToken cancellationToken) =>
        await Task.WhenAll(pairs.GroupBy(p => p.To.Node).Select(node => StartAsync(node.Key, [.. node], cancellationToken)));

    /// <summary>Where to probe a place: the reflector's port, and whether it answered its own host; null: it cannot be probed.</summary>
    public ReflectorPointState? Of(PairPlace place) =>
        _points.TryGetValue((place.Node, place.Address), out var state) && state.Port is not null ? state : null;

    /// <summary>Why a pair cannot be tried; null: it can.</summary>
    public PairProblem? ProblemOf(PairPlace from, PairPlace to) =>
        _failed.TryGetValue(from.Node, out var sender) && sender.Silent ? sender
        : _failed.TryGetValue(to.Node, out var receiver) ? receiver
        : Of(to) is not null ? null
        : new PairProblem(
            to.Node.Name, _points.GetValueOrDefault((to.Node, to.Address))?.Problem ?? "its agent did not listen", Silent: false);

    /// <summary>An agent failed: whatever else is asked of it does not matter any more.</summary>
    public PairProblem Fail(Node node, AgentException failure)
    {
        var problem = new PairProblem(node.Name, failure.Message, failure.IsSilent);
        if (failure.IsSilent)
            _failed.TryAdd(node, problem);
        return problem;
    }

    /// <summary>Ends them all and tells what each counted.</summary>
    /// <param name="counted">Told of each node that answers.</param>
    /// <param name="failed">Told of each that does not.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task EndAsync(Action<Node, ReflectorRunResult> counted, Action<Node, PairProblem> failed, CancellationToken cancellationToken) =>
        Task.WhenAll(_running.Values.Select(async running =>
        {
            try
            {
                counted(running.Node, await running.EndAsync(cancellationToken));
            }
            catch (AgentException e)
            {
                failed(running.Node, Fail(running.Node, e));
            }
        }));

    /// <summary>Breaks off those that still run.</summary>
    public async ValueTask DisposeAsync() => await Task.WhenAll(_running.Values.Select(r => r.DisposeAsync().AsTask()));

    private async Task StartAsync(Node node, (PairPlace From, PairPlace To)[] pairs, CancellationToken cancellationToken)
    {
        var parameters = new ReflectorRunParams
        {
            ReflectorId = Guid.NewGuid(),
            Token = Token,
            Points =
            [
                .. pairs.GroupBy(p => p.To.Address).Select(a => new ReflectorPoint
                {
                    Address = a.Key,
                    Port = port,
                    Peers = [.. a.Select(p => p.From.Address).Distinct()],
                }),
            ],
            Seconds = Seconds,
            // On the average a node is probed as much as it probes; now and then all probe one.
            Pps = (int)Math.Min(1_000_000, 1000 + 4L * pps),
        };
        try
        {
            var session = await ReflectorSession.StartAsync(calls, node, parameters, cancellationToken);
            _running[node] = session;
            foreach (var state in session.Points)
                _points[(node, state.Address)] = state;
        }
        catch (AgentException e)
        {
            _failed[node] = new PairProblem(node.Name, e.Message, e.IsSilent);
        }
    }
}
