using System.Globalization;
using System.Net.Sockets;
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
    /// Brings the interface up and adds the address. A lease takes back the address it added and takes the interface down again if it
    /// was down; addresses removed by <see cref="InterfaceSetupParams.Flush"/> do not come back.
    /// </summary>
    /// <exception cref="OperationException">InvalidParams, NoSuchDevice, PermissionDenied, ToolMissing, ToolFailed, Timeout.</exception>
    public async Task<InterfaceSetupResult> HandleAsync(
        InterfaceSetupParams parameters, CallContext call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(call);
        var lease = LeaseLength.Parse(parameters.LeaseSeconds);
        var name = parameters.Interface.ToString();
        var links = await ip.ListAsync(null, cancellationToken);
        var before = IpTool.Find(links, name).Facts;
        new CallerLinks(links, new OvsMembership(await database.ReadAsync(cancellationToken)), call.LocalAddress).Refuse(name);

        var there = before.Addresses.Any(a => a.Address == parameters.Cidr);
        Task Undo(CancellationToken token) => TakeBackAsync(before, there ? null : parameters.Cidr, token);
        Task ExtendAsync(TimeSpan length, CancellationToken token) => ProlongAsync(before, parameters.Cidr, length, token);
        try
        {
            if (!before.AdminUp)
                await ip.RunAsync(["link", "set", "dev", name, "up"], cancellationToken);
            if (parameters.Flush)
                await FlushAsync(before, parameters.Cidr, cancellationToken);
            if (!there || parameters.Flush)
                await AddAsync(name, parameters.Cidr, there ? null : lease, cancellationToken);
        }
        catch (Exception e) when (e is OperationException or OperationCanceledException)
        {
            await Undo(CancellationToken.None);
            throw;
        }
        return new InterfaceSetupResult
        {
            Interface = name,
            Address = parameters.Cidr,
            Added = !there,
            LeaseId = lease is { } length
                ? leases.Grant($"address {parameters.Cidr} on {name}", length, Undo, there ? null : ExtendAsync)
                : null,
        };
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

    private async Task FlushAsync(InterfaceFacts facts, InterfaceAddress keep, CancellationToken cancellationToken)
    {
        // The link-local address stays: IPv6 does not work without it, and the kernel gives it back only when the link goes down and up.
        foreach (var other in facts.Addresses.Where(a => a.Address != keep && a.Scope != "link"))
            await TryAsync(
                ["address", "del", other.Address.ToString(), "dev", facts.Name], "Cannot assign requested address", cancellationToken);
    }

    private async Task TakeBackAsync(InterfaceFacts before, InterfaceAddress? added, CancellationToken cancellationToken)
    {
        if (await FindAsync(before, cancellationToken) is not { } now)
            return;
        if (added is { } address && now.Addresses.Any(a => a.Address == address))
            await TryAsync(
                ["address", "del", address.ToString(), "dev", before.Name], "Cannot assign requested address", cancellationToken);
        if (!before.AdminUp && now.AdminUp)
            await TryAsync(["link", "set", "dev", before.Name, "down"], "Cannot find device", cancellationToken);
    }

    private async Task TryAsync(string[] arguments, string tolerated, CancellationToken cancellationToken)
    {
        try
        {
            await ip.RunAsync(arguments, cancellationToken);
        }
        catch (OperationException e) when (e.Message.Contains(tolerated, StringComparison.Ordinal))
        {
            // It is gone already.
        }
    }
}
