using Steth.Lab.Plan;

namespace Steth.Lab.Faults;

/// <summary>A way to break what lies between the hosts. It breaks a host's cabling, no VM in particular, and is found by a check across nodes.</summary>
internal sealed record FabricFault
{
    /// <summary>As in fabric-trunk-lacks-vlans.</summary>
    public required string Name { get; init; }

    /// <summary>What is wrong then, in a line.</summary>
    public required string Title { get; init; }

    /// <summary>The check that finds it: vlan for <c>steth check vlan</c>.</summary>
    public required string Check { get; init; }

    /// <summary>The hosts it can be made for.</summary>
    public Func<LabPlan, IEnumerable<string>> Fits { get; init; } = plan => plan.WiredHosts.Select(host => host.Name);

    /// <summary>Where it is made for a host.</summary>
    public required Func<LabPlan, string, FaultSite> Site { get; init; }

    /// <summary>Plans it on the running lab: reads what is there now, so that healing brings back exactly that.</summary>
    public required Func<FabricScene, CancellationToken, Task<FaultSteps>> PlanAsync { get; init; }

    /// <summary>The host it is made for when none is named.</summary>
    public string DefaultHost(LabPlan plan) => Fits(plan).Last();
}
