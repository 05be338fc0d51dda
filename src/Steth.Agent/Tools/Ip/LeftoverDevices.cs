using Steth.Contracts;

namespace Steth.Agent.Tools.Ip;

/// <summary>Devices under a lease of an agent that was killed before it could take them back.</summary>
public sealed class LeftoverDevices(IpTool ip)
{
    /// <summary>Deletes every device of the agent's namespace that carries <see cref="Link.LeasedAlias"/>; to be called once, before the first lease.</summary>
    /// <returns>Names of the deleted.</returns>
    /// <exception cref="OperationException">PermissionDenied, ToolMissing, ToolFailed, Timeout.</exception>
    public async Task<IReadOnlyList<string>> SweepAsync(CancellationToken cancellationToken)
    {
        var leftovers = (await ip.ListAsync(null, cancellationToken)).Where(l => l.Alias == Link.LeasedAlias).Select(l => l.Facts.Name).ToList();
        foreach (var name in leftovers)
            await ip.RunAsync(["link", "del", "dev", name], cancellationToken);
        return leftovers;
    }
}
