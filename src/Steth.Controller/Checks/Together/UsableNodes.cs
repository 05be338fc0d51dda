using Steth.Controller.Inventory;
using Steth.Diagnosis.Readiness;
using Steth.Diagnosis.Readiness.Planning;
using Steth.Diagnosis.Verdicts;

namespace Steth.Controller.Checks.Together;

/// <summary>
/// What is left to check when an earlier check found nodes silent, or without a NIC or an address: measuring there would only say again,
/// in other words, what is known.
/// </summary>
/// <param name="Nodes">The nodes that answer, with the networks they really are on.</param>
/// <param name="LeftOut">What was taken away, and why, a sentence each.</param>
public sealed record UsableNodes(IReadOnlyList<Node> Nodes, IReadOnlyList<string> LeftOut)
{
    // Where one of these is found, nothing of the network passes by that node.
    private static readonly string[] _dead = ["nic-no-carrier", "nic-down"];

    /// <summary>After <c>check plan</c>: silent nodes go, and networks whose address or NIC a node does not have.</summary>
    public UsableNodes After(PlanReport plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var silent = plan.Unreachable.Select(node => node.Host).ToHashSet();
        var lacking = plan.Results
            .Where(row => row is { Network: not null, State: CheckState.Fail, Interface: null } && !silent.Contains(row.Node))
            .Select(row => (row.Node, row.Network!)).ToHashSet();
        var rest = Without(lacking, "check plan");
        return silent.Count == 0 ? rest : rest with { Nodes = [.. rest.Nodes.Where(node => !silent.Contains(node.Name))] };
    }

    /// <summary>After another check: networks whose NIC is dead on a node.</summary>
    public UsableNodes After(CheckReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return Without(
            report.Findings.Where(finding => finding.State == CheckState.Fail && finding.Network is not null && _dead.Contains(finding.Id))
                .SelectMany(finding => finding.Nodes.Select(node => (node, finding.Network!))).ToHashSet(),
            $"check {report.Check}");
    }

    private UsableNodes Without(HashSet<(string Node, string Network)> lacking, string check)
    {
        var gone = Nodes.SelectMany(node => node.Networks.Select(network => (Node: node.Name, Network: network.Type)))
            .Where(lacking.Contains).ToLookup(place => place.Network, place => place.Node);
        if (gone.Count == 0)
            return this;
        return new UsableNodes(
            [.. Nodes.Select(node => node with { Networks = [.. node.Networks.Where(n => !lacking.Contains((node.Name, n.Type)))] })],
            [.. LeftOut, .. gone.Select(network =>
                $"{network.Key}: {string.Join(", ", network)} left out of the checks after it, because of what {check} found there.")]);
    }
}
