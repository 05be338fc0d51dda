using Steth.Lab.Plan;

namespace Steth.Lab.Wiring;

/// <summary>
/// The physical switch: the bridge `phys`, with a trunk to each host's provider NIC, whose untagged frames have a VLAN of their own, and
/// access ports for underlay and outside.
/// </summary>
internal static class PhysicalSwitch
{
    /// <summary>The ovs-vsctl commands that make it.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Configuration(LabPlan plan, Datapath datapath)
    {
        var commands = new List<IReadOnlyList<string>>();
        commands.Add(["add-br", "phys"]);
        commands.Add(["set", "Bridge", "phys", "datapath_type=" + datapath.TypeName(), "fail_mode=standalone"]);
        foreach (var host in plan.Hosts.Where(host => host.IsWired))
        {
            commands.Add(["add-port", "phys", Cables.TrunkOf(host.Name), "vlan_mode=native-untagged", $"tag={LabPlan.NativeVlan}",
                "trunks=" + string.Join(',', LabPlan.TrunkVlans)]);
            commands.Add(["add-port", "phys", Cables.UnderlayOf(host.Name), "vlan_mode=access", $"tag={LabPlan.UnderlayVlan}"]);
        }
        commands.Add(["add-port", "phys", Cables.TrunkOf("ext"), "vlan_mode=access", $"tag={plan.External.SegmentationId}"]);
        return commands;
    }
}
