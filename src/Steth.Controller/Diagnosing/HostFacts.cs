using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Intent;

namespace Steth.Controller.Diagnosing;

/// <summary>Asks the nodes for the facts a diagnosis needs before anything is sent. Every failure costs only its own facts.</summary>
/// <param name="calls">The agents.</param>
/// <param name="port">The port.</param>
/// <param name="peer">The other end; null: none.</param>
/// <param name="asksMetadata">The metadata agent is asked as well.</param>
internal sealed class HostFacts(AgentCalls calls, PortIntent port, PortIntent? peer, bool asksMetadata)
{
    private const int ChainIdLength = 10;

    private readonly Lock _lock = new();
    private readonly List<string> _notes = [];

    /// <summary>What could not be asked, a sentence each.</summary>
    public IReadOnlyList<string> Notes
    {
        get
        {
            lock (_lock)
                return [.. _notes.Distinct()];
        }
    }

    /// <summary>Asks every node what it has, and those that have or should have a part of the path for all of it.</summary>
    public async Task<IReadOnlyList<HostEvidence>> CollectAsync(IReadOnlyList<Node> nodes, CancellationToken cancellationToken)
    {
        var shown = await calls.AskAllAsync(nodes, AgentOperations.OvsShow, new OvsShowParams(), cancellationToken);
        return await Task.WhenAll(shown.Select(async answer =>
        {
            if (answer.Failure is { IsSilent: true } silent)
                return new HostEvidence { Name = answer.Node.Name, Silent = silent.Message };
            if (answer.Failure is { } failure)
                Note(answer.Node, failure);
            var evidence = new HostEvidence { Name = answer.Node.Name, Ovs = answer.Result };
            if (IsConcerned(answer.Node, answer.Result))
                return await AskAsync(answer.Node, evidence, cancellationToken);
            // A node that only carries the network may serve as a control; what the rest of a large cloud has is nobody's evidence.
            return Carries(answer.Result) ? evidence : evidence with { Ovs = null };
        }));
    }

    /// <summary>Namespaces and rules once more: the counters that moved tell where a packet ended.</summary>
    public async Task<IReadOnlyList<HostEvidence>> CollectAgainAsync(
        IReadOnlyList<Node> nodes, IReadOnlyList<HostEvidence> hosts, CancellationToken cancellationToken) =>
        await Task.WhenAll(hosts.Select(async host =>
        {
            if (host.Silent is not null || host.Own is null && host.Namespaces.Count == 0)
                return host;
            var node = nodes.First(n => n.Name == host.Name);
            var own = host.Own is null ? Task.FromResult<NamespaceInspectResult?>(null)
                : OwnAsync(node, host.Ovs, cancellationToken);
            var others = host.Namespaces.Select(n => InspectAsync(node, n.Namespace!, cancellationToken)).ToList();
            return host with
            {
                OwnAfter = await own,
                NamespacesAfter = [.. (await Task.WhenAll(others)).OfType<NamespaceInspectResult>()],
            };
        }));

    private async Task<HostEvidence> AskAsync(Node node, HostEvidence host, CancellationToken cancellationToken)
    {
        var info = TryAsync(node, AgentOperations.AgentInfo, new AgentInfoParams(), cancellationToken);
        var interfaces = TryAsync(node, AgentOperations.InterfaceList, new InterfaceListParams(), cancellationToken);
        var namespaces = TryAsync(node, AgentOperations.NamespaceList, new NamespaceListParams(), cancellationToken);
        var own = HasGuest(host.Ovs) || IsExpected(node, port.PortId) || IsTunnelled(host.Ovs)
            ? OwnAsync(node, host.Ovs, cancellationToken) : Task.FromResult<NamespaceInspectResult?>(null);
        // A port whose row in Open vSwitch is gone may still have its devices.
        var wirings = Task.WhenAll(Ports().Where(p => Holds(host.Ovs, p) || IsExpected(node, p))
            .Select(p => WiringAsync(node, p, cancellationToken)));
        var dhcp = port.Network.Id is { } network && Serves(node, host.Ovs)
            ? TryAsync(node, AgentOperations.DhcpServer, new DhcpServerParams { NetworkId = network }, cancellationToken)
            : Task.FromResult<DhcpServerResult?>(null);
        var names = (await namespaces)?.Namespaces.Select(n => n.Name).ToList();
        var metadata = asksMetadata ? MetadataAsync(node, names, cancellationToken) : Task.FromResult<MetadataProbeResult?>(null);
        var found = (await wirings).OfType<PortWiringResult>().ToList();
        var inspected = await Task.WhenAll(Namespaces(names, found).Select(n => InspectAsync(node, n, cancellationToken)));
        var known = await info;
        return host with
        {
            Hostname = known?.Hostname,
            AgentVersion = known?.Version,
            Interfaces = (await interfaces)?.Interfaces,
            NamespaceNames = names,
            Wirings = found,
            Own = await own,
            Dhcp = await dhcp,
            Namespaces = [.. inspected.OfType<NamespaceInspectResult>()],
            Metadata = await metadata,
        };
    }

