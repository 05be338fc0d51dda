using System.Globalization;
using Steth.Lab.Plan;
using Steth.Lab.Probing;
using Steth.Lab.State;
using Steth.Lab.Wiring;

namespace Steth.Lab.Faults;

/// <summary>D1 to D6 and M3: the DHCP server of the port's network.</summary>
internal static class DhcpFaults
{
    private const string RogueDevice = "rogue0";

    /// <summary>The faults.</summary>
    public static IReadOnlyList<Fault> All { get; } =
    [
        new()
        {
            Name = "D1-dnsmasq-dead",
            Title = "the network's dnsmasq has died",
            IsOfPort = false,
            Site = DhcpTap,
            Breaks = Fault.Only(Symptom.NoIp),
            // SIGKILL, as the kernel's out-of-memory killer would: the pid file stays behind.
            PlanAsync = (scene, _) => new FaultSteps([Signal(scene, "KILL")], [DhcpServer.StartDnsmasq(scene.Plan, scene.Port.Network)])
                .Now(),
        },
        new()
        {
            Name = "D1-netns-missing",
            Title = "the network's DHCP namespace is gone, with all that was in it",
            IsOfPort = false,
            Site = (_, port) => new FaultSite(LabPlan.NetworkHost, port.Network.DhcpNamespace),
            Breaks = WithItsProxy,
            PlanAsync = (scene, _) => NamespaceMissing(scene),
        },
        new()
        {
            Name = "D2-host-file-lacks-mac",
            Title = "dnsmasq's host file lacks the port",
            Site = DhcpTap,
            Breaks = Fault.Only(Symptom.NoIp),
            PlanAsync = (scene, ct) => Rewritten(scene, "host", file =>
                string.Concat(file.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Where(line => !line.StartsWith(scene.Port.Mac.ToString(), StringComparison.Ordinal)).Select(line => line + "\n")), ct),
        },
        new()
        {
            Name = "D3-rogue-server",
            Title = "another DHCP server, none of Neutron's, answers on the network",
            IsOfPort = false,
            Site = (plan, port) => new FaultSite(RogueHost(plan, port), RogueDevice),
            // In a tunnel network it is on another node, whose NIC its offers leave by.
            Place = (plan, port) => port.Network.Type == NetworkType.Vxlan
                ? new FaultSite(plan.Peer(port).Host, "eth2") : new FaultSite(port.Host, "eth1"),
            Breaks = Fault.Only(Symptom.NoIp),
            PlanAsync = (scene, _) => Rogue(scene),
        },
        new()
        {
            Name = "D4-dnsmasq-hung",
            Title = "the network's dnsmasq is there and does nothing",
            IsOfPort = false,
            Site = DhcpTap,
            Breaks = Fault.Only(Symptom.NoIp),
            PlanAsync = (scene, _) => new FaultSteps([Signal(scene, "STOP")], [Signal(scene, "CONT")]).Now(),
        },
        new()
        {
            Name = "D5-dhcp-port-down",
            Title = "the DHCP server's own port is down",
            IsOfPort = false,
            Site = DhcpTap,
            Breaks = WithItsProxy,
            PlanAsync = (scene, _) => new FaultSteps(
                [HostCommand.Ip(LabPlan.NetworkHost, [$"link set {scene.Site.Device} down"], scene.Port.Network.DhcpNamespace)],
                [
                    HostCommand.Ip(LabPlan.NetworkHost,
                        [$"link set {scene.Site.Device} up", .. DhcpServer.Routes(scene.Plan, scene.Port.Network)],
                            scene.Port.Network.DhcpNamespace),
                ]).Now(),
        },
        new()
        {
            Name = "D6-filter-drop",
            Title = "an nftables rule in the DHCP server's namespace drops what guests ask it",
            IsOfPort = false,
            Site = (_, port) => new FaultSite(LabPlan.NetworkHost, port.Network.DhcpNamespace),
            Breaks = Fault.Only(Symptom.NoIp),
            PlanAsync = (scene, _) => NftablesEdit.Drop(
                LabPlan.NetworkHost, scene.Port.Network.DhcpNamespace, "input", "udp dport 67").Now(),
        },
        new()
        {
            Name = "M3-route-missing",
            Title = "the isolated network's leases lack the route to the metadata service",
            IsOfPort = false,
            Fits = port => port.Network.IsIsolated,
            Site = DhcpTap,
            Breaks = Fault.Only(Symptom.NoMetadata),
            PlanAsync = (scene, ct) => Rewritten(scene, "opts", _ =>
                DhcpServer.Options(scene.Plan, scene.Port.Network, withMetadata: false), ct),
        },
    ];

