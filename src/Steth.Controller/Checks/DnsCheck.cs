using System.Net;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Readiness.Dns;
using Steth.Diagnosis.Verdicts;

namespace Steth.Controller.Checks;

/// <summary>Lets every node resolve the names of all nodes, its own too.</summary>
public sealed class DnsCheck(AgentCalls calls)
{
    // An agent asks for this many names at once, and takes at most so many a call (name.resolve).
    private const int AtOnce = 8;
    private const int MostNames = 1024;

    // An agent ends a resolver that hangs; on a busy node that takes its time.
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(5);

    /// <summary>Resolves and judges.</summary>
    /// <returns>One result a node and name; a node that is silent or refuses costs its own.</returns>
    public async Task<DnsReport> RunAsync(
        IReadOnlyList<Node> nodes, DnsRequest request, Action<CheckProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentNullException.ThrowIfNull(request);
        var start = calls.Time.GetTimestamp();
        // A node that is in no configuration is named by its address, which needs no resolver.
        List<ConfiguredName> names =
            [.. nodes.Where(IsNamed).Select(n => new ConfiguredName(n.Name, [.. n.Networks.Select(a => a.Address).Distinct()]))];
        var takes = (request.Patience + _grace) * Math.Ceiling((double)names.Count / AtOnce);
        var done = 0;
        progress?.Invoke(new CheckProgress(0, $"{nodes.Count} nodes resolve {names.Count} names"));
        var answers = await FanOut.RunAsync(nodes, AskAsync, calls.Timeout + takes, calls.Time, cancellationToken);
        return DnsJudge.Judge(new DnsEvidence
        {
            Names = names,
            Nodes = [.. answers.Select(a => new NodeLookups(a.Node.Name, a.Result ?? [], a.Failure?.Message))],
            Unreachable =
            [
                .. answers.Where(a => a.Failure is { IsSilent: true }).Select(a => new UnreachableHost(a.Node.Name, a.Failure!.Message)),
            ],
            TookMs = (long)calls.Time.GetElapsedTime(start).TotalMilliseconds,
        });

        async Task<List<NameLookup>> AskAsync(Node node, CancellationToken ct)
        {
            var lookups = new List<NameLookup>();
            foreach (var some in names.Select(n => n.Name).Chunk(MostNames))
            {
                var wanted = new NameResolveParams { Names = some, TimeoutMs = (int)request.Patience.TotalMilliseconds };
                var result = await calls.CallAsync(node, AgentOperations.NameResolve, wanted, takes, ct);
                lookups.AddRange(result.Names.Select(n => new NameLookup(n.Name, n.Addresses, n.Problem, n.TookMs)));
            }
            progress?.Invoke(new CheckProgress((double)Interlocked.Increment(ref done) / nodes.Count, "resolving names"));
            return lookups;
        }
    }

    private static bool IsNamed(Node node) => !IPEndPoint.TryParse(node.Name, out _);
}

/// <summary>How to resolve.</summary>
public sealed record DnsRequest
{
    /// <summary>How long one name may take on a node, 0.1–60 s.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);
}
