using System.Collections.Concurrent;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Readiness.Bandwidth;
using Steth.Diagnosis.Verdicts;

namespace Steth.Controller.Checks.Bandwidth;

/// <summary>Nodes whose agents are silent: what they are part of is not tried any more.</summary>
internal sealed class Silences
{
    private readonly ConcurrentDictionary<string, string> _reasons = new();

    /// <summary>An agent did not answer.</summary>
    public BandwidthProblem Add(Node node, AgentException failure)
    {
        _reasons.TryAdd(node.Name, failure.Message);
        return Of(node)!;
    }

    /// <summary>Why nothing can be measured with a node; null: its agent answers, as far as is known.</summary>
    public BandwidthProblem? Of(Node node) =>
        _reasons.TryGetValue(node.Name, out var reason) ? new BandwidthProblem(node.Name, BandwidthProblemKind.Silent, reason) : null;

    /// <summary>All of them, in the nodes' order.</summary>
    public IReadOnlyList<UnreachableHost> Among(IEnumerable<Node> nodes) =>
        [.. nodes.Where(node => _reasons.ContainsKey(node.Name)).Select(node => new UnreachableHost(node.Name, _reasons[node.Name]))];
}
