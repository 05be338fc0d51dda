using System.Globalization;
using Steth.Lab.Building;
using Steth.Lab.Hosts;
using Steth.Lab.Plan;
using Steth.Lab.Probing;
using Steth.Lab.State;
using Steth.Lab.Wiring;

namespace Steth.Lab.Faults;

/// <summary>M1 and M2: the metadata proxies, the metadata agent and nova's API. (M3 is DHCP's.)</summary>
internal static class MetadataFaults
{
    /// <summary>The faults.</summary>
    public static IReadOnlyList<Fault> All { get; } =
    [
        Of(new()
        {
            Name = "M1-redirect-missing",
            Title = "the router does not redirect requests to its metadata proxy",
            Fits = port => !port.Network.IsIsolated,
            Site = (plan, _) => new FaultSite(LabPlan.NetworkHost, plan.RouterNamespace),
            PlanAsync = (scene, ct) => RuleEdit.RemoveAsync(scene.HostOf(LabPlan.NetworkHost), scene.Plan.RouterNamespace, "nat",
                line => line.Contains(" -j REDIRECT --to-ports 9697", StringComparison.Ordinal), ct),
        }),
        Of(new()
        {
            Name = "M1-haproxy-dead",
            Title = "the metadata proxy has died",
            Site = (plan, port) => new FaultSite(LabPlan.NetworkHost, ProxyOf(plan, port).Netns),
            PlanAsync = (scene, _) =>
            {
                var (id, netns) = ProxyOf(scene.Plan, scene.Port);
                return new FaultSteps([EndProxy(scene, id)], [Metadata.StartProxy(id, netns)]).Now();
            },
        }),
        Of(new()
        {
            Name = "M2-agent-dead",
            Title = "the metadata agent has died; its socket refuses",
            Site = Socket,
            PlanAsync = (scene, _) => new FaultSteps([EndStandIn(scene, AgentStart(scene))], Started(AgentStart(scene))).Now(),
        }),
        Of(new()
        {
            Name = "M2-socket-missing",
            Title = "the metadata agent's socket is not there",
            Site = Socket,
            PlanAsync = (scene, _) => new FaultSteps(
                [new HostCommand(LabPlan.NetworkHost, ["mv", Metadata.Socket, Metadata.Socket + ".away"])],
                [new HostCommand(LabPlan.NetworkHost, ["mv", Metadata.Socket + ".away", Metadata.Socket])]).Now(),
        }),
        Of(new()
        {
            Name = "M2-secret-differs",
            Title = "the metadata agent and nova do not share their secret",
            Site = Socket,
            PlanAsync = (scene, _) =>
            {
                var start = AgentStart(scene);
                return new FaultSteps(
                    [EndStandIn(scene, start), .. Started(start with { Command = [.. start.Command, "--secret", "another"] })],
                    [
                        new HostCommand(start.Host, ["pkill", "-KILL", "-f", "metadata-agent --name .* --secret another"]),
                        .. Started(start),
                    ]).Now();
            },
        }),
        Of(new()
        {
            Name = "M2-nova-dead",
            Title = "nova's metadata API is not running",
            Site = (_, _) => new FaultSite("ctl", "nova-metadata"),
            Place = Socket,
            PlanAsync = (scene, _) =>
            {
                var start = LabBuilder.StandIns(scene.Plan).Single(server => server.Host == "ctl");
                return new FaultSteps([EndStandIn(scene, start)], [start]).Now();
            },
        }),
    ];

    /// <summary>Ends the proxy of a router or network.</summary>
    public static HostCommand EndProxy(FaultScene scene, string id)
    {
        var process = Metadata.ReadProxy(scene.HostOf(LabPlan.NetworkHost), id)
            ?? throw new LabException("The metadata proxy has no pid file on net1: it is not running already.");
        return new HostCommand(LabPlan.NetworkHost, ["kill", "-KILL", process.ToString(CultureInfo.InvariantCulture)]);
    }

    private static Fault Of(Fault fault) => fault with { IsOfPort = false, Breaks = Fault.Only(Symptom.NoMetadata) };

    private static FaultSite Socket(LabPlan plan, PortPlan port) => new(LabPlan.NetworkHost, Metadata.Socket);

    private static (string Id, string Netns) ProxyOf(LabPlan plan, PortPlan port) =>
        port.Network.IsIsolated ? (port.Network.Id, port.Network.DhcpNamespace) : (plan.RouterId, plan.RouterNamespace);

    private static HostCommand AgentStart(FaultScene scene) =>
        LabBuilder.StandIns(scene.Plan).Single(server => server.Host == LabPlan.NetworkHost);

    /// <summary>Starts the agent, and waits for its socket: the one a killed agent leaves behind is taken away first.</summary>
    private static HostCommand[] Started(HostCommand start) =>
    [
        new(start.Host, ["rm", "-f", Metadata.Socket]),
        start,
        new(start.Host, ["timeout", "10", "bash", "-c", $"until [ -S {Metadata.Socket} ]; do sleep 0.05; done"]),
    ];

    private static HostCommand EndStandIn(FaultScene scene, HostCommand start)
    {
        var process = ProcessOf(scene.HostOf(start.Host), start.Command[1])
            ?? throw new LabException($"{start.Command[1]} is not running on {start.Host} already.");
        return new HostCommand(start.Host, ["kill", "-KILL", process]);
    }

    /// <summary>The process of a host, as it counts itself, that runs one of our own commands.</summary>
    private static string? ProcessOf(LabHost host, string command) => Directory.EnumerateDirectories(host.Root + "/proc")
        .Select(path => Path.GetFileName(path))
        .FirstOrDefault(id => int.TryParse(id, CultureInfo.InvariantCulture, out _) && Words($"{host.Root}/proc/{id}/cmdline")
            .ElementAtOrDefault(1) == command);

    private static string[] Words(string path)
    {
        try
        {
            return File.ReadAllText(path).Split('\0');
        }
        catch (IOException)
        {
            return []; // it ended meanwhile
        }
    }
}
