using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;

namespace Steth.Controller.Checks.Addresses;

/// <summary>What a node says of its devices, its Open vSwitch and its routes.</summary>
/// <param name="Node">The node.</param>
/// <param name="Interfaces">Its devices.</param>
/// <param name="Ovs">Its Open vSwitch; null: not read.</param>
/// <param name="Routes">Its routes; null: not read or not asked for.</param>
internal sealed record NodeFacts(
    Node Node, IReadOnlyList<InterfaceFacts> Interfaces, OvsShowResult? Ovs, IReadOnlyList<RouteFacts>? Routes)
{
    // Holds no rule: only the routes of the answer are wanted.
    private const string NoRule = "steth-no-rule";

    /// <summary>Finds the NICs of its networks.</summary>
    public NicFinder Nics { get; } = new(Interfaces, Ovs);

    /// <summary>Asks a node; what it does not know beyond its devices costs only that.</summary>
    /// <exception cref="AgentException">It is silent, or does not tell its devices.</exception>
    public static async Task<NodeFacts> AskAsync(AgentCalls calls, Node node, bool routes, CancellationToken cancellationToken)
    {
        var ovs = TryAsync(calls, node, AgentOperations.OvsShow, new OvsShowParams(), cancellationToken);
        var own = routes
            ? TryAsync(
                calls, node, AgentOperations.NamespaceInspect,
                new NamespaceInspectParams { WithoutInterfaces = true, RulesHolding = [NoRule] }, cancellationToken)
            : Task.FromResult<NamespaceInspectResult?>(null);
        var interfaces = await calls.CallAsync(node, AgentOperations.InterfaceList, new InterfaceListParams(), cancellationToken);
        return new NodeFacts(node, interfaces.Interfaces, await ovs, (await own)?.Routes);
    }

    private static async Task<TResult?> TryAsync<TParams, TResult>(
        AgentCalls calls, Node node, Operation<TParams, TResult> operation, TParams parameters, CancellationToken cancellationToken)
        where TParams : notnull
        where TResult : class
    {
        try
        {
            return await calls.CallAsync(node, operation, parameters, cancellationToken);
        }
        catch (AgentException)
        {
            return null;
        }
    }
}
