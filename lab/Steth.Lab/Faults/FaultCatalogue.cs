using System.Globalization;
using Steth.Lab.Hosts;
using Steth.Lab.Plan;
using Steth.Lab.State;
using Steth.Lab.Wiring;

namespace Steth.Lab.Faults;

/// <summary>Every fault the lab can make.</summary>
internal static class FaultCatalogue
{
    /// <summary>The faults, in the order of the path from the guest to the DHCP server.</summary>
    public static IReadOnlyList<Fault> All { get; } =
    [
        new()
        {
            Name = "V1-tap-down",
            Title = "the port's tap is down",
            Site = (_, port) => new FaultSite(port.Host, port.Tap),
            PlanAsync = LinkDown,
        },
        new()
        {
            Name = "Q1-tap-off-bridge",
            Title = "the port's tap is not in its qbr bridge",
            Fits = port => port.IsHybrid,
            Site = (_, port) => new FaultSite(port.Host, port.Tap),
            PlanAsync = OffBridge,
        },
        new()
        {
            Name = "Q1-qvb-off-bridge",
            Title = "the port's qvb is not in its qbr bridge",
            Fits = port => port.IsHybrid,
            Site = (_, port) => new FaultSite(port.Host, port.BridgeVeth),
            PlanAsync = OffBridge,
        },
        new()
        {
            Name = "I1-wrong-tag",
            Title = "the port has another network's local VLAN on br-int",
            Site = (_, port) => new FaultSite(port.Host, port.OvsDevice),
            PlanAsync = (scene, ct) => Tag(scene, "9", ct),
        },
        new()
        {
            Name = "I1-dead-tag",
            Title = "the port has the dead VLAN on br-int",
            Site = (_, port) => new FaultSite(port.Host, port.OvsDevice),
            PlanAsync = (scene, ct) => Tag(scene, "4095", ct),
        },
        new()
        {
            Name = "F4-nic-down",
            Title = "the compute node's provider NIC is down",
            Site = (_, port) => new FaultSite(port.Host, "eth1"),
            PlanAsync = LinkDown,
        },
        new()
        {
            Name = "F1",
            Title = "the switch's trunk to the compute node lacks the VLAN",
            Site = (_, port) => new FaultSite("sw", Cables.TrunkOf(port.Host)),
            PlanAsync = TrunkLacksVlan,
        },
        new()
        {
            Name = "F1-network-node",
            Title = "the switch's trunk to the network node lacks the VLAN",
            IsOfPort = false,
            Site = (_, _) => new FaultSite("sw", Cables.TrunkOf(LabPlan.NetworkHost)),
            PlanAsync = TrunkLacksVlan,
        },
        new()
        {
            Name = "F4-nic-down-network-node",
            Title = "the network node's provider NIC is down",
            IsOfPort = false,
            Site = (_, _) => new FaultSite(LabPlan.NetworkHost, "eth1"),
            PlanAsync = LinkDown,
        },
        new()
        {
            Name = "D1-dnsmasq-dead",
            Title = "the network's dnsmasq has died",
            IsOfPort = false,
            Site = (plan, port) => new FaultSite(LabPlan.NetworkHost, plan.DhcpPort(port.Network).Tap),
            PlanAsync = DnsmasqDead,
        },
    ];

    /// <summary>A fault by name.</summary>
    /// <exception cref="LabException">There is none of that name.</exception>
    public static Fault Find(string name) => All.FirstOrDefault(fault => fault.Name == name)
        ?? throw new LabException($"There is no fault '{name}': the lab knows {string.Join(", ", All.Select(fault => fault.Name))}.");

    private static Task<FaultSteps> LinkDown(FaultScene scene, CancellationToken ct) => Task.FromResult(Steps(scene,
        make: ["ip", "link", "set", scene.Site.Device, "down"],
        undo: ["ip", "link", "set", scene.Site.Device, "up"]));

    private static Task<FaultSteps> OffBridge(FaultScene scene, CancellationToken ct) => Task.FromResult(Steps(scene,
        make: ["ip", "link", "set", scene.Site.Device, "nomaster"],
        undo: ["ip", "link", "set", scene.Site.Device, "master", scene.Port.Bridge]));

    private static async Task<FaultSteps> Tag(FaultScene scene, string wrong, CancellationToken ct) => Steps(scene,
        make: ["ovs-vsctl", "--timeout=10", "set", "Port", scene.Site.Device, "tag=" + wrong],
        undo: ["ovs-vsctl", "--timeout=10", "set", "Port", scene.Site.Device, "tag=" + await GetAsync(scene.Host, scene.Site.Device, "tag", ct)]);

    private static async Task<FaultSteps> TrunkLacksVlan(FaultScene scene, CancellationToken ct) => Steps(scene,
        make: ["ovs-vsctl", "--timeout=10", "remove", "Port", scene.Site.Device, "trunks",
            scene.Port.Network.SegmentationId!.Value.ToString(CultureInfo.InvariantCulture)],
        undo: ["ovs-vsctl", "--timeout=10", "set", "Port", scene.Site.Device, "trunks=" + await GetAsync(scene.Host, scene.Site.Device, "trunks", ct)]);

    private static Task<FaultSteps> DnsmasqDead(FaultScene scene, CancellationToken ct)
    {
        var process = DhcpServer.ReadProcess(scene.Host, scene.Port.Network)
            ?? throw new LabException($"dnsmasq has no pid file on {scene.Host.Name}: it is not running already.");
        // SIGKILL, as the kernel's out-of-memory killer would: the pid file stays behind.
        return Task.FromResult(Steps(scene, make: ["kill", "-9", $"{process}"], undo: DhcpServer.StartDnsmasq(scene.Plan, scene.Port.Network).Command));
    }

    private static async Task<string> GetAsync(LabHost host, string port, string column, CancellationToken ct) =>
        (await host.RunAsync(["ovs-vsctl", "--timeout=10", "get", "Port", port, column], ct)).Trim();

    private static FaultSteps Steps(FaultScene scene, IReadOnlyList<string> make, IReadOnlyList<string> undo) =>
        new([new HostCommand(scene.Site.Host, make)], [new HostCommand(scene.Site.Host, undo)]);
}