    // Only where a proxy could ask: in the router's namespace, or in the network's where it is isolated.
    private async Task<MetadataProbeResult?> MetadataAsync(Node node, List<string>? names, CancellationToken cancellationToken)
    {
        if (names is null || port.Address is not { } address)
            return null;
        var routed = port.Router?.Id is { } router && names.Contains($"qrouter-{router}");
        var isolated = port.Router is null && port.Network.Id is { } network && names.Contains($"qdhcp-{network}");
        if (!routed && !isolated)
            return null;
        return await TryAsync(
            node,
            AgentOperations.MetadataProbe,
            new MetadataProbeParams
            {
                Address = address,
                RouterId = routed ? port.Router!.Id : null,
                NetworkId = routed ? null : port.Network.Id,
                TimeoutSeconds = 3,
            },
            cancellationToken);
    }

    private IEnumerable<string> Namespaces(List<string>? names, List<PortWiringResult> wirings)
    {
        var wanted = wirings.SelectMany(w => w.Devices).Select(d => d.Namespace).OfType<string>().ToList();
        if (port.Network.Id is { } network)
            wanted.Add($"qdhcp-{network}");
        if (port.Router?.Id is { } router)
            wanted.Add($"qrouter-{router}");
        return wanted.Distinct().Where(n => names?.Contains(n) != false);
    }

    private IEnumerable<Guid> Ports()
    {
        var ports = new List<Guid?>
        {
            port.PortId, peer?.PortId, port.Router?.Interface?.PortId, port.Router?.Gateway?.PortId, peer?.Router?.Interface?.PortId,
        };
        ports.AddRange(port.DhcpPorts.Select(p => (Guid?)p.PortId));
        return ports.OfType<Guid>().Distinct();
    }

    private bool IsConcerned(Node node, OvsShowResult? ovs) =>
        Ports().Any(p => Holds(ovs, p)) || port.BindingHost == node.Name || peer?.BindingHost == node.Name
        || port.DhcpPorts.Any(p => p.Host == node.Name) || port.DhcpAgentHosts?.Contains(node.Name) == true
        || port.Router?.Hosts?.Contains(node.Name) == true || port.Router?.Interface?.Host == node.Name;

    private bool Carries(OvsShowResult? ovs) => port.Network.Id is { } network && ovs?.Bridges.SelectMany(b => b.Ports)
        .Any(p => p.OtherConfig.GetValueOrDefault("net_uuid") == network.ToString()) == true;

    private bool HasGuest(OvsShowResult? ovs) => Holds(ovs, port.PortId) || peer is not null && Holds(ovs, peer.PortId);

    private bool Serves(Node node, OvsShowResult? ovs) =>
        port.DhcpPorts.Any(p => p.Host == node.Name || Holds(ovs, p.PortId)) || port.DhcpAgentHosts?.Contains(node.Name) == true;

    private bool IsExpected(Node node, Guid id) =>
        id == port.PortId && port.BindingHost == node.Name || id == peer?.PortId && peer.BindingHost == node.Name;

    private static bool Holds(OvsShowResult? ovs, Guid id)
    {
        var text = id.ToString();
        return ovs?.Bridges.SelectMany(b => b.Ports).SelectMany(p => p.Interfaces)
            .Any(i => i.ExternalIds.TryGetValue("iface-id", out var owner) && owner == text) == true;
    }

    // Only the kernel's datapath lets a tunnel's packets meet the host's own packet filter.
    private bool IsTunnelled(OvsShowResult? ovs) =>
        (port.Network.IsTunnelled || peer?.Network.IsTunnelled == true)
        && ovs?.Bridges.Any(b => b.DatapathType is "" or "system" && b.Ports.SelectMany(p => p.Interfaces)
            .Any(i => i.Type is "vxlan" or "gre" or "geneve")) == true;

    private Task<NamespaceInspectResult?> OwnAsync(Node node, OvsShowResult? ovs, CancellationToken cancellationToken) => TryAsync(
        node,
        AgentOperations.NamespaceInspect,
        new NamespaceInspectParams
        {
            WithoutInterfaces = true,
            WithDroppingRules = true,
            RulesHolding = [.. new[] { port.PortId, peer?.PortId ?? port.PortId }.Distinct().Select(p => p.ToString()[..ChainIdLength])],
            RulesFrom = IsTunnelled(ovs) ? ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"] : [],
        },
        cancellationToken);

    private Task<NamespaceInspectResult?> InspectAsync(Node node, string name, CancellationToken cancellationToken) =>
        NamespaceName.TryParse(name, null, out var parsed)
            ? TryAsync(node, AgentOperations.NamespaceInspect, new NamespaceInspectParams { Namespace = parsed }, cancellationToken)
            : Task.FromResult<NamespaceInspectResult?>(null);

    private Task<PortWiringResult?> WiringAsync(Node node, Guid id, CancellationToken cancellationToken) =>
        TryAsync(node, AgentOperations.PortWiring, new PortWiringParams { PortId = id }, cancellationToken);

    private async Task<TResult?> TryAsync<TParams, TResult>(
        Node node, Operation<TParams, TResult> operation, TParams parameters, CancellationToken cancellationToken)
        where TParams : notnull
        where TResult : class
    {
        try
        {
            return await calls.CallAsync(node, operation, parameters, cancellationToken);
        }
        catch (AgentException e)
        {
            // That something is not there is a fact, not a failure.
            if (e.Code != OperationErrorCode.NoSuchDevice)
                Note(node, e);
            return null;
        }
    }

    private void Note(Node node, AgentException e)
    {
        lock (_lock)
        {
            _notes.Add(e.Code == OperationErrorCode.MethodNotFound
                ? $"The agent on {node.Name} is of another version than steth and cannot be asked everything: {e.Message}"
                : $"{node.Name}: {e.Message}");
        }
    }
}
