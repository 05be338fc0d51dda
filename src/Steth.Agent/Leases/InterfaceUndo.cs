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

    /// <inheritdoc/>
    public override async Task RunAsync(IToolRunner tools, CancellationToken cancellationToken)
    {
        var ip = new IpTool(tools);
        if (await FindAsync(ip, cancellationToken) is null)
            return;
        var name = Name.ToString();
        var now = await KeptAddress.ReadAsync(ip, name, cancellationToken);
        // The first address of a subnet is its primary one, and takes the others with it when it goes: those before come back in their
        // order, those that somebody else added since as well.
        foreach (var address in now.Where(a => a.Address == Added || Addresses.Any(b => b.Address == a.Address)))
            await TryAsync(ip, ["address", "del", .. address.Key, "dev", name], cancellationToken);
        var left = await KeptAddress.ReadAsync(ip, name, cancellationToken);
        foreach (var address in Addresses.Concat(now.Where(a => a.Address != Added)).DistinctBy(a => a.Address))
        {
            if (left.All(a => a.Address != address.Address))
                await TryAsync(ip, ["address", "replace", .. address.Words, "dev", name], cancellationToken);
        }
        // Taking the last address away took routes with it (fib_disable_ip).
        if (Down)
            await TryAsync(ip, ["link", "set", "dev", name, "down"], cancellationToken);
        else
            await RouteAsync(ip, name, cancellationToken);
    }

    private async Task RouteAsync(IpTool ip, string name, CancellationToken cancellationToken)
    {
        var there = await KeptRoute.ReadAsync(ip, name, cancellationToken);
        foreach (var route in Routes.Where(r => !there.Contains(r)))
            await TryAsync(ip, [route.Family, "route", "replace", .. route.Arguments(name)], cancellationToken);
    }

    private async Task<Link?> FindAsync(IpTool ip, CancellationToken cancellationToken) =>
        (await ip.ListAsync(null, cancellationToken)).FirstOrDefault(l => l.Facts.Name == Name.ToString() && l.Facts.Index == Index);

    private async Task TryAsync(IpTool ip, string[] arguments, CancellationToken cancellationToken)
    {
        try
        {
            await ip.RunAsync(arguments, cancellationToken);
        }
        catch (OperationException e) when (e.Code is OperationErrorCode.ToolFailed or OperationErrorCode.NoSuchDevice)
        {
            // Somebody was faster: what was to go is gone already, or the whole interface is.
            if (!KeptAddress.IsGone(e) && await FindAsync(ip, cancellationToken) is not null)
                throw;
        }
    }
}
