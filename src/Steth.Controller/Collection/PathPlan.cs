using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Checks;
using Steth.Diagnosis.Verdicts;

namespace Steth.Controller.Collection;

/// <summary>A port, its host and its network's DHCP servers, each with its wiring: what both path checks begin with.</summary>
internal sealed class PathPlan
{
    /// <summary>Neutron's dead VLAN (neutron.plugins.ml2.drivers.openvswitch.agent.common.constants DEAD_VLAN_TAG).</summary>
    private const int DeadVlan = 4095;

    /// <summary>A DHCP message in a VLAN and a tunnel, with its options.</summary>
    private const int SnapLength = 1024;

    private readonly List<string> _notes = [];
    private readonly List<Unreachable> _unreachable = [];

    /// <summary>The port on its host.</summary>
    public required PortFacts Port { get; init; }

    /// <summary>Its host.</summary>
    public required Node Host { get; init; }

    /// <summary>Its wiring.</summary>
    public required PortWiringResult Wiring { get; init; }

    /// <summary>The NIC the operator named, when the network does leave by it; null: whichever the wiring has.</summary>
    public required DeviceName? Nic { get; init; }

    /// <summary>DHCP servers of its network whose wiring is known.</summary>
    public required IReadOnlyList<(Node Node, PortFacts Port, PortWiringResult Wiring)> Servers { get; init; }

    /// <summary>What else an operator should know.</summary>
    public List<string> Notes => _notes;

    /// <summary>Nodes that did not answer.</summary>
    public List<Unreachable> Unreachable => _unreachable;

    /// <summary>Finds it all out.</summary>
    /// <returns>The plan, or the result that says why there is none.</returns>
    public static async Task<(PathPlan? Plan, PathCheckResult? End)> MakeAsync(
        AgentCalls calls, IReadOnlyList<Node> nodes, PathCheckRequest request, CancellationToken cancellationToken)
    {
        var location = await new PortLocator(calls).LocateAsync(nodes, request.Port, cancellationToken);
        if (location.Problem is { } problem)
            return (null, Ended(null, problem, [], location.Unreachable));
        // During a migration two hosts have the port; the one where Neutron's agent has wired it is the one in use.
        var port = location.Hosts.FirstOrDefault(p => p.NetworkId is not null && p.Tag is not (null or DeadVlan)) ?? location.Hosts[0];
        var host = nodes.First(n => n.Name == port.Host);
        PortWiringResult wiring;
        try
        {
            wiring = await WiringAsync(calls, host, port.PortId, request.PhysicalInterface, cancellationToken);
        }
        catch (AgentException e)
        {
            Unreachable[] silent = e.IsSilent ? [new Unreachable(host.Name, e.Message)] : [];
            return (null, Ended(port.PortId, e.Message, [], [.. location.Unreachable, .. silent]));
        }
        (wiring, var nic, var mistaken) = Leaving(host, wiring, request.PhysicalInterface);
        var answers = await Task.WhenAll(
            location.DhcpServers.Select(s => TryWiringAsync(calls, nodes.First(n => n.Name == s.Host), s, cancellationToken)));
        var plan = new PathPlan
        {
            Port = port,
            Host = host,
            Wiring = wiring,
            Nic = nic,
            Servers = [.. answers.Where(a => a.Wiring is not null).Select(a => (a.Node, a.Port, a.Wiring!))],
        };
        plan._unreachable.AddRange(location.Unreachable);
        if (mistaken is not null)
            plan._notes.Add(mistaken);
        plan.Note(location, answers, request);
        return (plan, null);
    }

    /// <summary>Listens on devices of a node, all at once.</summary>
    public async Task<DeviceListener[]> ListenAsync(
        AgentCalls calls,
        Node node,
        IEnumerable<PortDevice> devices,
        bool guestSide,
        string filter,
        int seconds,
        CancellationToken cancellationToken) =>
        await Task.WhenAll(devices.Select(d => DeviceListener.StartAsync(
            calls,
            node,
            d,
            new ListenerPlace(guestSide, Wiring.NetworkType),
            new CaptureRunParams { Points = [], Filter = filter, Seconds = seconds, SnapLength = SnapLength },
            cancellationToken)));

    /// <summary>Wiring problems first, then what could not be listened on, then the rest.</summary>
    public PathCheckResult Result(IReadOnlyList<DeviceSight> sights, Verdict verdict) => new()
    {
        PortId = Port.PortId,
        Rows = [.. sights.SelectMany(s => s.Rows())],
        Verdict = verdict,
        Notes =
        [
            .. Problems().Where(p => verdict.Reason?.Contains(p, StringComparison.Ordinal) != true),
            // That a device which is named as down or missing was not listened on goes without saying.
            .. sights.Where(s => !s.Listened && s.Device.Problem is null).Select(
                s => $"{s.Host}: {s.Device.Device} could not be listened on: {s.Caveat ?? "no reason given"}"),
            .. Notes,
        ],
        Unreachable = Unreachable,
    };

