using System.Globalization;
using Steth.Agent.Kernel.Injection;
using Steth.Agent.Leases;
using Steth.Agent.Rpc;
using Steth.Agent.Tools.Ip;
using Steth.Agent.Tools.Ovs;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;

namespace Steth.Agent.Operations;

/// <summary>Carries <see cref="AgentOperations.VlanAdd"/> out.</summary>
public sealed class VlanAddHandler(IpTool ip, OvsDatabase database, LeaseBook leases)
{
    // Longer than making one takes: a device that is to stay is a lease only until it is whole.
    private static readonly TimeSpan UntilWhole = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Makes the device; one that is there already for this VLAN, by whatever name, is left alone and named. Where that is on a lease and
    /// this one is to stay, it is refused.
    /// </summary>
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
        if (there is not null && lease is null)
        {
            leases.RequireFree($"VLAN device '{there.Facts.Name}'",
                u => u is DeviceUndo device && device.Name.ToString() == there.Facts.Name && device.Index == there.Facts.Index);
        }
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

        var undo = new DeviceUndo { Name = DeviceName.Parse(name), Index = DeviceUndo.NewIndex() };
        var id = await leases.GrantAsync(
            $"VLAN device {name}", lease ?? UntilWhole, undo, token => CreateAsync(parent, undo, parameters.VlanId, token),
            cancellationToken, holder: LeaseHolder.Of(call, lease is null ? Role.Change : Role.Probe));
        if (lease is null)
            leases.Forget(id);
        return new VlanAddResult { Interface = name, Created = true, LeaseId = lease is null ? null : id };
    }

    private async Task CreateAsync(string parent, DeviceUndo device, VlanId vlan, CancellationToken cancellationToken)
    {
        var name = device.Name.ToString();
        var index = device.Index.ToString(CultureInfo.InvariantCulture);
        try
        {
            await ip.RunAsync(
                ["link", "add", "link", parent, "name", name, "index", index, "type", "vlan", "id", vlan.ToString()], cancellationToken);
        }
        catch (OperationException e) when (e.Message.Contains("Unknown device type", StringComparison.Ordinal)
            || e.Message.Contains("Operation not supported", StringComparison.Ordinal))
        {
            throw new OperationException(OperationErrorCode.ToolFailed,
                "This host's kernel cannot make VLAN devices (module 8021q is not there), "
                + $"so '{name}' was not made; test VLAN {vlan} with tagged frames instead.", e);
        }
        await ip.RunAsync(["link", "set", "dev", name, "alias", OwnerAlias.Own], cancellationToken);
        await ip.RunAsync(["link", "set", "dev", name, "up"], cancellationToken);
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