    private static FaultSite DhcpTap(LabPlan plan, PortPlan port) => new(LabPlan.NetworkHost, plan.DhcpPort(port.Network).Tap);

    /// <summary>On an isolated network the metadata proxy lives in the same namespace.</summary>
    private static IEnumerable<string> WithItsProxy(PortPlan port) =>
        port.Network.IsIsolated ? [Symptom.NoIp, Symptom.NoMetadata] : [Symptom.NoIp];

    private static HostCommand Signal(FaultScene scene, string signal)
    {
        var process = DhcpServer.ReadProcess(scene.HostOf(LabPlan.NetworkHost), scene.Port.Network)
            ?? throw new LabException("dnsmasq has no pid file on net1: it is not running already.");
        return new HostCommand(LabPlan.NetworkHost, ["kill", "-" + signal, process.ToString(CultureInfo.InvariantCulture)]);
    }

    private static async Task<FaultSteps> Rewritten(FaultScene scene, string file, Func<string, string> change, CancellationToken ct)
    {
        var path = $"{DhcpServer.Folder(scene.Port.Network)}/{file}";
        var before = await scene.HostOf(LabPlan.NetworkHost).RunAsync(["cat", path], ct);
        var read = Signal(scene, "HUP");
        return new FaultSteps([Write(change(before)), read], [Write(before), read]);

        HostCommand Write(string text) => new(LabPlan.NetworkHost, ["tee", path], text);
    }

    private static Task<FaultSteps> NamespaceMissing(FaultScene scene)
    {
        var (plan, network) = (scene.Plan, scene.Port.Network);
        var end = new List<HostCommand> { Signal(scene, "KILL") };
        if (network.IsIsolated)
            end.Add(MetadataFaults.EndProxy(scene, network.Id));
        return new FaultSteps(
            [
                .. end,
                PortFaults.Unplugged(plan.DhcpPort(network)),
                HostCommand.Ip(LabPlan.NetworkHost, ["netns del " + network.DhcpNamespace]),
            ],
            [
                .. PortFaults.Plugged(plan, plan.DhcpPort(network)),
                HostCommand.Ip(LabPlan.NetworkHost, ["netns add " + network.DhcpNamespace]),
                .. DhcpServer.Start(plan, network),
            ]).Now();
    }

    /// <summary>
    /// On the physical network the rogue sits at the switch; a VXLAN network it joins on the other compute node's br-int.
    /// </summary>
    private static string RogueHost(LabPlan plan, PortPlan port) => port.Network.Type == NetworkType.Vxlan ? plan.Peer(port).Host : "sw";

    private static Task<FaultSteps> Rogue(FaultScene scene)
    {
        var (host, network) = (scene.Site.Host, scene.Port.Network);
        var (bridge, tag) = network.Type switch
        {
            NetworkType.Vxlan => ("br-int", network.LocalVlans[host]),
            NetworkType.Vlan => ("phys", network.SegmentationId!.Value),
            _ => ("phys", LabPlan.NativeVlan),
        };
        return RogueServer.Steps(host, RogueDevice, bridge, tag, network.Range).Now();
    }
}
