using Steth.Agent.Kernel.Injection;
using Steth.Agent.Tools.Ip;
using Steth.Contracts;

namespace Steth.Agent.Operations;

/// <summary>VLAN devices under a lease of an agent that was killed before it could take them back.</summary>
public sealed class LeftoverVlanDevices(IpTool ip)
{
    /// <summary>
    /// Deletes every VLAN device of the agent's namespace whose alias names an agent that has ended (<see cref="OwnerAlias"/>).
    /// </summary>
    /// <returns>Names of the deleted.</returns>
    /// <exception cref="OperationException">PermissionDenied, ToolMissing, ToolFailed, Timeout.</exception>
    public async Task<IReadOnlyList<string>> SweepAsync(CancellationToken cancellationToken)
    {
        var links = await ip.ListAsync(null, cancellationToken);
        List<string> leftovers = [.. links.Where(l => l.Facts.Kind == "vlan" && OwnerAlias.IsLeftover(l.Alias)).Select(l => l.Facts.Name)];
        foreach (var name in leftovers)
            await ip.RunAsync(["link", "del", "dev", name], cancellationToken);
        return leftovers;
    }
}
