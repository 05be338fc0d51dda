using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;

namespace Steth.Controller.Intents;

/// <summary>Which node a host of Neutron's is: steth.conf names the nodes, Neutron its hosts, and they need not agree.</summary>
internal sealed class NodeNames
{
    /// <summary>More nodes of another name than this are counted only.</summary>
    private const int MaxListed = 5;

    private readonly IReadOnlyList<(Node Node, AgentInfoResult? Info)> _nodes;

    private NodeNames(IReadOnlyList<(Node Node, AgentInfoResult? Info)> nodes) => _nodes = nodes;

    /// <summary>Asks all nodes at once who they are; one that is silent is known by its node's name only.</summary>
    public static async Task<NodeNames> AskAsync(AgentCalls calls, IReadOnlyList<Node> nodes, CancellationToken cancellationToken)
    {
        var answers = await calls.AskAllAsync(nodes, AgentOperations.AgentInfo, new AgentInfoParams(), cancellationToken);
        return new NodeNames([.. answers.Select(a => (a.Node, a.Result))]);
    }

    /// <summary>
    /// The name of the node that Neutron calls <paramref name="host"/>: the node of that name, else the one whose agent is configured with
    /// it as neutron_host, else the one whose host calls itself so, else the only one whose name is the same but for a domain that one of
    /// the two lacks. Neutron's own name when none is, or several are.
    /// </summary>
    public string Of(string host) => Find(host) ?? host;

    /// <summary>As <see cref="Of"/>, or null where no single node is that host.</summary>
    public string? Find(string host) =>
        Only(n => Same(n.Node.Name, host))
        ?? Only(n => Same(n.Info?.NeutronHost, host))
        ?? Only(n => Same(n.Info?.Hostname, host))
        ?? Only(n => SameButForDomain(n.Node.Name, host)
            || SameButForDomain(n.Info?.NeutronHost, host) || SameButForDomain(n.Info?.Hostname, host));

    /// <summary>A sentence about nodes whose agents say they are another host; null: there are none.</summary>
    public string? Strangers()
    {
        string[] others =
        [
            .. _nodes.Where(n => n.Info is { } info && !Alike(info.Hostname, n.Node.Name) && !Alike(info.NeutronHost, n.Node.Name))
                .Select(n => $"{n.Node.Name} calls itself {n.Info!.NeutronHost ?? n.Info.Hostname}"),
        ];
        var more = others.Length > MaxListed ? $" and {others.Length - MaxListed} more" : "";
        return others.Length == 0 ? null
            : $"{string.Join(", ", others.Take(MaxListed))}{more}: does the address in steth.conf lead to the right host?";
    }

    private string? Only(Func<(Node Node, AgentInfoResult? Info), bool> fits) =>
        _nodes.Where(fits).Select(n => n.Node.Name).Distinct().Take(2).ToArray() is [var one] ? one : null;

    private static bool Alike(string? one, string other) => Same(one, other) || SameButForDomain(one, other);

    private static bool Same(string? one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private static bool SameButForDomain(string? one, string other) =>
        one is { Length: > 0 } && one.Contains('.', StringComparison.Ordinal) != other.Contains('.', StringComparison.Ordinal)
        && Same(one.Split('.')[0], other.Split('.')[0]);
}
