using System.Net;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Collection;
using Steth.Controller.Inventory;

namespace Steth.Controller.Intents;

/// <summary>Asks nodes for their records of ports, a few at a time; a node that does not answer costs its own records only.</summary>
internal sealed class NodeRecords(AgentCalls calls, IReadOnlyList<Node> nodes, PortSurveyResult survey)
{
    /// <summary>Neutron's dead VLAN: a port its agent has not wired, or has put aside.</summary>
    private const int DeadVlan = 4095;

    /// <summary>How many questions about single namespaces, flows and servers are under way at once.</summary>
    private const int AtOnce = 32;

    /// <summary>Ports in the nodes' Open vSwitches.</summary>
    public IReadOnlyList<PortFacts> Ports => survey.Ports;

    /// <summary>The survey itself.</summary>
    public PortSurveyResult Survey => survey;

    /// <summary>No node answered.</summary>
    public bool AllSilent => nodes.Count > 0 && survey.Unreachable.Count >= nodes.Count;

    /// <summary>Asks all nodes at once for their ports.</summary>
    public static async Task<NodeRecords> AskAsync(AgentCalls calls, IReadOnlyList<Node> nodes, CancellationToken cancellationToken) =>
        new(calls, nodes, await new PortSurvey(calls).RunAsync(nodes, cancellationToken));

    /// <summary>A sentence about the nodes whose records are missing; null: none are.</summary>
    public string? Silence() => survey.Unreachable.Count == 0 ? null
        : $"{string.Join(" and ", survey.Unreachable.Select(u => u.Host))} did not tell what Open vSwitch has there; "
            + $"what only {(survey.Unreachable.Count == 1 ? "it knows" : "they know")} is missing.";

    /// <summary>Where a port is; the host where Neutron's agent has wired it comes first.</summary>
    public IReadOnlyList<PortFacts> PlacesOf(Guid port) =>
        [.. Ports.Where(p => p.PortId == port).OrderBy(p => p.NetworkId is null || p.Tag is null or DeadVlan)];

    /// <summary>What the nodes know of a network's DHCP server, of those that know something.</summary>
    public async Task<IReadOnlyList<(string Host, DhcpServerResult Server)>> DhcpServersAsync(
        IEnumerable<(string Host, Guid Network)> servers, CancellationToken cancellationToken)
    {
        var answers = await EachAsync(servers, s => s.Host, (s, node) => calls.CallAsync(
            node, AgentOperations.DhcpServer, new DhcpServerParams { NetworkId = s.Network }, cancellationToken), cancellationToken);
        return
        [
            .. answers.Where(a => a.Answer is { } r && (r.NamespaceExists || r.FilesExist || r.Process is not null))
                .Select(a => (a.Question.Host, a.Answer!)),
        ];
    }

    /// <summary>The servers of one network, all answering nodes asked.</summary>
    public Task<IReadOnlyList<(string Host, DhcpServerResult Server)>> DhcpServersAsync(
        Guid network, CancellationToken cancellationToken) =>
        DhcpServersAsync(Answering.Select(n => (n.Name, network)), cancellationToken);

    /// <summary>Named namespaces of a host that hold one of the devices; empty when it does not tell.</summary>
    public async Task<IReadOnlyList<NamespaceFacts>> NamespacesAsync(
        string host, IEnumerable<string> devices, CancellationToken cancellationToken)
    {
        var wanted = devices.Select(d => DeviceName.TryParse(d, null, out var name) ? name : (DeviceName?)null)
            .OfType<DeviceName>().Take(256).ToList();
        var answers = await EachAsync([host], h => h, (_, node) => calls.CallAsync(
            node, AgentOperations.NamespaceList, new NamespaceListParams { Devices = wanted }, cancellationToken), cancellationToken);
        return answers[0].Answer?.Namespaces ?? [];
    }

    /// <summary>Namespaces of hosts, each null where there is none or its host does not tell.</summary>
    /// <param name="places">Which.</param>
    /// <param name="rulesHolding">Which rules; empty: all.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<IReadOnlyList<((string Host, string Namespace) Place, NamespaceInspectResult? State)>> InspectAsync(
        IEnumerable<(string Host, string Namespace)> places, IReadOnlyList<string> rulesHolding, CancellationToken cancellationToken)
    {
        var known = places.Where(p => NamespaceName.TryParse(p.Namespace, null, out _));
        var answers = await EachAsync(known, p => p.Host, (p, node) => calls.CallAsync(
            node,
            AgentOperations.NamespaceInspect,
            new NamespaceInspectParams { Namespace = NamespaceName.Parse(p.Namespace), RulesHolding = rulesHolding },
            cancellationToken), cancellationToken);
        return [.. answers.Select(a => (a.Question, a.Answer))];
    }

    /// <summary>Addresses a port may use by its host's flows.</summary>
    public async Task<IReadOnlyList<IPAddress>> FlowAddressesAsync(PortFacts port, CancellationToken cancellationToken)
    {
        var answers = await EachAsync(
            [port], p => p.Host, (p, node) => PortAddresses.FindAsync(calls, node, p, cancellationToken), cancellationToken);
        return answers[0].Answer ?? [];
    }

    /// <summary>Ports whose flows let them use an address.</summary>
    public async Task<IReadOnlyList<PortFacts>> PortsByFlowsAsync(IPAddress address, CancellationToken cancellationToken)
    {
        var hosts = Ports.Where(p => p.Role == PortRole.Guest).Select(p => p.Host).Distinct();
        var answers = await EachAsync(hosts, h => h, (h, node) => PortAddresses.FindPortsAsync(
            calls, node, [.. Ports.Where(p => p.Host == h && p.Role == PortRole.Guest)], address, cancellationToken), cancellationToken);
        return [.. answers.SelectMany(a => a.Answer ?? [])];
    }

    /// <summary>The node that has the devices of a port Open vSwitch has no row of; null: none.</summary>
    public async Task<string?> UnpluggedOnAsync(Guid port, CancellationToken cancellationToken)
    {
        var answers = await EachAsync(Answering.Select(n => n.Name), h => h, (_, node) => calls.CallAsync(
            node, AgentOperations.PortWiring, new PortWiringParams { PortId = port }, cancellationToken), cancellationToken);
        return answers.FirstOrDefault(a => a.Answer is not null).Question;
    }

    private IEnumerable<Node> Answering => nodes.Where(n => survey.Unreachable.All(u => u.Host != n.Name));

    private async Task<IReadOnlyList<(TQuestion Question, TAnswer? Answer)>> EachAsync<TQuestion, TAnswer>(
        IEnumerable<TQuestion> questions,
        Func<TQuestion, string> hostOf,
        Func<TQuestion, Node, Task<TAnswer>> ask,
        CancellationToken cancellationToken)
        where TAnswer : class
    {
        using var turns = new SemaphoreSlim(AtOnce);
        return await Task.WhenAll(questions.Select(AskAsync));

        async Task<(TQuestion, TAnswer?)> AskAsync(TQuestion question)
        {
            await turns.WaitAsync(cancellationToken);
            try
            {
                return (question, await ask(question, nodes.First(n => n.Name == hostOf(question))));
            }
            catch (AgentException)
            {
                return (question, null);
            }
            finally
            {
                turns.Release();
            }
        }
    }
}
