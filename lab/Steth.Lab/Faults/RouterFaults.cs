using Steth.Lab.Plan;
using Steth.Lab.Probing;
using Steth.Lab.State;
using Steth.Lab.Wiring;

namespace Steth.Lab.Faults;

/// <summary>R1 to R6: the router of the port's network, and the gateway beyond it.</summary>
internal static class RouterFaults
{
    private const string Chain = "neutron-l3-agent-";
    private static readonly Func<PortPlan, IEnumerable<string>> Everything =
        Fault.Only(Symptom.NoGateway, Symptom.NoInternet, Symptom.NoFloatingIp, Symptom.NoMetadata);

    private static readonly Func<PortPlan, IEnumerable<string>> Outside = Fault.Only(Symptom.NoInternet, Symptom.NoFloatingIp);

    /// <summary>The faults.</summary>
    public static IReadOnlyList<Fault> All { get; } =
    [
        Of(new()
        {
            Name = "R1-router-missing",
            Title = "the router's namespace is gone; Open vSwitch still has its ports, as after a reboot without the L3 agent",
            IsOfPort = false,
            Site = (plan, port) => new FaultSite(LabPlan.NetworkHost, plan.RouterPort(port.Network)!.OvsDevice),
            Breaks = Everything,
            PlanAsync = (scene, _) => RouterMissing(scene),
        }),
        Of(new()
        {
            Name = "R2-address-missing",
            Title = "the router's port on the network has no address",
            IsOfPort = false,
            Site = (plan, port) => new FaultSite(LabPlan.NetworkHost, plan.RouterPort(port.Network)!.OvsDevice),
            Breaks = Everything,
            PlanAsync = (scene, _) => Ip(scene, Router.Address(scene.Plan.RouterPort(scene.Port.Network)!)),
        }),
        Of(new()
        {
            Name = "R2-ip-forward-off",
            Title = "the router's namespace does not forward",
            IsOfPort = false,
            Site = Namespace,
            Breaks = Outside,
            PlanAsync = (scene, _) => new FaultSteps([Forward(scene, 0)], [Forward(scene, 1)]).Now(),
        }),
        Of(new()
        {
            Name = "R2-default-route-missing",
            Title = "the router has no default route",
            IsOfPort = false,
            Site = GatewayDevice,
            Breaks = Fault.Only(Symptom.NoInternet), // the outside's own network is still known
            PlanAsync = (scene, _) => Ip(scene, Router.DefaultRoute(scene.Plan)),
        }),
        Of(new()
        {
            Name = "R3-snat-missing",
            Title = "the router has no SNAT rule",
            IsOfPort = false,
            Fits = port => port.FloatingIp is null,
            Site = GatewayDevice,
            Breaks = Fault.Only(Symptom.NoInternet),
            PlanAsync = (scene, ct) => Nat(scene,
                line => line.StartsWith($"-A {Chain}snat -o {scene.Plan.GatewayPort.OvsDevice} -j SNAT ", StringComparison.Ordinal), ct),
        }),
        Of(new()
        {
            Name = "R3-dnat-missing",
            Title = "the router has no DNAT rule for the floating IP",
            Fits = port => port.FloatingIp is not null,
            Site = GatewayDevice,
            Breaks = Fault.Only(Symptom.NoFloatingIp),
            PlanAsync = (scene, ct) => Nat(scene,
                line => line.StartsWith($"-A {Chain}PREROUTING -d {scene.Port.FloatingIp}/32 -j DNAT ", StringComparison.Ordinal), ct),
        }),
        Of(new()
        {
            Name = "R5-gateway-dead",
            Unseen = [Symptom.NoFloatingIp],
            Title = "the external network's gateway does not answer",
            IsOfPort = false,
            Site = (_, _) => new FaultSite("ext", "eth1"),
            Place = GatewayDevice,
            Breaks = Outside,
            PlanAsync = (scene, _) => new FaultSteps(
                [HostCommand.Ip("ext", [$"addr del {scene.Plan.External.Gateway}/24 dev eth1"])],
                [HostCommand.Ip("ext", [$"addr add {scene.Plan.External.Gateway}/24 brd + dev eth1"])]).Now(),
        }),
        Of(new()
        {
            Name = "R6-router-filter-drop",
            Title = "a rule in the router's namespace drops what the port sends through it",
            Site = Namespace,
            Breaks = Outside,
            PlanAsync = (scene, _) => RuleEdit.Add(
                LabPlan.NetworkHost, scene.Plan.RouterNamespace, "filter", "FORWARD", $"-s {scene.Port.Address}/32 -j DROP").Now(),
        }),
        Of(new()
        {
            Name = "R6-nft-drop",
            Title = "an nftables rule in the router's namespace drops what the port sends through it",
            Site = Namespace,
            Breaks = Outside,
            PlanAsync = (scene, _) => NftablesEdit.Drop(
                LabPlan.NetworkHost, scene.Plan.RouterNamespace, "forward", $"ip saddr {scene.Port.Address}").Now(),
        }),
    ];

    private static Fault Of(Fault fault) => fault with { Fits = port => !port.Network.IsIsolated && fault.Fits(port) };

    private static FaultSite Namespace(LabPlan plan, PortPlan port) => new(LabPlan.NetworkHost, plan.RouterNamespace);

    private static FaultSite GatewayDevice(LabPlan plan, PortPlan port) => new(LabPlan.NetworkHost, plan.GatewayPort.OvsDevice);

    private static Task<FaultSteps> Nat(FaultScene scene, Func<string, bool> isGone, CancellationToken ct) =>
        RuleEdit.RemoveAsync(scene.HostOf(LabPlan.NetworkHost), scene.Plan.RouterNamespace, "nat", isGone, ct);

    /// <summary>What an `ip` command added is deleted, and added again.</summary>
    private static Task<FaultSteps> Ip(FaultScene scene, string add) => new FaultSteps(
        [HostCommand.Ip(LabPlan.NetworkHost, [add.Replace(" add ", " del ", StringComparison.Ordinal)
            .Replace(" brd +", "", StringComparison.Ordinal)], scene.Plan.RouterNamespace)],
        [HostCommand.Ip(LabPlan.NetworkHost, [add], scene.Plan.RouterNamespace)]).Now();

    private static HostCommand Forward(FaultScene scene, int value) =>
        HostCommand.In(LabPlan.NetworkHost, scene.Plan.RouterNamespace, ["sysctl", "-q", "-w", $"net.ipv4.ip_forward={value}"]);

    private static Task<FaultSteps> RouterMissing(FaultScene scene)
    {
        var plan = scene.Plan;
        var ports = plan.RouterPorts.Append(plan.GatewayPort).ToArray();
        return new FaultSteps(
            [
                MetadataFaults.EndProxy(scene, plan.RouterId),
                .. ports.Select(PortFaults.Unplugged),
                HostCommand.Ip(LabPlan.NetworkHost, ["netns del " + plan.RouterNamespace]),
                // Open vSwitch makes their devices in the host's own namespace, and nobody is there to move them.
                .. ports.SelectMany(port => PortFaults.Plugged(plan, port)),
            ],
            [
                .. ports.SelectMany(port => PortFaults.Plugged(plan, port, again: true)),
                HostCommand.Ip(LabPlan.NetworkHost, ["netns add " + plan.RouterNamespace]),
                .. Router.Start(plan),
            ]).Now();
    }
}
