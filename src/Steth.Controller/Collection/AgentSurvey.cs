using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;

namespace Steth.Controller.Collection;

/// <summary>Asks every agent who it is (<c>agents</c>).</summary>
public sealed class AgentSurvey(AgentCalls calls)
{
    /// <summary>Asks all nodes at once.</summary>
    /// <returns>One entry a node, in the nodes' order.</returns>
    public async Task<IReadOnlyList<AgentStatus>> RunAsync(IReadOnlyList<Node> nodes, CancellationToken cancellationToken)
    {
        var answers = await FanOut.RunAsync(nodes, AskTwiceAsync, calls.Timeout, calls.Time, cancellationToken);
        return [.. answers.Select(a => new AgentStatus
        {
            Node = a.Node,
            Up = a.Result is not null,
            Info = a.Result?.Info,
            RoundTrip = a.Result?.RoundTrip,
            Reason = a.Failure?.Message,
        })];
    }

    /// <summary>The second answer is timed: the first pays for the connection and for code the agent has not run yet.</summary>
    private async Task<Timed> AskTwiceAsync(Node node, CancellationToken cancellationToken)
    {
        await calls.CallAsync(node, AgentOperations.AgentInfo, new AgentInfoParams(), cancellationToken);
        var start = calls.Time.GetTimestamp();
        var info = await calls.CallAsync(node, AgentOperations.AgentInfo, new AgentInfoParams(), cancellationToken);
        return new Timed(info, calls.Time.GetElapsedTime(start));
    }

    private sealed record Timed(AgentInfoResult Info, TimeSpan RoundTrip);
}

/// <summary>What is known of one agent.</summary>
public sealed record AgentStatus
{
    /// <summary>The node with its addresses.</summary>
    public required Node Node { get; init; }

    /// <summary>It answered as an agent does.</summary>
    public required bool Up { get; init; }

    /// <summary>What it said; null when it is down.</summary>
    public AgentInfoResult? Info { get; init; }

    /// <summary>Of a call on a connection that stood already; null when it is down.</summary>
    public TimeSpan? RoundTrip { get; init; }

    /// <summary>Why it is down; null when it is up.</summary>
    public string? Reason { get; init; }

    /// <summary>The agent's host has another name than the configuration gives the node: the address may lead to the wrong host.</summary>
    public bool NameDiffers => Info is not null && Info.Hostname != Node.Name && Info.NeutronHost != Node.Name;
}
