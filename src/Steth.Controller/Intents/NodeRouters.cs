using System.Net;
using Steth.Contracts.Operations;
using Steth.Controller.Collection;
using Steth.Packets.Addresses;

namespace Steth.Controller.Intents;

/// <summary>The router that is a network's gateway, by the records of the nodes that have its ports.</summary>
internal sealed class NodeRouters(NodeRecords records)
{
    /// <summary>Its namespace is this and its id.</summary>
    public const string Prefix = "qrouter-";

    /// <summary>Finds the router of a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="dhcp">What its DHCP servers hand out: the router with the gateway's address is preferred.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Null: no node that answers has a router's port on the network.</returns>
    public async Task<NodeRouterFound?> FindAsync(Guid network, DhcpRecords dhcp, CancellationToken cancellationToken)
    {
        PortFacts[] ours =
            [.. records.Ports.Where(p => p.NetworkId == network && p.Device.StartsWith("qr-", StringComparison.Ordinal))];
        var found = await Task.WhenAll(ours.Select(p => DescribeAsync(p, cancellationToken)));
        var gateways = dhcp.Gateways.Select(g => g.Gateway).ToHashSet();
        return Array.Find(found, f => f.Interface.Any(a => gateways.Contains(a.Address)))
            ?? Array.Find(found, f => dhcp.AddressesOf(f.Port.Mac).Any(gateways.Contains))
            ?? (found is [var first, ..] ? first : null);
    }

    private async Task<NodeRouterFound> DescribeAsync(PortFacts port, CancellationToken cancellationToken)
    {
        var namespaces = await records.NamespacesAsync(port.Host, [port.Device], cancellationToken);
        var name = namespaces.FirstOrDefault(
            n => n.Name.StartsWith(Prefix, StringComparison.Ordinal) && n.Devices.Contains(port.Device))?.Name;
        var state = name is null ? null : (await records.InspectAsync([(port.Host, name)], [], cancellationToken))[0].State;
        var devices = state?.Interfaces ?? [];
        var outside = devices.FirstOrDefault(d => d.Name.StartsWith("qg-", StringComparison.Ordinal));
        return new NodeRouterFound
        {
            Port = port,
            Id = name is not null && Guid.TryParse(name[Prefix.Length..], out var id) ? id : null,
            Interface = AddressesOf(devices, port.Device),
            Outside = outside is null ? null : records.Ports.FirstOrDefault(p => p.Host == port.Host && p.Device == outside.Name),
            // The L3 agent puts floating IPs on the device as well, each as a /32.
            OutsideAddresses = outside is null ? [] :
                [.. AddressesOf(devices, outside.Name)
                    .Where(a => a.PrefixLength != 32 && !a.Address.IsIPv6LinkLocal).Select(a => a.Address)],
            DefaultGateway = state?.Routes?.FirstOrDefault(r => r.Destination == "default" && r.Gateway is not null)?.Gateway,
            HighlyAvailable = state?.Interfaces is null ? null : devices.Any(d => d.Name.StartsWith("ha-", StringComparison.Ordinal)),
            Distributed = state?.Interfaces is null ? null : devices.Any(d => d.Name.StartsWith("rfp-", StringComparison.Ordinal)),
            FloatingIps = FloatingRules.Read(state?.Rules ?? []),
        };
    }

    private static IReadOnlyList<InterfaceAddress> AddressesOf(IReadOnlyList<InterfaceFacts> devices, string name) =>
        [.. devices.Where(d => d.Name == name).SelectMany(d => d.Addresses).Select(a => a.Address)];
}

/// <summary>A router as a node's records tell it.</summary>
internal sealed record NodeRouterFound
{
    /// <summary>Its port on the network.</summary>
    public required PortFacts Port { get; init; }

    /// <summary>From its namespace's name; null: it has no namespace.</summary>
    public Guid? Id { get; init; }

    /// <summary>Addresses of that port's device; empty: not there, or not told.</summary>
    public IReadOnlyList<InterfaceAddress> Interface { get; init; } = [];

    /// <summary>Its port on the external network; null: none, or not told.</summary>
    public PortFacts? Outside { get; init; }

    /// <summary>That port's own addresses.</summary>
    public IReadOnlyList<IPAddress> OutsideAddresses { get; init; } = [];

    /// <summary>Next hop of its default route; null: none.</summary>
    public IPAddress? DefaultGateway { get; init; }

    /// <summary>It has a VRRP device; null: not told.</summary>
    public bool? HighlyAvailable { get; init; }

    /// <summary>It has a device towards a host's own floating IP namespace; null: not told.</summary>
    public bool? Distributed { get; init; }

    /// <summary>Floating IPs it translates, of all networks.</summary>
    public IReadOnlyList<(IPAddress Address, IPAddress FixedIp)> FloatingIps { get; init; } = [];
}
