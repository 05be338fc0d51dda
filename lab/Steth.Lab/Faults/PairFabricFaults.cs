using Steth.Lab.State;
using Steth.Lab.Wiring;

namespace Steth.Lab.Faults;

/// <summary>What goes wrong with packets between the hosts, whatever they carry: sizes and losses.</summary>
internal static class PairFabricFaults
{
    /// <summary>The nftables table that loses packets; unlike any other's.</summary>
    private const string LossTable = "steth_lab_loss";

    /// <summary>The faults.</summary>
    public static IReadOnlyList<FabricFault> All { get; } =
    [
        new()
        {
            Name = "fabric-port-mtu",
            Title = "the switch's underlay port of the host (a bare host's: on the fabric) takes packets of 1400 bytes only",
            Check = "mtu",
            Fits = PortFabricFaults.AllHosts,
            Site = (plan, host) => plan.IsBare ? PortFabricFaults.Port(plan, host) : new FaultSite("sw", Cables.UnderlayOf(host)),
            PlanAsync = (scene, _) => scene.Steps(
                make: ["ip", "link", "set", scene.Site.Device, "mtu", "1400"],
                undo: ["ip", "link", "set", scene.Site.Device, "mtu", "1500"]).Now(),
        },
        new()
        {
            // What a kernel bridge's port sends passes the egress hook. Ports of userspace OVS do not.
            Name = "fabric-loss-to-host",
            Title = "the switch loses every fifth packet to the host on the storage network (a bare host: on the fabric); what it sends arrives",
            Check = "mesh",
            Fits = PortFabricFaults.AllHosts,
            Site = PortFabricFaults.Port,
            PlanAsync = (scene, _) => new FaultSteps(
                [new HostCommand("sw", ["nft", "-f", "-"], LossRules(scene.Site.Device))],
                [new HostCommand("sw", ["nft", "delete", "table", "netdev", LossTable])]).Now(),
        },
    ];

    // ARP passes: an address that is not found would be another fault.
    private static string LossRules(string device) => $$"""
        table netdev {{LossTable}} {
          chain egress {
            type filter hook egress device "{{device}}" priority 0;
            meta protocol ip numgen random mod 5 == 0 drop
          }
        }

        """;
}
