using Steth.Lab.Hosts;
using Steth.Lab.Plan;
using Steth.Lab.Probing;
using Steth.Lab.State;
using Steth.Lab.Wiring;

namespace Steth.Lab.Faults;

/// <summary>I1, I2 and I6: the port on br-int, and the bridges' flows as a whole.</summary>
internal static class PortFaults
{
    /// <summary>The faults.</summary>
    public static IReadOnlyList<Fault> All { get; } =
    [
        new()
        {
            Name = "I1-wrong-tag",
            Title = "the port has another network's local VLAN on br-int",
            Site = OnBrInt,
            PlanAsync = (scene, ct) => Tag(scene, "9", ct),
        },
        new()
        {
            Name = "I1-dead-tag",
            Title = "the port has the dead VLAN on br-int",
            Site = OnBrInt,
            PlanAsync = (scene, ct) => Tag(scene, "4095", ct),
        },
        new()
        {
            Name = "I1-port-missing",
            Title = "the port is not on br-int",
            Site = OnBrInt,
            PlanAsync = (scene, _) => new FaultSteps([Unplugged(scene.Port)], Plugged(scene.Plan, scene.Port)).Now(),
        },
        new()
        {
            Name = "I2-flows-gone",
            Title = "br-int of the compute node has no flows, as after a restart of Open vSwitch",
            Site = (_, port) => new FaultSite(port.Host, "br-int"),
            PlanAsync = FlowsGone,
        },
        new()
        {
            Name = "I2-flows-gone-network-node",
            Title = "br-int of the network node has no flows, as after a restart of Open vSwitch",
            IsOfPort = false,
            Site = (_, _) => new FaultSite(LabPlan.NetworkHost, "br-int"),
            Breaks = Fault.AllBut(Symptom.NoPeer, Symptom.LargePackets),
            PlanAsync = FlowsGone,
        },
        new()
        {
            Name = "I6-foreign-flow",
            Title = "a flow that no agent wrote drops what the port sends, on br-int",
            Site = (_, port) => new FaultSite(port.Host, "br-int"),
            PlanAsync = (scene, _) => FlowEdit.Add(scene.Port.Host, "br-int",
                $"table=0,priority=60000,in_port={NodeBridges.OfPort(scene.Plan, scene.Port)}").Now(),
        },
        new()
        {
            Name = "I6-foreign-flow-br-ex",
            Title = "a flow that no agent wrote drops what the port sends, on br-ex",
            Fits = port => port.Network.Type != NetworkType.Vxlan,
            Site = (_, port) => new FaultSite(port.Host, "br-ex"),
            PlanAsync = (scene, _) => FlowEdit.Add(scene.Port.Host, "br-ex",
                $"table=0,priority=60000,in_port={NodeBridges.PhyBrEx},dl_src={scene.Port.Mac}").Now(),
        },
        new()
        {
            Name = "I6-foreign-flow-br-tun",
            Title = "a flow that no agent wrote drops what the port sends, on br-tun",
            Fits = port => port.Network.Type == NetworkType.Vxlan,
            Site = (_, port) => new FaultSite(port.Host, "br-tun"),
            PlanAsync = (scene, _) => FlowEdit.Add(scene.Port.Host, "br-tun",
                $"table=0,priority=60000,in_port={NodeBridges.PatchInt},dl_src={scene.Port.Mac}").Now(),
        },
    ];

    /// <summary>Takes a port off br-int.</summary>
    public static HostCommand Unplugged(PortPlan port) => OvsNode.Vsctl(port.Host, [["del-port", "br-int", port.OvsDevice]]);

    /// <summary>
    /// Plugs a port into br-int as it was, with its number. <paramref name="again"/>: it is still there, its device was away.
    /// </summary>
    public static IReadOnlyList<HostCommand> Plugged(LabPlan plan, PortPlan port, bool again = false)
    {
        var plug = OvsNode.Vsctl(port.Host, NodeBridges.Port(plan, port));
        var forget = OvsNode.Vsctl(port.Host, [NodeBridges.ForgetNumber(port.OvsDevice)]);
        return again ? [Unplugged(port), plug, forget] : [plug, forget];
    }

    private static FaultSite OnBrInt(LabPlan plan, PortPlan port) => new(port.Host, port.OvsDevice);

    private static async Task<FaultSteps> Tag(FaultScene scene, string wrong, CancellationToken ct) => scene.Steps(
        make: ["ovs-vsctl", "--timeout=10", "set", "Port", scene.Site.Device, "tag=" + wrong],
        undo: ["ovs-vsctl", "--timeout=10", "set", "Port", scene.Site.Device, "tag="
            + await GetAsync(scene.Host, scene.Site.Device, "tag", ct)]);

    private static async Task<FaultSteps> FlowsGone(FaultScene scene, CancellationToken ct)
    {
        var steps = await FlowEdit.RemoveAsync(scene.Host, "br-int", _ => true, ct);
        return steps with { Make = [new HostCommand(scene.Site.Host, ["ovs-ofctl", "-O", "OpenFlow14", "del-flows", "br-int"])] };
    }

    /// <summary>A column of a port in OVSDB.</summary>
    public static async Task<string> GetAsync(LabHost host, string port, string column, CancellationToken ct) =>
        (await host.RunAsync(["ovs-vsctl", "--timeout=10", "get", "Port", port, column], ct)).Trim();
}
