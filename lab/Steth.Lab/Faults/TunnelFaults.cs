using Steth.Lab.Plan;
using Steth.Lab.Probing;
using Steth.Lab.Wiring;

namespace Steth.Lab.Faults;

/// <summary>T1 to T6: br-tun, and the underlay between the nodes.</summary>
internal static class TunnelFaults
{
    private const string PeerOnly = "-peer";
    private static readonly Func<PortPlan, IEnumerable<string>> NotBetweenVms = Fault.AllBut(Symptom.NoPeer, Symptom.LargePackets);
    private static readonly Func<PortPlan, IEnumerable<string>> BetweenVms = Fault.Only(Symptom.NoPeer, Symptom.LargePackets);

    /// <summary>The faults.</summary>
    public static IReadOnlyList<Fault> All { get; } =
    [
        Of(new()
        {
            Name = "T1-tunnel-port-missing",
            Title = "br-tun of the compute node has no tunnel port to the network node",
            Site = (plan, port) => new FaultSite(port.Host, TunnelBridge.DeviceTo(plan.Host(LabPlan.NetworkHost))),
            Breaks = NotBetweenVms,
            PlanAsync = (scene, _) => TunnelMissing(scene.Plan, scene.Port.Host, LabPlan.NetworkHost),
        }),
        Of(new()
        {
            Name = "T1-tunnel-port-missing-network-node",
            Title = "br-tun of the network node has no tunnel port to the compute node",
            Site = (plan, port) => new FaultSite(LabPlan.NetworkHost, TunnelBridge.DeviceTo(plan.Host(port.Host))),
            Breaks = NotBetweenVms,
            PlanAsync = (scene, _) => TunnelMissing(scene.Plan, LabPlan.NetworkHost, scene.Port.Host),
        }),
        Of(new()
        {
            Name = "T1-tunnel-port-missing" + PeerOnly,
            Title = "br-tun of the compute node has no tunnel port to the other compute node",
            Site = (plan, port) => new FaultSite(port.Host, TunnelBridge.DeviceTo(plan.Host(plan.Peer(port).Host))),
            Breaks = BetweenVms,
            PlanAsync = (scene, _) => TunnelMissing(scene.Plan, scene.Port.Host, scene.Plan.Peer(scene.Port).Host),
        }),
        Of(new()
        {
            Name = "T2-flood-entry-missing",
            Unseen = [Symptom.NoInternet, Symptom.NoMetadata, Symptom.LargePackets],
            Title = "br-tun of the compute node floods the network to nobody",
            Site = BrTun,
            Breaks = Fault.AllBut(Symptom.NoFloatingIp), // what comes from outside is answered to a known MAC
            PlanAsync = (scene, ct) => FlowEdit.RemoveAsync(scene.Host, "br-tun", flow =>
                Is(flow, 22, $",dl_vlan={scene.Port.LocalVlan} "), ct),
        }),
        Of(new()
        {
            Name = "T2-vni-missing",
            Title = "br-tun of the compute node does not know the network's VNI",
            Site = BrTun,
            PlanAsync = (scene, ct) => FlowEdit.RemoveAsync(scene.Host, "br-tun",
                flow => Is(flow, 4, $",tun_id={TunnelBridge.Key(scene.Port.Network)} "), ct),
        }),
        Of(new()
        {
            Name = "T2-unicast-entry-wrong",
            Title = "br-tun of the compute node sends the gateway's MAC address into another tunnel",
            Site = BrTun,
            Breaks = Fault.Only(Symptom.NoGateway, Symptom.NoInternet, Symptom.NoFloatingIp, Symptom.NoMetadata),
            PlanAsync = (scene, ct) => WrongTunnel(scene, scene.Plan.RouterPort(scene.Port.Network)!, ct),
        }),
        Of(new()
        {
            Name = "T2-unicast-entry-wrong" + PeerOnly,
            Title = "br-tun of the compute node sends the other VM's MAC address into another tunnel",
            Site = BrTun,
            Breaks = BetweenVms,
            PlanAsync = (scene, ct) => WrongTunnel(scene, scene.Plan.Peer(scene.Port), ct),
        }),
        OnSwitch(new()
        {
            Name = "T3-vxlan-filtered",
            Title = "the switch drops VXLAN (UDP 4789) of the compute node",
            Site = Underlay,
            PlanAsync = (scene, ct) => Filtered(scene, scene.Port.Host, ct),
        }),
        OnSwitch(new()
        {
            Name = "T3-vxlan-filtered-network-node",
            Title = "the switch drops VXLAN (UDP 4789) of the network node",
            IsOfPort = false,
            Site = (_, _) => new FaultSite("sw", Cables.UnderlayOf(LabPlan.NetworkHost)),
            // A pair of nodes does not tell which of its switch ports filters: the sender's is named.
            Place = (_, port) => new FaultSite(port.Host, "eth2"),
            Breaks = NotBetweenVms,
            PlanAsync = (scene, ct) => Filtered(scene, LabPlan.NetworkHost, ct),
        }),
        OnSwitch(new()
        {
            Name = "T4-underlay-mtu",
            Title = "the switch's port of the compute node takes frames of 1400 bytes only",
            Site = Underlay,
            Breaks = Fault.Only(Symptom.LargePackets),
            PlanAsync = (scene, _) => scene.Steps(
                make: ["ip", "link", "set", scene.Site.Device, "mtu", "1400"],
                undo: ["ip", "link", "set", scene.Site.Device, "mtu", "1500"]).Now(),
        }),
        OnSwitch(new()
        {
            Name = "T6-underlay-unreachable",
            Title = "the switch lets nothing pass between the compute node and the network node on the underlay",
            Site = Underlay,
            Breaks = NotBetweenVms,
            PlanAsync = (scene, ct) => Isolated(scene, LabPlan.NetworkHost, ct),
        }),
        OnSwitch(new()
        {
            Name = "T6-underlay-unreachable" + PeerOnly,
            Title = "the switch lets nothing pass between the compute nodes on the underlay",
            Site = Underlay,
            Breaks = BetweenVms,
            PlanAsync = (scene, ct) => Isolated(scene, scene.Plan.Peer(scene.Port).Host, ct),
        }),
    ];

