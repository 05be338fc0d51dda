using Steth.Lab.Plan;
using Steth.Lab.Probing;

namespace Steth.Lab.Faults;

/// <summary>T3 by a node's own packet filter, which a tunnel's packets meet with the kernel's datapath only.</summary>
internal static class HostFilterFaults
{
    private const string Drop = "-p udp -m udp --dport 4789 -j DROP";

    /// <summary>The faults.</summary>
    public static IReadOnlyList<Fault> All { get; } =
    [
        Of(new()
        {
            Name = "T3-host-filter-in",
            Title = "the compute node's own packet filter drops VXLAN (UDP 4789) that comes in",
            Site = (_, port) => new FaultSite(port.Host, "eth2"),
            PlanAsync = (scene, _) => RuleEdit.Add(scene.Site.Host, null, "filter", "INPUT", Drop).Now(),
        }),
        Of(new()
        {
            Name = "T3-host-filter-out",
            Title = "the compute node's own packet filter drops VXLAN (UDP 4789) that goes out",
            Site = (_, port) => new FaultSite(port.Host, "eth2"),
            PlanAsync = (scene, _) => RuleEdit.Add(scene.Site.Host, null, "filter", "OUTPUT", Drop).Now(),
        }),
        Of(new()
        {
            Name = "T3-host-filter-in-network-node",
            Title = "the network node's own packet filter drops VXLAN (UDP 4789) that comes in",
            IsOfPort = false,
            Site = (_, _) => new FaultSite(LabPlan.NetworkHost, "eth2"),
            Breaks = Fault.AllBut(Symptom.NoPeer, Symptom.LargePackets),
            PlanAsync = (scene, _) => RuleEdit.Add(scene.Site.Host, null, "filter", "INPUT", Drop).Now(),
        }),
    ];

    private static Fault Of(Fault fault) => fault with { Fits = port => port.Network.Type == NetworkType.Vxlan };
}
