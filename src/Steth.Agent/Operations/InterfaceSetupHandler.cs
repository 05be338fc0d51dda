using System.Globalization;
using System.Net.Sockets;
using Steth.Agent.Kernel.Injection;
using Steth.Agent.Leases;
using Steth.Agent.Rpc;
using Steth.Agent.Tools.Ip;
using Steth.Agent.Tools.Ovs;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;

namespace Steth.Agent.Operations;

/// <summary>Carries <see cref="AgentOperations.InterfaceSetup"/> out.</summary>
public sealed class InterfaceSetupHandler(IpTool ip, OvsDatabase database, LeaseBook leases)
{
    // So much later than the lease the kernel ends the address: only when there is no agent any more that takes it back.
    private static readonly TimeSpan KernelGrace = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Brings the interface up and adds the address. What a lease ends is as it was before: the address it added goes, those it removed and
    /// the routes that went with them come back, and an interface that was down goes down. On an interface in use every change is such a
    /// lease, until <see cref="InterfaceConfirmHandler"/> is called: who cuts himself off cannot call it.
    /// </summary>
    /// <exception cref="OperationException">
    /// InvalidParams, NoSuchDevice, PermissionDenied, Busy (there is a lease on it), ToolMissing, ToolFailed, Timeout.
    /// </exception>
    public async Task<InterfaceSetupResult> HandleAsync(
        InterfaceSetupParams parameters, CallContext call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(call);
        var lease = LeaseLength.Parse(parameters.LeaseSeconds);
        if (parameters.ConfirmSeconds is < 1 or > 600)
            throw new OperationException(
                OperationErrorCode.InvalidParams, $"confirm_seconds is {parameters.ConfirmSeconds}; expected 1-600.");
        var name = parameters.Interface.ToString();
        var links = await ip.ListAsync(null, cancellationToken);
        var link = IpTool.Find(links, name);
        var ovs = new OvsMembership(await database.ReadAsync(cancellationToken));
        var caller = new CallerLinks(links, ovs, call.LocalAddress);
        caller.Refuse(name, parameters.Force);

        var before = link.Facts;
        // What it has now may be another's on trial: neither "it is there already" nor "it was so before" would be true for long.
        leases.RequireFree($"Interface '{name}'", undo => InterfaceUndo.Covers(undo, before.Index));
        var there = before.Addresses.Any(a => a.Address == parameters.Cidr);
        // The link-local address stays: IPv6 does not work without it, and the kernel gives it back only when the link goes down and up.
        var kept = parameters.Flush ? await KeptAddress.ReadAsync(ip, name, cancellationToken) : [];
        var removed = kept.Where(a => a.Address != parameters.Cidr).ToArray();
        RefuseRemoval(link, removed, parameters.Force);
        var result = new InterfaceSetupResult { Interface = name, Address = parameters.Cidr, Added = !there };
        if (there && before.AdminUp && removed.Length == 0 && lease is null)
            return result;

        var undo = new InterfaceUndo
        {
            Name = parameters.Interface,
            Index = before.Index,
            Added = there ? null : parameters.Cidr,
            Down = !before.AdminUp,
            // A secondary address goes with its primary one, so the one that is to stay may have to come back too.
            Addresses = removed.Length == 0 ? [] : kept,
            Routes = await KeptRoute.ReadAsync(ip, name, cancellationToken),
        };
        var use = lease is null ? Use(before, ovs, undo, caller) : null;
        if (use is not null && parameters.ConfirmSeconds is null)
        {
            throw new OperationException(OperationErrorCode.PermissionDenied,
                $"Interface '{name}' is in use ({use}), where a change has to be confirmed or is undone; "
                + "change it with 'steth setup-link'.");
        }
        var length = lease ?? TimeSpan.FromSeconds(parameters.ConfirmSeconds ?? 60);
        var id = await leases.GrantAsync(
            $"address {parameters.Cidr} on {name}",
            length,
            undo,
            token => ChangeAsync(before, removed, parameters, there ? null : lease, token),
            cancellationToken,
            lease is null || there ? null : (longer, token) => ProlongAsync(before, parameters.Cidr, longer, token),
            isTrial: use is not null,
            LeaseHolder.Of(call, Role.Change));
        if (lease is null && use is null)
            leases.Forget(id);
        return result with
        {
            LeaseId = lease is null && use is null ? null : id,
            ConfirmWithinSeconds = use is null ? null : parameters.ConfirmSeconds,
        };
    }

