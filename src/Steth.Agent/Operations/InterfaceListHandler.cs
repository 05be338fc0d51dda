using System.Globalization;
using Steth.Agent.Rpc;
using Steth.Agent.Tools.Ip;
using Steth.Agent.Tools.Ovs;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Operations;

/// <summary>Carries <see cref="AgentOperations.InterfaceList"/> out.</summary>
public sealed class InterfaceListHandler(IpTool ip, OvsDatabase database)
{
    /// <summary>Lists interfaces.</summary>
    /// <exception cref="OperationException">NoSuchDevice (interface or namespace), ToolMissing, ToolFailed, Timeout.</exception>
    public async Task<InterfaceListResult> HandleAsync(
        InterfaceListParams parameters, CallContext call, CancellationToken cancellationToken)
    {
        return await ListAsync(parameters, database.ReadAsync(cancellationToken), cancellationToken);
    }

    /// <summary>The same for a caller that has read Open vSwitch's database already: with 1,000 ports that is most of the work.</summary>
    /// <exception cref="OperationException">As <see cref="HandleAsync"/>.</exception>
    public async Task<InterfaceListResult> ListAsync(
        InterfaceListParams parameters, Task<OvsShowResult> shown, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(shown);
        var links = await ip.ListAsync(parameters.Namespace, cancellationToken);
        var ovs = new OvsMembership(await shown);
        if (parameters.Interface is { } wanted)
            links = [IpTool.Find(links, wanted.ToString())];
        var here = parameters.Namespace is null;
        return new InterfaceListResult { Interfaces = [.. links.Select(l => Complete(l.Facts, ovs, here))] };
    }

    private static InterfaceFacts Complete(InterfaceFacts facts, OvsMembership ovs, bool here)
    {
        // Another namespace may have a device of the same name as a port; only those OVS made itself can be moved there.
        if (here || ovs.IsInternal(facts.Name))
            facts = facts with { OvsBridge = ovs.BridgeOf(facts.Name) };
        // /sys shows the namespace it was mounted in; the index tells whether that is ours.
        if (!here || Sysfs(facts.Name, "ifindex") != facts.Index.ToString(CultureInfo.InvariantCulture))
            return facts;
        return facts with
        {
            SpeedMbps = int.TryParse(Sysfs(facts.Name, "speed"), NumberStyles.None, CultureInfo.InvariantCulture, out var speed)
                ? speed
                : null,
            Duplex = Sysfs(facts.Name, "duplex") is "full" or "half" ? Sysfs(facts.Name, "duplex") : null,
        };
    }

    private static string? Sysfs(string device, string attribute)
    {
        try
        {
            return File.ReadAllText($"/sys/class/net/{device}/{attribute}").Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // speed and duplex are EINVAL while the link is down or when the driver has no such thing.
            return null;
        }
    }
}
