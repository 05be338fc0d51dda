using Steth.Lab.Hosts;
using Steth.Lab.Plan;

namespace Steth.Lab.Faults;

/// <summary>A way to break the lab, and what a diagnosis should call it.</summary>
internal sealed record Fault
{
    /// <summary>Cause id, or cause id and shape: F1, I1-dead-tag.</summary>
    public required string Name { get; init; }

    /// <summary>What is wrong then, in a line.</summary>
    public required string Title { get; init; }

    /// <summary>It breaks one VM port (or its host), not the whole network.</summary>
    public bool IsOfPort { get; init; } = true;

    /// <summary>Whether it can be made for a port.</summary>
    public Func<PortPlan, bool> Fits { get; init; } = _ => true;

    /// <summary>Where it is made for a port.</summary>
    public required Func<LabPlan, PortPlan, FaultSite> Site { get; init; }

    /// <summary>Plans it on the running lab: reads what is there now, so that healing brings back exactly that.</summary>
    public required Func<FaultScene, CancellationToken, Task<FaultSteps>> PlanAsync { get; init; }

    /// <summary>The cause id a diagnosis should name.</summary>
    public string Cause => Name.Split('-')[0];
}

/// <summary>What a fault is planned on.</summary>
/// <param name="Plan">The lab.</param>
/// <param name="Site">Where the fault is to be made.</param>
/// <param name="Port">The VM port.</param>
/// <param name="Host">The running host of the site.</param>
internal sealed record FaultScene(LabPlan Plan, FaultSite Site, PortPlan Port, LabHost Host);