    private static void RefuseRemoval(Link link, KeptAddress[] removed, bool force)
    {
        if (removed.Length == 0 || force || link.Alias == OwnerAlias.Own)
            return;
        throw new OperationException(OperationErrorCode.PermissionDenied,
            $"Interface '{link.Facts.Name}' was not made by an agent of steth and keeps "
            + $"{string.Join(", ", removed.Select(a => a.Address))}; force it where they really are to go.");
    }

    /// <summary>What an interface is used for; null: for nothing.</summary>
    private static string? Use(InterfaceFacts facts, OvsMembership ovs, InterfaceUndo undo, CallerLinks caller)
    {
        if (caller.Carry(facts.Name))
            return "it carries your own connection";
        if (facts.Addresses.FirstOrDefault(a => a.Scope != "link") is { } address)
            return $"it has the address {address.Address}";
        if ((ovs.BridgeOf(facts.Name) ?? facts.Master) is { } master)
            return $"it is a port of '{master}'";
        return undo.Routes is [var route, ..] ? $"it carries the route {route.Words}" : null;
    }

    private async Task ChangeAsync(
        InterfaceFacts before,
        KeptAddress[] removed,
        InterfaceSetupParams parameters,
        TimeSpan? lifetime,
        CancellationToken cancellationToken)
    {
        if (!before.AdminUp)
            await ip.RunAsync(["link", "set", "dev", before.Name, "up"], cancellationToken);
        foreach (var other in removed)
            await RemoveAsync(before.Name, other, cancellationToken);
        await AddAsync(before.Name, parameters.Cidr, lifetime, cancellationToken);
    }

    private Task<string> AddAsync(string name, InterfaceAddress cidr, TimeSpan? lease, CancellationToken cancellationToken)
    {
        // RFC 3021: a /31 has no broadcast address, and neither has a host route.
        string[] broadcast = cidr.Address.AddressFamily == AddressFamily.InterNetwork && cidr.PrefixLength < 31 ? ["brd", "+"] : [];
        // "replace" also when it is new: removing a primary address may have taken this one with it as its secondary.
        return ip.RunAsync(["address", "replace", cidr.ToString(), .. broadcast, "dev", name, .. Lifetime(lease)], cancellationToken);
    }

    private async Task ProlongAsync(InterfaceFacts before, InterfaceAddress cidr, TimeSpan length, CancellationToken cancellationToken)
    {
        // "change" would bring an address back that somebody took away meanwhile.
        if (await FindAsync(before, cancellationToken) is { } now && now.Addresses.Any(a => a.Address == cidr))
            await ip.RunAsync(["address", "change", cidr.ToString(), "dev", before.Name, .. Lifetime(length)], cancellationToken);
    }

    /// <summary>Under a lease the kernel itself ends the address, should the agent be killed.</summary>
    private static string[] Lifetime(TimeSpan? lease)
    {
        if (lease is not { } length)
            return [];
        var seconds = (length + KernelGrace).TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
        return ["valid_lft", seconds, "preferred_lft", seconds];
    }

    /// <summary>The interface as it is now; null when somebody deleted it meanwhile, and may have made another of that name.</summary>
    private async Task<InterfaceFacts?> FindAsync(InterfaceFacts before, CancellationToken cancellationToken) =>
        (await ip.ListAsync(null, cancellationToken)).FirstOrDefault(
            l => l.Facts.Name == before.Name && l.Facts.Index == before.Index)?.Facts;

    private async Task RemoveAsync(string name, KeptAddress address, CancellationToken cancellationToken)
    {
        try
        {
            await ip.RunAsync(["address", "del", .. address.Key, "dev", name], cancellationToken);
        }
        catch (OperationException e) when (KeptAddress.IsGone(e))
        {
            // It is gone already: a secondary address goes with its primary one.
        }
    }
}
