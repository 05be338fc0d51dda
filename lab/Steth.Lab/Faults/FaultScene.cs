using Steth.Lab.Hosts;
using Steth.Lab.Plan;
using Steth.Lab.State;

namespace Steth.Lab.Faults;

/// <summary>What a fault is planned on.</summary>
/// <param name="Plan">The lab.</param>
/// <param name="Site">Where the fault is to be made.</param>
/// <param name="Port">The VM port.</param>
/// <param name="HostOf">A running host by name.</param>
internal sealed record FaultScene(LabPlan Plan, FaultSite Site, PortPlan Port, Func<string, LabHost> HostOf)
{
    /// <summary>The running host of the site.</summary>
    public LabHost Host => HostOf(Site.Host);

    /// <summary>A fault of one command on the site's host, and one that undoes it.</summary>
    public FaultSteps Steps(IReadOnlyList<string> make, IReadOnlyList<string> undo) =>
        new([new HostCommand(Site.Host, make)], [new HostCommand(Site.Host, undo)]);
}
