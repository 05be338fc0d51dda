using Steth.Agent.Kernel.Injection;
using Steth.Agent.Leases;
using Steth.Agent.Rpc;
using Steth.Agent.Tools.Ip;
using Steth.Agent.Tools.Ovs;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;

namespace Steth.Agent.Operations;

/// <summary>Carries <see cref="AgentOperations.VlanAdd"/> out.</summary>
public sealed class VlanAddHandler(IpTool ip, OvsDatabase database, LeaseBook leases)
{
    /// <summary>
    /// Alias of devices made to stay; those under a lease carry <see cref="OwnerAlias.Own"/>, to be known when the agent was killed.
    /// </summary>
    public const string LastingAlias = "steth";

    /// <summary>Makes the device; one that is there already for this VLAN, by whatever name, is left alone and named.</summary>
    /// <exception cref="OperationException">
    /// InvalidParams, NoSuchDevice, PermissionDenied, Busy, ToolMissing, ToolFailed, Timeout.
    /// </exception>
    public async Task<VlanAddResult> HandleAsync(VlanAddParams parameters, CallContext call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var lease = LeaseLength.Parse(parameters.LeaseSeconds);
        var parent = parameters.Interface.ToString();
        var links = await ip.ListAsync(null, cancellationToken);
        var below = IpTool.Find(links, parent).Facts;
        RefuseEnslaved(below, links, new OvsMembership(await database.ReadAsync(cancellationToken)));

        var there = links.FirstOrDefault(
            l => l.Facts.Kind == "vlan" && l.Facts.Link == parent && l.Facts.VlanId == parameters.VlanId.Value);
        if (there is not null)
            return new VlanAddResult { Interface = there.Facts.Name, Created = false };
        var name = $"{parent}.{parameters.VlanId}";
        if (name.Length > DeviceName.MaxLength)
        {
            throw new OperationException(OperationErrorCode.InvalidParams,
                $"A VLAN device on '{parent}' would be called '{name}', which is "
                + $"longer than the {DeviceName.MaxLength} characters the kernel allows; "
                + "make one by hand under a shorter name and it will be found.");
        }
        if (links.Any(l => l.Facts.Name == name))
            throw new OperationException(
                OperationErrorCode.Busy, $"The name '{name}' is taken by an interface that is not VLAN {parameters.VlanId} of '{parent}'.");
        // The kernel says ENETDOWN to bringing up a VLAN device whose parent is down.
        if (!below.AdminUp)
            throw new OperationException(OperationErrorCode.ToolFailed,
                $"Interface '{parent}' is down, so a VLAN device on it cannot be brought up; bring '{parent}' up first.");

        var index = await CreateAsync(
            parent, name, parameters.VlanId.ToString(), lease is null ? LastingAlias : OwnerAlias.Own, cancellationToken);
        return new VlanAddResult
        {
            Interface = name,
            Created = true,
            LeaseId = lease is { } length ? leases.Grant($"VLAN device {name}", length, token => DeleteAsync(name, index, token)) : null,
        };
    }

    private async Task<int> CreateAsync(string parent, string name, string vlan, string alias, CancellationToken cancellationToken)
    {
        try
        {
            await ip.RunAsync(["link", "add", "link", parent, "name", name, "type", "vlan", "id", vlan], cancellationToken);
        }
        catch (OperationException e) when (e.Message.Contains("Unknown device type", StringComparison.Ordinal)
            || e.Message.Contains("Operation not supported", StringComparison.Ordinal))
        {
            throw new OperationException(OperationErrorCode.ToolFailed,
                "This host's kernel cannot make VLAN devices (module 8021q is not there), "
                + $"so '{name}' was not made; test VLAN {vlan} with tagged frames instead.", e);
        }
        try
        {
            await ip.RunAsync(["link", "set", "dev", name, "alias", alias], cancellationToken);
            await ip.RunAsync(["link", "set", "dev", name, "up"], cancellationToken);
            return IpTool.Find(await ip.ListAsync(null, cancellationToken), name).Facts.Index;
        }
        catch (Exception e) when (e is OperationException or OperationCanceledException)
        {
            await ip.RunAsync(["link", "del", "dev", name], CancellationToken.None);
            throw;
        }
    }

    /// <summary>Deletes what was made, unless it is gone or another device has taken the name.</summary>
    private async Task DeleteAsync(string name, int index, CancellationToken cancellationToken)
    {
        if ((await ip.ListAsync(null, cancellationToken)).Any(l => l.Facts.Name == name && l.Facts.Index == index))
            await ip.RunAsync(["link", "del", "dev", name], cancellationToken);
    }

    private static void RefuseEnslaved(InterfaceFacts parent, IReadOnlyList<Link> links, OvsMembership ovs)
    {
        if (ovs.BridgeOf(parent.Name) is { } bridge && !ovs.IsInternal(parent.Name))
            throw Refused(parent.Name, $"a port of OVS bridge '{bridge}'",
                $"would take that VLAN's frames away from '{bridge}'; test with tagged frames instead");
        // A VRF is a master too, but takes no frames from its members.
        var master = links.FirstOrDefault(l => l.Facts.Name == parent.Master)?.Facts;
        if (master?.Kind is "bond" or "team")
            throw Refused(parent.Name, $"a member of {master.Kind} '{master.Name}'",
                $"would take that VLAN's frames away from '{master.Name}'; use '{master.Name}' as the parent");
        if (master?.Kind is "bridge" or "openvswitch")
            throw Refused(parent.Name, $"a port of bridge '{master.Name}'",
                $"would take that VLAN's frames away from '{master.Name}'; test with tagged frames instead");
    }

    private static OperationException Refused(string parent, string role, string consequence) =>
        new(OperationErrorCode.PermissionDenied, $"Interface '{parent}' is {role}, and a VLAN device on it {consequence}.");
}
