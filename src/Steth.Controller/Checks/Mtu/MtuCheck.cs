using System.Collections.Concurrent;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Checks.Pairs;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Readiness.Mtu;
using Steth.Diagnosis.Readiness.Pairs;

namespace Steth.Controller.Checks.Mtu;

/// <summary>The largest packet that passes, for every directed pair of every network at once (<c>steth check mtu</c>).</summary>
public sealed class MtuCheck(AgentCalls calls)
{
    /// <summary>A search takes under a second, or some while small packets are lost; the rest is the pace.</summary>
    private static readonly TimeSpan SearchTime = TimeSpan.FromSeconds(20);

    /// <summary>Packets one search of a path that is too small takes.</summary>
    private const int PacketsASearch = 150;

    /// <summary>Searches and judges.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="request">What to try, and how.</param>
    /// <param name="progress">Told how far it is; null: nobody wants to know.</param>
    /// <param name="cancellationToken">Ends it; nothing stays behind on the nodes.</param>
    public async Task<MtuReport> RunAsync(
        IReadOnlyList<Node> nodes, MtuRequest request, Action<CheckProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentNullException.ThrowIfNull(request);
        var start = calls.Time.GetTimestamp();
        (PairPlace From, PairPlace To)[] pairs = [.. PairPlace.Pairs(PairPlace.Of(nodes, request.Networks))];
        var found = new ConcurrentDictionary<(PairPlace, PairPlace), MtuSearchTargetResult>();
        var failed = new ConcurrentDictionary<Node, PairProblem>();
        await using var reflectors = new Reflectors(calls, request.Port, request.Pps);
        progress?.Invoke(new CheckProgress(null, "the nodes begin to listen"));
        await reflectors.StartAsync(pairs, cancellationToken);
        var senders = pairs.GroupBy(p => p.From.Node).ToArray();
        var done = 0;
        await Task.WhenAll(senders.Select(async sender =>
        {
            try
            {
                await SearchAsync(sender.Key, [.. sender], reflectors, request, found, cancellationToken);
            }
            catch (AgentException e)
            {
                failed[sender.Key] = reflectors.Fail(sender.Key, e);
            }
            progress?.Invoke(new CheckProgress(
                (double)Interlocked.Increment(ref done) / senders.Length,
                    FormattableString.Invariant($"{done} of {senders.Length} nodes are done")));
        }));
        var evidence = new MtuEvidence
        {
            Pairs = [.. pairs.Select(p => Pair(p.From, p.To, found.GetValueOrDefault(p), failed, reflectors))],
            Interfaces = [.. Interfaces(found)],
            Needs = request.Needs,
            Unreachable = reflectors.Silent,
            Notes = request.Notes,
        };
        return MtuJudge.Judge(evidence) with { TookMs = (long)calls.Time.GetElapsedTime(start).TotalMilliseconds };
    }

    private async Task SearchAsync(
        Node node,
        (PairPlace From, PairPlace To)[] pairs,
        Reflectors reflectors,
        MtuRequest request,
        ConcurrentDictionary<(PairPlace, PairPlace), MtuSearchTargetResult> found,
        CancellationToken cancellationToken)
    {
        // A node whose reflector could not start may still answer ICMP; one whose agent is silent is left alone.
        pairs = [.. pairs.Where(p => reflectors.ProblemOf(p.From, p.To) is not { Silent: true })];
        if (pairs.Length == 0)
            return;
        var parameters = new MtuSearchParams
        {
            Token = reflectors.Token,
            Targets =
            [
                .. pairs.Select(p => new MtuSearchTarget { From = p.From.Address, To = p.To.Address, Port = reflectors.Of(p.To)?.Port }),
            ],
            Pps = request.Pps,
            TimeoutMs = request.TimeoutMs,
        };
        var result = await calls.StreamAsync(
            node, AgentOperations.MtuSearch, parameters, static _ => { },
            SearchTime + TimeSpan.FromSeconds(2.0 * PacketsASearch * pairs.Length / request.Pps), cancellationToken);
        foreach (var (pair, target) in pairs.Zip(result.Targets))
            found[pair] = target;
    }

    private static MtuPair Pair(
        PairPlace from,
        PairPlace to,
        MtuSearchTargetResult? target,
        ConcurrentDictionary<Node, PairProblem> failed,
        Reflectors reflectors)
    {
        var problem = failed.GetValueOrDefault(from.Node) ?? reflectors.ProblemOf(from, to);
        return new MtuPair
        {
            From = from.Node.Name,
            To = to.Node.Name,
            Network = from.Network,
            IpVersion = from.IpVersion,
            Udp = Measure(target?.Udp),
            Icmp = Measure(target?.Icmp),
            Remembered = target?.RememberedMtu,
            // ICMP alone is a measurement, too.
            Problem = target is not null && problem is { Silent: false } && target.Icmp?.Passed is not null ? null : problem,
        };
    }

    private static MtuMeasure? Measure(MtuFound? found) => found is null ? null : new MtuMeasure(found.Passed, found.Failed, found.Reason);

    private static IEnumerable<MtuInterface> Interfaces(
        ConcurrentDictionary<(PairPlace From, PairPlace To), MtuSearchTargetResult> found) =>
        found.Where(f => f.Value is { Interface: not null, InterfaceMtu: not null })
            .Select(f => new MtuInterface(
                f.Key.From.Node.Name, f.Key.From.Network, f.Key.From.IpVersion, f.Value.Interface!, f.Value.InterfaceMtu!.Value))
            .Distinct()
            .OrderBy(i => i.Node, StringComparer.Ordinal);
}
