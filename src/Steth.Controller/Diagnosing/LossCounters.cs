using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Checks;
using Steth.Diagnosis.Checks.Flows;
using Steth.Diagnosis.Evidence;

namespace Steth.Controller.Diagnosing;

/// <summary>
/// Sends lost probes again and reads the counters of the flows their traces end at: a trace says what a table would do, a counter what it
/// did.
/// </summary>
internal sealed class LossCounters(AgentCalls calls, IReadOnlyList<Node> nodes, DiagnosisEvidence evidence)
{
    private const int Copies = 3;
    private const int MostFlows = 8;

    // Counters of OpenFlow flows lag behind the datapath's by up to a round of the revalidators.
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan _longest = TimeSpan.FromMilliseconds(1500);

    /// <summary>Counts.</summary>
    /// <param name="losses">What was lost.</param>
    /// <param name="traces">Their traces.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The traces, with their counts where those could be read.</returns>
    public async Task<IReadOnlyList<TraceEvidence>> CountAsync(
        IReadOnlyList<Loss> losses, IReadOnlyList<TraceEvidence> traces, CancellationToken cancellationToken)
    {
        var situation = new DiagnosisCase(evidence with { Traces = traces });
        // How often a router asks for a neighbour is its own affair: nothing is sent that a counter would have to show.
        var ends = traces.Where(t => t is { IsRequest: true, AsksForNeighbour: false })
            .Select(t => (Trace: t, End: DroppingFlow.Find(situation, t))).Where(t => t.End is not null).Take(MostFlows).ToList();
        if (ends.Count == 0)
            return traces;
        var tables = ends.Select(e => (e.Trace.Host, e.End!.Bridge, e.End.Table)).Distinct().ToList();
        var before = await ReadAsync(tables, cancellationToken);
        List<ProbeEvidence> again = [.. losses.Select(l => l.Probe).Where(p => ends.Any(e => e.Trace.Probe == p.Kind))];
        var sent = await new ProbeSender(calls, nodes, evidence).SendAsync(again, Copies, cancellationToken);
        var start = calls.Time.GetTimestamp();
        Dictionary<OvsTraceStep, long> moved;
        do
        {
            await Task.Delay(_look, calls.Time, cancellationToken);
            var after = await ReadAsync(tables, cancellationToken);
            moved = [];
            foreach (var (trace, end) in ends)
            {
                if (Packets(before, trace.Host, end!) is { } was && Packets(after, trace.Host, end!) is { } now)
                    moved[end!] = now - was;
            }
        }
        while (moved.Values.Any(m => m <= 0) && calls.Time.GetElapsedTime(start) < _longest);
        return [.. traces.Select(trace =>
        {
            var end = ends.FirstOrDefault(e => e.Trace == trace).End;
            var left = sent.FirstOrDefault(s => s.Probe == trace.Probe).Sent is { Failure: null };
            return end is not null && left && moved.TryGetValue(end, out var count)
                ? trace with { LastFlowMoved = count, SentMeanwhile = Copies }
                : trace;
        })];
    }

    private async Task<Dictionary<(string Host, string Bridge, int Table), IReadOnlyList<OvsFlow>>> ReadAsync(
        IReadOnlyList<(string Host, string Bridge, int Table)> tables, CancellationToken cancellationToken)
    {
        var read = await Task.WhenAll(tables.Select(async t =>
        {
            try
            {
                var dump = await calls.CallAsync(
                    nodes.First(n => n.Name == t.Host),
                    AgentOperations.OvsFlows,
                    new OvsFlowsParams { Bridge = DeviceName.Parse(t.Bridge), Table = t.Table },
                    cancellationToken);
                return (Place: t, dump.Flows);
            }
            catch (AgentException)
            {
                // Without its counters a trace still tells what the table would do.
                return (Place: t, Flows: (IReadOnlyList<OvsFlow>)[]);
            }
        }));
        return read.ToDictionary(r => r.Place, r => r.Flows);
    }

    /// <summary>Packets of the one flow a step names; null: none, or not one only.</summary>
    private long? Packets(
        Dictionary<(string Host, string Bridge, int Table), IReadOnlyList<OvsFlow>> dumps, string host, OvsTraceStep step)
    {
        var match = Fields(step.Match ?? "", host);
        var fitting = dumps[(host, step.Bridge, step.Table)].Where(f => f.Priority == step.Priority && f.Cookie == step.Cookie
            && Fields(f.Match, host).SetEquals(match)).ToList();
        return fitting is [var flow] ? flow.Packets : null;
    }

    // A trace names ports, a dump numbers them.
    private HashSet<string> Fields(string match, string host) =>
    [
        .. match.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(field =>
        {
            if (!field.StartsWith("in_port=", StringComparison.Ordinal))
                return field;
            var name = field["in_port=".Length..].Trim('"');
            var number = evidence.Host(host)?.Ovs?.Bridges.SelectMany(b => b.Ports).SelectMany(p => p.Interfaces)
                .FirstOrDefault(i => i.Name == name)?.Ofport;
            return FormattableString.Invariant($"in_port={(number is { } port ? port : name)}");
        }),
    ];
}
