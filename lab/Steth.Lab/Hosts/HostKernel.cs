using Steth.Lab.Plan;

namespace Steth.Lab.Hosts;

/// <summary>What the hosts of a lab take from the machine's kernel.</summary>
/// <param name="Datapath">What forwards the packets of their bridges.</param>
/// <param name="HasConntrackZones">The kernel keeps connections apart by zone.</param>
internal sealed record HostKernel(Datapath Datapath, bool HasConntrackZones)
{
    /// <summary>What OpenFlow flows may name; ovs-vswitchd brings zones of its own.</summary>
    public bool FlowsHaveZones => HasConntrackZones || Datapath == Datapath.Netdev;
}