    private static Fault Of(Fault fault) => fault with { Fits = port => port.Network.Type == NetworkType.Vxlan };

    private static Fault OnSwitch(Fault fault) => Of(fault with { Place = fault.Place ?? ((_, port) => new FaultSite(port.Host, "eth2")) });

    private static FaultSite BrTun(LabPlan plan, PortPlan port) => new(port.Host, "br-tun");

    private static FaultSite Underlay(LabPlan plan, PortPlan port) => new("sw", Cables.UnderlayOf(port.Host));

    private static bool Is(string flow, int table, string text) =>
        flow.Contains($" table={table},", StringComparison.Ordinal) && flow.Contains(text, StringComparison.Ordinal);

    private static Task<FaultSteps> TunnelMissing(LabPlan plan, string host, string other)
    {
        var (here, there) = (plan.Host(host), plan.Host(other));
        var device = TunnelBridge.DeviceTo(there);
        return new FaultSteps(
            [OvsNode.Vsctl(host, [["del-port", "br-tun", device]])],
            [OvsNode.Vsctl(host, TunnelBridge.Port(plan, here, there)), OvsNode.Vsctl(host, [NodeBridges.ForgetNumber(device)])]).Now();
    }

    private static Task<FaultSteps> WrongTunnel(FaultScene scene, PortPlan target, CancellationToken ct)
    {
        var here = scene.Plan.Host(scene.Port.Host);
        var wrong = TunnelBridge.Others(scene.Plan, here).First(other => other.Name != target.Host).Name;
        return FlowEdit.ChangeAsync(scene.Host, "br-tun", flow => Is(flow, 20, $",dl_dst={target.Mac} ") && Is(flow, 20, "priority=2,"),
            flow => $"{flow[..flow.LastIndexOf(':')]}:{TunnelBridge.OfPort(scene.Plan, here, wrong)}", ct);
    }

    private static async Task<FaultSteps> Filtered(FaultScene scene, string host, CancellationToken ct) => FlowEdit.Add("sw", "phys",
        $"table=0,priority=50000,udp,in_port={await FlowEdit.OfPortAsync(scene.HostOf("sw"), Cables.UnderlayOf(host), ct)},tp_dst=4789",
        $"table=0,priority=50000,udp,nw_dst={scene.Plan.Host(host).Underlay},tp_dst=4789");

    private static async Task<FaultSteps> Isolated(FaultScene scene, string other, CancellationToken ct)
    {
        var matches = new List<string>();
        foreach (var (from, to) in ((string, string)[])[(scene.Port.Host, other), (other, scene.Port.Host)])
        {
            var port = await FlowEdit.OfPortAsync(scene.HostOf("sw"), Cables.UnderlayOf(from), ct);
            matches.Add($"table=0,priority=50000,ip,in_port={port},nw_dst={scene.Plan.Host(to).Underlay}");
            matches.Add($"table=0,priority=50000,arp,in_port={port},arp_tpa={scene.Plan.Host(to).Underlay}");
        }
        return FlowEdit.Add("sw", "phys", [.. matches]);
    }
}
