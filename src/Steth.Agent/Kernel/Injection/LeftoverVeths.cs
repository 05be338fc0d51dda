using System.Net.NetworkInformation;
using System.Text.Json;
using Steth.Agent.Tools;
using Steth.Contracts;
using Steth.Contracts.Names;

namespace Steth.Agent.Kernel.Injection;

/// <summary>Removes what injections of an agent that was killed left behind, on the host and in its named namespaces.</summary>
public static class LeftoverVeths
{
    /// <summary>
    /// Deletes every device named <c>stethi…</c> whose alias tells that the agent which made it has ended. Meant for the agent's start.
    /// </summary>
    /// <returns>The names deleted; a namespace that may not be entered or vanishes meanwhile is passed over.</returns>
    /// <exception cref="OperationException">ToolMissing, ToolFailed, Timeout from ip.</exception>
    public static Task<IReadOnlyList<string>> SweepAsync(IToolRunner tools, CancellationToken cancellationToken) =>
        SweepAsync(tools, [null, .. NetworkNamespace.List()], cancellationToken);

    /// <summary>As <see cref="SweepAsync(IToolRunner, CancellationToken)"/>, in these namespaces only; null is the agent's own.</summary>
    public static async Task<IReadOnlyList<string>> SweepAsync(
        IToolRunner tools, IReadOnlyList<NamespaceName?> namespaces, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tools);
        ArgumentNullException.ThrowIfNull(namespaces);
        var deleted = new List<string>();
        foreach (var inside in namespaces)
        {
            foreach (var name in await LeftoversAsync(inside, tools, cancellationToken))
            {
                // Deleting one end of a pair takes the other along.
                if (!Devices.ExistsIfNamespaceDoes(DeviceName.Parse(name), inside))
                    continue;
                await GuestInjection.DeleteAsync(name, inside, tools, cancellationToken);
                deleted.Add(name);
            }
        }
        return deleted;
    }

    private static async Task<IReadOnlyList<string>> LeftoversAsync(
        NamespaceName? inside, IToolRunner tools, CancellationToken cancellationToken)
    {
        // Hosts have hundreds of namespaces: only one that has a device of such a name is worth a program.
        if (!HasCandidate(inside))
            return [];
        var output = await tools.RunAsync(
            inside, new ToolCommand { Program = "ip", Arguments = ["-j", "link", "show"] }, cancellationToken);
        if (output.ExitCode != 0)
            return [];
        using var links = JsonDocument.Parse(output.Stdout);
        return [.. links.RootElement.EnumerateArray()
            .Where(l => l.TryGetProperty("ifalias", out var alias) && OwnerAlias.IsLeftover(alias.GetString()))
            .Select(l => l.GetProperty("ifname").GetString()!)
            .Where(n => n.StartsWith(GuestInjection.NamePrefix, StringComparison.Ordinal))];
    }

    private static bool HasCandidate(NamespaceName? inside)
    {
        try
        {
            return NetworkNamespace.Run(inside, () => NetworkInterface.GetAllNetworkInterfaces()
                .Any(d => d.Name.StartsWith(GuestInjection.NamePrefix, StringComparison.Ordinal)));
        }
        catch (Exception e) when (e is OperationException or NetworkInformationException)
        {
            return false;
        }
    }
}
