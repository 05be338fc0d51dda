using System.Globalization;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Checks.Addresses;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Readiness.Nics;
using Steth.Diagnosis.Verdicts;

namespace Steth.Controller.Checks;

/// <summary>Looks at the NICs that carry the nodes' networks, on all nodes at the same time.</summary>
public sealed class NicsCheck(AgentCalls calls)
{
    // An agent takes at most so many a call (nic.inspect).
    private const int MostNics = 64;

    // ip(8), lldpctl(8) and the drivers of an agent take their time beside the looking.
    private static readonly TimeSpan _overhead = TimeSpan.FromSeconds(10);

    /// <summary>Finds the NICs, looks and judges.</summary>
    /// <returns>One result a NIC; a node that is silent or refuses costs its own.</returns>
    public async Task<NicsReport> RunAsync(
        IReadOnlyList<Node> nodes, NicsRequest request, Action<CheckProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentNullException.ThrowIfNull(request);
        var start = calls.Time.GetTimestamp();
        // A node of the configuration that is on none of these networks has no NIC for them, and lacks none.
        Node[] away = [.. nodes.Where(n => n.Networks.Count > 0 && !n.Networks.Any(place => request.Networks.Contains(place.Type)))];
        nodes = [.. nodes.Except(away)];
        var takes = TimeSpan.FromSeconds(Math.Max(request.LookSeconds, request.LldpSeconds)) + _overhead;
        var done = 0;
        progress?.Invoke(new CheckProgress(0, Text($"looking for the NICs of {nodes.Count} nodes")));
        var found = await FanOut.RunAsync(nodes, FindAsync, calls.Timeout * 2, calls.Time, cancellationToken);
        Node[] looked = [.. found.Where(f => f.Result?.Nics.Count > 0).Select(f => f.Node)];
        var places = found.Where(f => f.Result is not null).ToDictionary(f => f.Node.Name, f => f.Result!);
        progress?.Invoke(new CheckProgress(0, Text($"looking at the NICs of {looked.Length} nodes for {takes - _overhead:%s} s")));
        var answers = await FanOut.RunAsync(looked, LookAsync, calls.Timeout + takes, calls.Time, cancellationToken);
        var told = answers.ToDictionary(a => a.Node.Name);
        var report = NicsJudge.Judge(new NicsEvidence
        {
            Thresholds = request.Thresholds,
            Nodes = [.. found.Select(f => Evidence(f, told.GetValueOrDefault(f.Node.Name)))],
            Unreachable =
            [
                .. found.Select(f => (f.Node, Failure: told.GetValueOrDefault(f.Node.Name)?.Failure ?? f.Failure))
                    .Where(f => f.Failure is { IsSilent: true }).Select(f => new UnreachableHost(f.Node.Name, f.Failure!.Message)),
            ],
            TookMs = (long)calls.Time.GetElapsedTime(start).TotalMilliseconds,
        });
        return away.Length == 0 ? report : report with
        {
            Notes =
            [
                .. report.Notes,
                $"Not looked at, because they are on none of these networks: {string.Join(", ", away.Select(n => n.Name))}.",
            ],
        };

        async Task<Found> FindAsync(Node node, CancellationToken ct)
        {
            var facts = await NodeFacts.AskAsync(calls, node, routes: false, ct);
            var (nics, gaps) = NetworkNics.Of(facts, request.Networks);
            return new Found(nics, gaps);
        }

        async Task<NicInspectResult> LookAsync(Node node, CancellationToken ct)
        {
            var names = places[node.Name].Nics.Select(n => DeviceName.Parse(n.Nic)).Distinct();
            var parts = await Task.WhenAll(names.Chunk(MostNics).Select(some => calls.CallAsync(
                node, AgentOperations.NicInspect,
                new NicInspectParams { Nics = some, Seconds = request.LookSeconds, LldpSeconds = request.LldpSeconds }, takes, ct)));
            progress?.Invoke(new CheckProgress((double)Interlocked.Increment(ref done) / looked.Length, "looking at NICs"));
            return parts[0] with { Nics = [.. parts.SelectMany(p => p.Nics)] };
        }
    }

    private static NicsNode Evidence(Answer<Found> found, Answer<NicInspectResult>? told)
    {
        var facts = told?.Result?.Nics.DistinctBy(n => n.Name).ToDictionary(n => n.Name);
        return new NicsNode
        {
            Node = found.Node.Name,
            Nics = [.. (found.Result?.Nics ?? []).Select(n => n with
            {
                Facts = facts?.GetValueOrDefault(n.Nic),
                Problem = told?.Failure?.Message,
            })],
            Gaps = found.Result?.Gaps ?? [],
            Problem = found.Failure?.Message,
            LookedMs = told?.Result?.LookedMs,
        };
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed record Found(IReadOnlyList<NicPlace> Nics, IReadOnlyList<NicGap> Gaps);
}
