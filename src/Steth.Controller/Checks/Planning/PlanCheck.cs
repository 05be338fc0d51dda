using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Readiness.Planning;

namespace Steth.Controller.Checks.Planning;

/// <summary>The configuration against itself and against the nodes (<c>steth check plan</c>).</summary>
public sealed class PlanCheck(AgentCalls calls)
{
    /// <summary>Asks every node who it is and what it has, then those who may be missing in the file.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="request">What to look at.</param>
    /// <param name="progress">Told how far it is; null: nobody wants to know.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<PlanReport> RunAsync(
        IReadOnlyList<Node> nodes, PlanRequest request, Action<CheckProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentNullException.ThrowIfNull(request);
        var start = calls.Time.GetTimestamp();
        progress?.Invoke(new CheckProgress(null, FormattableString.Invariant($"asking {nodes.Count} nodes what they have")));
        var answers = await FanOut.RunAsync(nodes, AskAsync, calls.Timeout, calls.Time, cancellationToken);
        PlanNode[] asked = [.. answers.Select(answer => Describe(answer, request))];
        var configuration = request.Configuration;
        var evidence = new PlanEvidence
        {
            Source = configuration.SourceFile,
            Networks = request.Networks,
            Nodes = asked,
            Owners =
            [
                .. configuration.Nodes.UnionBy(nodes, node => node.Name).SelectMany(
                    node => node.Networks.Select(place => new PlanOwner(node.Name, place.Type, place.Address))),
            ],
        };
        // Where nothing is written down, nobody can be missing there.
        if (configuration.Nodes.Count > 0)
            evidence = await new StrangerSearch(calls).RunAsync(evidence, answers, progress, cancellationToken);
        return PlanJudge.Judge(evidence) with { TookMs = (long)calls.Time.GetElapsedTime(start).TotalMilliseconds };
    }

    private async Task<NodeFacts> AskAsync(Node node, CancellationToken cancellationToken)
    {
        var info = calls.CallAsync(node, AgentOperations.AgentInfo, new AgentInfoParams(), cancellationToken);
        var interfaces = TryAsync(node, AgentOperations.InterfaceList, new InterfaceListParams(), cancellationToken);
        var ovs = TryAsync(node, AgentOperations.OvsShow, new OvsShowParams(), cancellationToken);
        var neighbours = TryAsync(node, AgentOperations.NeighbourList, new NeighbourListParams(), cancellationToken);
        await Task.WhenAll(info, interfaces, ovs, neighbours);
        return new NodeFacts(
            await info, (await interfaces).Result?.Interfaces, (await ovs).Result, (await neighbours).Result?.Neighbours ?? [],
            (await interfaces).Failure?.Message);
    }

    private async Task<(TResult? Result, AgentException? Failure)> TryAsync<TParams, TResult>(
        Node node, Operation<TParams, TResult> operation, TParams parameters, CancellationToken cancellationToken)
        where TParams : notnull
        where TResult : class
    {
        try
        {
            return (await calls.CallAsync(node, operation, parameters, cancellationToken), null);
        }
        catch (AgentException e)
        {
            return (null, e);
        }
    }

    private static PlanNode Describe(Answer<NodeFacts> answer, PlanRequest request) => new()
    {
        Name = answer.Node.Name,
        Agent = answer.Node.AgentEndpoint,
        Addresses = [.. answer.Node.Networks.Where(place => request.Networks.Contains(place.Type)).Select(
            place => new PlanAddress(place.Type, place.Address, place.Nic))],
        Info = answer.Result?.Info,
        Interfaces = answer.Result?.Interfaces,
        Ovs = answer.Result?.Ovs,
        Silent = answer.Failure is { IsSilent: true } silence ? silence.Message : null,
        Problem = answer.Failure?.Message ?? answer.Result?.Problem,
    };
}

/// <summary>What one node told.</summary>
/// <param name="Info">Who it is.</param>
/// <param name="Interfaces">Its interfaces; null: it could not tell.</param>
/// <param name="Ovs">Its Open vSwitch; null: it could not tell.</param>
/// <param name="Neighbours">Whom it has spoken to.</param>
/// <param name="Problem">Why the interfaces are not known; null: they are.</param>
internal sealed record NodeFacts(
    AgentInfoResult Info, IReadOnlyList<InterfaceFacts>? Interfaces, OvsShowResult? Ovs, IReadOnlyList<NeighbourFacts> Neighbours,
    string? Problem);
