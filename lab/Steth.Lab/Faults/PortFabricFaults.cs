using Steth.Lab.Plan;
using Steth.Lab.State;
using Steth.Lab.Wiring;

namespace Steth.Lab.Faults;

/// <summary>
/// What goes wrong with a switch's port to a host where the switch is a kernel bridge: the fabric of bare hosts, and a cloud's storage
/// network. Rules and queues are of that port alone, and cost the others nothing.
/// </summary>
internal static class PortFabricFaults
{
    private const string VlanTable = "steth_lab_vlans";
    private const string OneWayTable = "steth_lab_one_way";

    /// <summary>The faults.</summary>
    public static IReadOnlyList<FabricFault> All { get; } =
    [
        new()
        {
            Name = "fabric-port-lacks-vlans",
            Title = "the switch's port of the host does not carry VLANs 200-299",
            Check = "vlan",
            Fits = BareHosts,
            Site = Port,
            PlanAsync = (scene, _) => Rules(scene, VlanTable, "vlan id 200-299 drop", "ingress", "egress"),
        },
        new()
        {
            Name = "fabric-port-one-way",
            Title = "the switch drops what the host sends in VLANs 300-309; the other way passes",
            Check = "vlan",
            Fits = BareHosts,
            Site = Port,
            PlanAsync = (scene, _) => Rules(scene, OneWayTable, "vlan id 300-309 drop", "ingress"),
        },
        new()
        {
            Name = "fabric-port-rate-limited",
            Title = "the switch sends no more than 10 Mbit/s to the host on the fabric (in a cloud: on the storage network)",
            Check = "bandwidth",
            Fits = AllHosts,
            Site = Port,
            PlanAsync = (scene, _) => scene.Steps(
                make: ["tc", "qdisc", "add", "dev", scene.Site.Device, "root", "tbf", "rate", "10mbit", "burst", "32kb", "latency", "50ms"],
                undo: ["tc", "qdisc", "del", "dev", scene.Site.Device, "root"]).Now(),
        },
    ];

    /// <summary>The hosts with a port on a kernel bridge that tests may fill or break.</summary>
    public static IEnumerable<string> AllHosts(LabPlan plan) =>
        plan.Hosts.Where(host => (host.Fabric ?? host.Storage) is not null).Select(host => host.Name);

    /// <summary>That port, on the switch.</summary>
    public static FaultSite Port(LabPlan plan, string host) => new("sw", plan.IsBare ? Cables.TrunkOf(host) : Cables.StorageOf(host));

    private static IEnumerable<string> BareHosts(LabPlan plan) => plan.IsBare ? AllHosts(plan) : [];

    private static Task<FaultSteps> Rules(FabricScene scene, string table, string rule, params string[] hooks)
    {
        var chains = hooks.Select(hook =>
            $"  chain {hook} {{\n    type filter hook {hook} device \"{scene.Site.Device}\" priority 0;\n    {rule}\n  }}\n");
        return new FaultSteps(
            [new HostCommand("sw", ["nft", "-f", "-"], $"table netdev {table} {{\n{string.Concat(chains)}}}\n")],
            [new HostCommand("sw", ["nft", "delete", "table", "netdev", table])]).Now();
    }
}
