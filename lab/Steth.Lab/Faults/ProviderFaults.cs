using System.Globalization;
using Steth.Lab.Plan;
using Steth.Lab.Probing;
using Steth.Lab.State;
using Steth.Lab.Wiring;

namespace Steth.Lab.Faults;

/// <summary>U1, U2, F1 and F4: patch ports, VLAN translation, the switch's trunks and the NICs.</summary>
internal static class ProviderFaults
{
    private static readonly Func<PortPlan, IEnumerable<string>> NotBetweenVms = Fault.AllBut(Symptom.NoPeer, Symptom.LargePackets);
    private static readonly Func<PortPlan, IEnumerable<string>> Outside = Fault.Only(Symptom.NoInternet, Symptom.NoFloatingIp);

    /// <summary>The faults.</summary>
    public static IReadOnlyList<Fault> All { get; } =
    [
        new()
        {
            Name = "U1-patch-peer-broken",
            Title = "the compute node's br-int is not patched to the bridge that leads out",
            Site = (_, port) => new FaultSite(port.Host, Patch(port)),
            PlanAsync = (scene, _) => PatchBroken(scene),
        },
        new()
        {
            Name = "U1-patch-peer-broken-network-node",
            Title = "the network node's br-int is not patched to the bridge that leads out",
            IsOfPort = false,
            Site = (_, port) => new FaultSite(LabPlan.NetworkHost, Patch(port)),
            Breaks = NotBetweenVms,
            PlanAsync = (scene, _) => PatchBroken(scene),
        },
        new()
        {
            Name = "U2-inbound-missing",
            Title = "br-int of the compute node lacks the flow from the segment to the local VLAN",
            Fits = IsProvider,
            Site = (_, port) => new FaultSite(port.Host, "br-int"),
            PlanAsync = (scene, ct) => FlowEdit.RemoveAsync(scene.Host, "br-int", flow => IsInwards(flow, scene.Port.Network), ct),
        },
        new()
        {
            Name = "U2-outbound-missing",
            Title = "br-ex of the compute node lacks the flow from the local VLAN to the segment",
            Fits = IsProvider,
            Site = (_, port) => new FaultSite(port.Host, "br-ex"),
            PlanAsync = (scene, ct) => FlowEdit.RemoveAsync(scene.Host, "br-ex",
                flow => flow.Contains($"priority=4,in_port={NodeBridges.PhyBrEx},dl_vlan={scene.Port.LocalVlan} ",
                    StringComparison.Ordinal), ct),
        },
        new()
        {
            Name = "U2-external-missing",
            Title = "br-ex of the network node lacks the flow for the external network",
            IsOfPort = false,
            Fits = port => !port.Network.IsIsolated,
            Site = (_, _) => new FaultSite(LabPlan.NetworkHost, "br-ex"),
            Breaks = Outside,
            PlanAsync = async (scene, ct) =>
            {
                var steps = await FlowEdit.RemoveAsync(scene.Host, "br-ex",
                    flow => flow.Contains($",dl_vlan={scene.Plan.GatewayPort.LocalVlan} ", StringComparison.Ordinal), ct);
                // As it is when the fault is older than what the router remembers: it asks for the gateway's MAC in vain.
                return steps with
                {
                    Make =
                    [
                        .. steps.Make,
                        new HostCommand(LabPlan.NetworkHost,
                            ["ip", "-n", scene.Plan.RouterNamespace, "neigh", "flush", "dev", scene.Plan.GatewayPort.OvsDevice]),
                    ],
                };
            },
        },
        new()
        {
            Name = "F1",
            Title = "the switch's trunk to the compute node lacks the VLAN (flat: has another native one)",
            Fits = IsProvider,
            Site = (_, port) => new FaultSite("sw", Cables.TrunkOf(port.Host)),
            Place = (_, port) => new FaultSite(port.Host, "eth1"),
            PlanAsync = (scene, ct) => TrunkLacksVlan(scene, scene.Port.Network, ct),
        },
        new()
        {
            Name = "F1-network-node",
            Title = "the switch's trunk to the network node lacks the VLAN (flat: has another native one)",
            IsOfPort = false,
            Fits = IsProvider,
            Site = (_, _) => new FaultSite("sw", Cables.TrunkOf(LabPlan.NetworkHost)),
            Place = (_, _) => new FaultSite(LabPlan.NetworkHost, "eth1"),
            Breaks = NotBetweenVms,
            PlanAsync = (scene, ct) => TrunkLacksVlan(scene, scene.Port.Network, ct),
        },
        new()
        {
            // From the nodes alone a trunk without the VLAN and a gateway that is dead look the same: nothing answers out there.
            Name = "R5-external-vlan-missing",
            Unseen = [Symptom.NoFloatingIp],
            Title = "the switch's trunk to the network node lacks the external network's VLAN",
            IsOfPort = false,
            Fits = port => !port.Network.IsIsolated,
            Site = (_, _) => new FaultSite("sw", Cables.TrunkOf(LabPlan.NetworkHost)),
            Place = (plan, _) => new FaultSite(LabPlan.NetworkHost, plan.GatewayPort.OvsDevice),
            Breaks = Outside,
            PlanAsync = (scene, ct) => TrunkLacksVlan(scene, scene.Plan.External, ct),
        },
        new()
        {
            Name = "F4-nic-down",
            Title = "the compute node's NIC that leads out is down",
            Site = (_, port) => new FaultSite(port.Host, Nic(port)),
            PlanAsync = (scene, _) => GuestFaults.LinkDown(scene),
        },
        new()
        {
            Name = "F4-nic-down-network-node",
            Title = "the network node's NIC that leads to the compute nodes is down",
            IsOfPort = false,
            Site = (_, port) => new FaultSite(LabPlan.NetworkHost, Nic(port)),
            Breaks = NotBetweenVms,
            PlanAsync = (scene, _) => GuestFaults.LinkDown(scene),
        },
        new()
        {
            Name = "F4-nic-down-external",
            Title = "the network node's NIC that leads to the external network is down",
            IsOfPort = false,
            Fits = port => port.Network.Type == NetworkType.Vxlan,
            Site = (_, _) => new FaultSite(LabPlan.NetworkHost, "eth1"),
            Breaks = Outside,
            PlanAsync = (scene, _) => GuestFaults.LinkDown(scene),
        },
    ];

