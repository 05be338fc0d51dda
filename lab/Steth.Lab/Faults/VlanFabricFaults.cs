using System.Globalization;
using Steth.Lab.Plan;
using Steth.Lab.Wiring;

namespace Steth.Lab.Faults;

/// <summary>What goes wrong between the switch's trunks and the hosts' provider NICs.</summary>
internal static class VlanFabricFaults
{
    /// <summary>VLANs that no network of the lab uses.</summary>
    private const int FilteredVlan = 103;
    private const int LostVlan = 102;
    private const int TranslatedVlan = 104;
    private const int TranslatedTo = 105;

    private static readonly int[] MissingVlans = [103, 104];

    /// <summary>The faults.</summary>
    public static IReadOnlyList<FabricFault> All { get; } =
    [
        new()
        {
            Name = "fabric-trunk-lacks-vlans",
            Title = "the switch's trunk to the host lacks VLANs 103-104",
            Check = "vlan",
            Site = Trunk,
            PlanAsync = TrunkLacksVlans,
        },
        new()
        {
            Name = "fabric-vlan-nowhere",
            Title = "no trunk of the switch carries VLAN 102",
            Check = "vlan",
            Site = (_, _) => new FaultSite("sw", "phys"),
            PlanAsync = (_, _) => FlowEdit.Add("sw", "phys", $"table=0,priority=50000,dl_vlan={LostVlan}").Now(),
        },
        new()
        {
            Name = "fabric-one-way-acl",
            Title = "the switch drops what the host sends to the first other one in VLAN 103; the other way passes",
            Check = "vlan",
            Site = Trunk,
            PlanAsync = OneWay,
        },
        new()
        {
            Name = "fabric-vlan-translated",
            Title = "the switch turns VLAN 104 of the host into VLAN 105",
            Check = "vlan",
            Site = Trunk,
            PlanAsync = async (scene, ct) => await FlowAsync(scene, $"dl_vlan={TranslatedVlan}", $"mod_vlan_vid:{TranslatedTo},NORMAL", ct),
        },
        new()
        {
            Name = "fabric-native-vlan-differs",
            Title = "the switch's trunk to the host has another native VLAN",
            Check = "vlan",
            Site = Trunk,
            PlanAsync = async (scene, ct) => scene.Steps(
                make: ["ovs-vsctl", "--timeout=10", "set", "Port", scene.Site.Device, $"tag={LabPlan.NativeVlan + 1}"],
                undo: ["ovs-vsctl", "--timeout=10", "set", "Port", scene.Site.Device,
                    "tag=" + await PortFaults.GetAsync(scene.HostOf("sw"), scene.Site.Device, "tag", ct)]),
        },
        new()
        {
            Name = "fabric-nic-down",
            Title = "the host's provider NIC is down",
            Check = "vlan",
            Site = (_, host) => new FaultSite(host, "eth1"),
            PlanAsync = (scene, _) => scene.Steps(
                make: ["ip", "link", "set", scene.Site.Device, "down"], undo: ["ip", "link", "set", scene.Site.Device, "up"]).Now(),
        },
        new()
        {
            Name = "fabric-port-isolated",
            Title = "the switch's port of the host is in the wrong place: nothing passes, tagged or not, though there is a link",
            Check = "vlan",
            Site = Trunk,
            PlanAsync = async (scene, ct) => scene.Steps(
                make: ["ovs-vsctl", "--timeout=10", "set", "Port", scene.Site.Device, $"tag={LabPlan.NativeVlan + 1}", "trunks=4000"],
                undo: ["ovs-vsctl", "--timeout=10", "set", "Port", scene.Site.Device,
                    "tag=" + await PortFaults.GetAsync(scene.HostOf("sw"), scene.Site.Device, "tag", ct),
                    "trunks=" + await PortFaults.GetAsync(scene.HostOf("sw"), scene.Site.Device, "trunks", ct)]),
        },
    ];

    private static FaultSite Trunk(LabPlan plan, string host) => new("sw", Cables.TrunkOf(host));

    private static async Task<FaultSteps> TrunkLacksVlans(FabricScene scene, CancellationToken ct) => scene.Steps(
        make: ["ovs-vsctl", "--timeout=10", "remove", "Port", scene.Site.Device, "trunks",
            .. MissingVlans.Select(vlan => vlan.ToString(CultureInfo.InvariantCulture))],
        undo: ["ovs-vsctl", "--timeout=10", "set", "Port", scene.Site.Device,
            "trunks=" + await PortFaults.GetAsync(scene.HostOf("sw"), scene.Site.Device, "trunks", ct)]);

    /// <summary>Everything but one port gets what comes in: an egress list, as a switch would have it on that port.</summary>
    private static async Task<FaultSteps> OneWay(FabricScene scene, CancellationToken ct)
    {
        var sw = scene.HostOf("sw");
        var others = new List<string>();
        foreach (var host in scene.Plan.WiredHosts.Where(host => host.Name != scene.Host && host.Name != scene.OtherHost))
            others.Add($"output:{await FlowEdit.OfPortAsync(sw, Cables.TrunkOf(host.Name), ct)}");
        return await FlowAsync(scene, $"dl_vlan={FilteredVlan}", others.Count == 0 ? "drop" : string.Join(',', others), ct);
    }

    private static async Task<FaultSteps> FlowAsync(FabricScene scene, string match, string actions, CancellationToken ct)
    {
        var whole = $"table=0,priority=50000,in_port={await FlowEdit.OfPortAsync(scene.HostOf("sw"), scene.Site.Device, ct)},{match}";
        return new FaultSteps(
            [FlowEdit.Apply("sw", "phys", [$"cookie=0,{whole},actions={actions}"])],
            [FlowEdit.Apply("sw", "phys", ["delete_strict " + whole])]);
    }
}
