using System.Net.Sockets;
using Steth.Agent.Tools;
using Steth.Agent.Tools.Ip;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Packets.Addresses;

namespace Steth.Agent.Leases;

/// <summary>
/// Gives an interface back the addresses and routes it had, takes away what was added, and takes it down again if it was down.
/// </summary>
public sealed record InterfaceUndo : LeaseUndo
{
    /// <summary>The interface.</summary>
    public required DeviceName Name { get; init; }

    /// <summary>Its index: another one of that name is left alone.</summary>
    public required int Index { get; init; }

    /// <summary>The address that was added; null: it was there before.</summary>
    public InterfaceAddress? Added { get; init; }

    /// <summary>The interface was down.</summary>
    public required bool Down { get; init; }

    /// <summary>Addresses that were removed.</summary>
    public required IReadOnlyList<KeptAddress> Addresses { get; init; }

    /// <summary>Routes over the interface that the kernel does not make by itself.</summary>
    public required IReadOnlyList<KeptRoute> Routes { get; init; }

    internal override bool IsWhole =>
        Addresses.All(a => a is not null && a.Attributes.All(w => w is not null)) && Routes.All(r => r is not null);

    internal override bool Excludes(LeaseUndo other) => Covers(other, Index);

    /// <summary>Whether a lease is on an interface, by how it is undone.</summary>
    internal static bool Covers(LeaseUndo undo, int index) => undo is InterfaceUndo change && change.Index == index;

    /// <summary>
    /// Does what is still to be done, as the interface is now, and goes on past what fails: a retry touches nothing that is back already.
    /// </summary>
    public override async Task RunAsync(IToolRunner tools, CancellationToken cancellationToken)
    {
        var ip = new IpTool(tools);
        if (await FindAsync(ip, cancellationToken) is null)
            return;
        var failures = new List<OperationException>();
        await GiveAddressesBackAsync(ip, failures, cancellationToken);
        // Taking the last address away took routes with it (fib_disable_ip).
        if (Down)
            await TryAsync(ip, ["link", "set", "dev", Name.ToString(), "down"], failures, cancellationToken);
        else
            await GiveRoutesBackAsync(ip, failures, cancellationToken);
        if (failures.Count > 0 && await FindAsync(ip, cancellationToken) is not null)
            throw new OperationException(failures[0].Code, string.Join(' ', failures.Select(f => f.Message).Distinct()), failures[0]);
    }

    private async Task GiveAddressesBackAsync(IpTool ip, List<OperationException> failures, CancellationToken cancellationToken)
    {
        var name = Name.ToString();
        var now = await KeptAddress.ReadAsync(ip, name, cancellationToken);
        await RemoveAsync(now.Where(a => a.Address == Added));
        // Those that somebody else added since come back as well: the kernel takes secondary addresses along with their primary one.
        KeptAddress[] wanted = [.. Addresses.Concat(now.Where(a => a.Address != Added)).DistinctBy(a => a.Address)];
        await AddMissingAsync();
        // The first address of a subnet is its primary one, so they come back in their order.
        if (Misplaced(await KeptAddress.ReadAsync(ip, name, cancellationToken)) is { Count: > 0 } misplaced)
        {
            await RemoveAsync(misplaced);
            await AddMissingAsync();
        }

        async Task RemoveAsync(IEnumerable<KeptAddress> addresses)
        {
            foreach (var address in addresses)
                await TryAsync(ip, ["address", "del", .. address.Key, "dev", name], failures, cancellationToken);
        }

        async Task AddMissingAsync()
        {
            var there = await KeptAddress.ReadAsync(ip, name, cancellationToken);
            foreach (var address in wanted.Where(w => there.All(t => t.Address != w.Address)))
                await TryAsync(ip, ["address", "replace", .. address.Words, "dev", name], failures, cancellationToken);
        }
    }

    /// <summary>Of the addresses that were removed those that are back but not as they were: changed, or IPv4 in another order.</summary>
    private List<KeptAddress> Misplaced(IReadOnlyList<KeptAddress> there)
    {
        var back = there.Where(t => Addresses.Any(a => a.Address == t.Address)).ToLookup(IsIpv4);
        var order = Addresses.Where(a => IsIpv4(a) && back[true].Any(b => b.Address == a.Address));
        var right = back[true].Zip(order, (b, a) => b.IsLike(a)).TakeWhile(isLike => isLike).Count();
        return [.. back[true].Skip(right), .. back[false].Where(b => !Addresses.Any(b.IsLike))];
    }

    private static bool IsIpv4(KeptAddress address) => address.Address.Address.AddressFamily == AddressFamily.InterNetwork;

    private async Task GiveRoutesBackAsync(IpTool ip, List<OperationException> failures, CancellationToken cancellationToken)
    {
        var name = Name.ToString();
        var there = await KeptRoute.ReadAsync(ip, name, cancellationToken);
        foreach (var route in Routes.Where(r => !there.Contains(r)))
            await TryAsync(ip, [route.Family, "route", "replace", .. route.Arguments(name)], failures, cancellationToken);
    }

    private async Task<Link?> FindAsync(IpTool ip, CancellationToken cancellationToken) =>
        (await ip.ListAsync(null, cancellationToken)).FirstOrDefault(l => l.Facts.Name == Name.ToString() && l.Facts.Index == Index);

    /// <summary>What ip refuses is told at the end; a program that hangs or is missing would be so for what follows, too.</summary>
    private static async Task TryAsync(
        IpTool ip, string[] arguments, List<OperationException> failures, CancellationToken cancellationToken)
    {
        try
        {
            await ip.RunAsync(arguments, cancellationToken);
        }
        catch (OperationException e) when (
            e.Code is OperationErrorCode.ToolFailed or OperationErrorCode.NoSuchDevice or OperationErrorCode.PermissionDenied)
        {
            // Somebody was faster: what was to go is gone already.
            if (!KeptAddress.IsGone(e))
                failures.Add(e);
        }
    }
}