    private static bool IsProvider(PortPlan port) => port.Network.Type != NetworkType.Vxlan;

    private static string Patch(PortPlan port) => IsProvider(port) ? "int-br-ex" : "patch-tun";

    private static string Nic(PortPlan port) => IsProvider(port) ? "eth1" : "eth2";

    private static bool IsInwards(string flow, NetworkPlan network) =>
        flow.Contains($"priority=3,in_port={NodeBridges.IntBrEx},", StringComparison.Ordinal)
        && flow.Contains(network.SegmentationId is { } segment ? $",dl_vlan={segment} " : ",vlan_tci=0x0000/0x1fff ",
            StringComparison.Ordinal);

    /// <summary>As the agent leaves it when it cannot make the provider bridge: a peer that does not exist.</summary>
    private static Task<FaultSteps> PatchBroken(FaultScene scene)
    {
        var peer = scene.Site.Device == "patch-tun" ? "patch-int" : "phy-br-ex";
        return scene.Steps(
            make: ["ovs-vsctl", "--timeout=10", "set", "Interface", scene.Site.Device, "options:peer=nonexistent-peer"],
            undo: ["ovs-vsctl", "--timeout=10", "set", "Interface", scene.Site.Device, "options:peer=" + peer]).Now();
    }

    private static async Task<FaultSteps> TrunkLacksVlan(FaultScene scene, NetworkPlan network, CancellationToken ct)
    {
        var port = scene.Site.Device;
        return network.SegmentationId is { } vlan
            ? scene.Steps(
                make: ["ovs-vsctl", "--timeout=10", "remove", "Port", port, "trunks", vlan.ToString(CultureInfo.InvariantCulture)],
                undo: ["ovs-vsctl", "--timeout=10", "set", "Port", port, "trunks="
                    + await PortFaults.GetAsync(scene.Host, port, "trunks", ct)])
            : scene.Steps(
                make: ["ovs-vsctl", "--timeout=10", "set", "Port", port, $"tag={LabPlan.NativeVlan + 1}"],
                undo: ["ovs-vsctl", "--timeout=10", "set", "Port", port, $"tag={LabPlan.NativeVlan}"]);
    }
}