    /// <summary>What is wrong with the wiring of the port and of the servers.</summary>
    public IEnumerable<string> Problems() =>
        Wiring.Devices.Where(d => d.Problem is not null).Select(d => $"{Host.Name} {d.Device}: {d.Problem}")
            .Concat(Servers.SelectMany(s => s.Wiring.Devices.Where(d => d.Problem is not null).Select(d => $"{s.Node.Name} "
                + $"{d.Device}: {d.Problem}")))
            .Distinct();

    /// <summary>An experiment that could not be carried out: what is wrong with the wiring explains it, if anything is.</summary>
    public PathCheckResult Failed(AgentException e)
    {
        if (e.IsSilent)
            Unreachable.Add(new Unreachable(e.Node, e.Message));
        string[] problems = [.. Problems()];
        return Result([], problems.Length > 0 && !e.IsSilent ? Verdict.Fail($"{string.Join("; ", problems)}; "
            + $"{e.Message}{Advice()}") : Verdict.Unknown(e.Message));
    }

    private string Advice()
    {
        string[] remedies = [.. Wiring.Devices.Select(d => WiringRemedy.For(Host.Name, d)).OfType<string>().Distinct()];
        return remedies.Length > 0 ? $" To do: {string.Join("; ", remedies)}" : "";
    }

    /// <summary>No server of the network is known: whether that is the cause depends on whether everybody was asked.</summary>
    public Verdict WithoutServer()
    {
        if (Port.NetworkId is null)
            return Verdict.Fail($"{Host.Name}: {Port.Device} has no network in OVS (other_config:net_uuid): "
                + "Neutron's agent there has not wired the port; look at its log");
        return Unreachable.Count > 0
            ? Verdict.Unknown($"no agent that answers has a DHCP server for network {Port.NetworkId}; "
                + $"it may be on {string.Join(" or ", Unreachable.Select(u => u.Host))}")
            : Verdict.Fail($"no agent has a DHCP server for network {Port.NetworkId}: is "
                + "DHCP enabled on its subnet, and a DHCP agent up that hosts it?");
    }

    /// <summary>A NIC that was named by mistake is left out: it would be blamed for frames it was never meant to carry.</summary>
    private static (PortWiringResult Wiring, DeviceName? Nic, string? Mistaken) Leaving(
        Node host, PortWiringResult wiring, DeviceName? named)
    {
        var nics = wiring.Devices.Where(d => d.Kind == PortDeviceKind.Nic).ToList();
        if (named is not { } name || nics.Count < 2 || nics[^1].Device != name.ToString())
            return (wiring, named, null);
        var others = string.Join(" or ", nics.SkipLast(1).Select(n => n.Device));
        return (
            wiring with { Devices = [.. wiring.Devices.Where(d => d != nics[^1])] },
            null,
            $"The port's network leaves {host.Name} by {others}, not by {name}: {others} was looked at.");
    }

    private static PathCheckResult Ended(Guid? port, string reason, IReadOnlyList<string> notes, IReadOnlyList<Unreachable> unreachable) =>
        new() { PortId = port, Rows = [], Verdict = Verdict.Unknown(reason), Notes = notes, Unreachable = unreachable };

    private static Task<PortWiringResult> WiringAsync(
        AgentCalls calls, Node node, Guid port, DeviceName? nic, CancellationToken cancellationToken) =>
        calls.CallAsync(
            node, AgentOperations.PortWiring, new PortWiringParams { PortId = port, PhysicalInterface = nic }, cancellationToken);

    private static async Task<(Node Node, PortFacts Port, PortWiringResult? Wiring, AgentException? Failure)> TryWiringAsync(
        AgentCalls calls, Node node, PortFacts port, CancellationToken cancellationToken)
    {
        try
        {
            return (node, port, await WiringAsync(calls, node, port.PortId, null, cancellationToken), null);
        }
        catch (AgentException e)
        {
            return (node, port, null, e);
        }
    }

    private void Note(
        PortLocation location,
        (Node Node, PortFacts Port, PortWiringResult? Wiring, AgentException? Failure)[] servers,
        PathCheckRequest request)
    {
        if (location.Hosts.Count > 1)
            _notes.Add($"The port is on {string.Join(" and ", location.Hosts.Select(h => h.Host))}: "
                + $"is it being migrated? {Host.Name} was looked at.");
        if (request.NetworkType is { } type && Wiring.NetworkType is { } real && !type.Equals(real, StringComparison.OrdinalIgnoreCase))
            _notes.Add($"The network is of type {real}, not {type}.");
        foreach (var server in servers.Where(s => s.Failure is not null))
        {
            _notes.Add($"The DHCP server on {server.Node.Name} was left out: {server.Failure!.Message}");
            if (server.Failure.IsSilent)
                _unreachable.Add(new Unreachable(server.Node.Name, server.Failure.Message));
        }
    }
}
