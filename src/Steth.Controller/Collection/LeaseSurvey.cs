using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;

namespace Steth.Controller.Collection;

/// <summary>What agents will undo, and ending it early (<c>leases</c>, <c>end-lease</c>).</summary>
public sealed class LeaseSurvey(AgentCalls calls)
{
    /// <summary>What a program that does not heed an interrupt takes, and more.</summary>
    private static readonly TimeSpan Undoing = TimeSpan.FromSeconds(10);

    /// <summary>Asks all nodes at once; one that does not answer costs its own rows only.</summary>
    public async Task<LeaseSurveyResult> ListAsync(IReadOnlyList<Node> nodes, CancellationToken cancellationToken)
    {
        var answers = await calls.AskAllAsync(nodes, AgentOperations.LeaseList, new LeaseListParams(), cancellationToken);
        return new LeaseSurveyResult(
            [.. answers.SelectMany(a => (a.Result?.Leases ?? []).Select(lease => new LeaseRow(a.Node.Name, lease)))],
            [.. answers.Where(a => a.Failure is not null).Select(a => new Unreachable(a.Node.Name, a.Failure!.Message))]);
    }

    /// <summary>Ends a lease: what it covers is undone.</summary>
    /// <exception cref="AgentException">The agent is silent or refuses, has no such lease, or could not undo it.</exception>
    public async Task EndAsync(Node node, string lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(node);
        var result = await calls.CallAsync(
            node, AgentOperations.LeaseRelease, new LeaseReleaseParams { LeaseId = lease }, Undoing, cancellationToken);
        if (!result.Released)
        {
            throw new AgentException(node.Name, OperationErrorCode.NoSuchDevice,
                $"There is no lease '{lease}' on {node.Name}: it has ended, or never was; 'steth leases' lists those there are.");
        }
    }
}

/// <summary>A lease and whose it is.</summary>
public sealed record LeaseRow(string Node, LeaseFacts Lease);

/// <summary>The leases of many agents.</summary>
/// <param name="Rows">In the nodes' order, the oldest of a node first.</param>
/// <param name="Unreachable">Agents that did not answer.</param>
public sealed record LeaseSurveyResult(IReadOnlyList<LeaseRow> Rows, IReadOnlyList<Unreachable> Unreachable);
