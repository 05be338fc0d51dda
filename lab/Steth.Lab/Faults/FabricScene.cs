using Steth.Lab.Hosts;
using Steth.Lab.Plan;
using Steth.Lab.State;

namespace Steth.Lab.Faults;

/// <summary>What a fault of the fabric is planned on.</summary>
/// <param name="Plan">The lab.</param>
/// <param name="Host">The host whose cabling breaks.</param>
/// <param name="Site">Where the fault is to be made.</param>
/// <param name="HostOf">A running host by name.</param>
internal sealed record FabricScene(LabPlan Plan, string Host, FaultSite Site, Func<string, LabHost> HostOf)
{
    /// <summary>Another host of the same cabling: the one that is listed first.</summary>
    public string OtherHost => Plan.WiredHosts.First(host => host.Name != Host).Name;

    /// <summary>A fault of one command at its site, and one that undoes it.</summary>
    public FaultSteps Steps(IReadOnlyList<string> make, IReadOnlyList<string> undo) =>
        new([new HostCommand(Site.Host, make)], [new HostCommand(Site.Host, undo)]);
}
