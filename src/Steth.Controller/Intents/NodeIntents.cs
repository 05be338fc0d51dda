using System.Net;
using System.Net.Sockets;
using Steth.Contracts.Operations;
using Steth.Controller.Collection;
using Steth.Diagnosis.Intent;

namespace Steth.Controller.Intents;

/// <summary>What a port should be, by the nodes' own records. What they do not know stays null or empty.</summary>
internal sealed class NodeIntents(NodeRecords records)
{
    /// <summary>Gathers everything around a port that some node has.</summary>
    public async Task<PortIntent> OfAsync(Guid id, CancellationToken cancellationToken)
    {
        // Devices without a row in Open vSwitch tell where the port is, and nothing of its network.
        if (records.PlacesOf(id) is not [var port, ..])
        {
            return new PortIntent
            {
                Source = IntentSource.Nodes,
                PortId = id,
                BindingHost = await records.UnpluggedOnAsync(id, cancellationToken),
                Network = new NetworkIntent(),
            };
        }
        var network = port.NetworkId;
        PortFacts[] dhcpPorts = [.. records.Ports.Where(p => p.Role == PortRole.Dhcp && network is not null && p.NetworkId == network)];
        var files = network is { } known
            ? records.DhcpServersAsync(known, cancellationToken)
            : records.DhcpServersAsync([], cancellationToken);
        var spaces = records.InspectAsync(dhcpPorts.Select(p => (p.Host, $"qdhcp-{network}")).Distinct(), ["-"], cancellationToken);
        var dhcp = new DhcpRecords(await files);
        var servers = (await spaces).SelectMany(s => (s.State?.Interfaces ?? []).Select(i => (s.Place.Host, Device: i))).ToList();
        var router = network is { } of
            ? await new NodeRouters(records).FindAsync(of, dhcp, cancellationToken)
            : null;
        var addresses = dhcp.AddressesOf(port.Mac);
        if (addresses.Count == 0)
            addresses = await records.FlowAddressesAsync(port, cancellationToken);
        var subnets = dhcp.Subnets(servers.SelectMany(s => s.Device.Addresses).Select(a => a.Address).Concat(router?.Interface ?? []));
        return new PortIntent
        {
            Source = IntentSource.Nodes,
            PortId = id,
            Mac = port.Mac,
            FixedIps = Ordered(addresses),
            FloatingIps =
            [
                .. (router?.FloatingIps ?? []).Where(f => addresses.Contains(f.FixedIp))
                    .Select(f => new FloatingIpIntent(f.Address, f.FixedIp, router!.Id)),
            ],
            DeviceOwner = OwnerOf(port),
            BindingHost = port.Host,
            Unsupported = OwnerOf(port) is { } owner ? UnsupportedPort.OfService(owner) : null,
            Network = Network(port) with
            {
                Mtu = dhcp.NetworkMtu
                    ?? servers.Where(s => dhcpPorts.Any(p => p.Device == s.Device.Name)).Select(s => (int?)s.Device.Mtu).FirstOrDefault(),
            },
            Subnets = subnets,
            DhcpPorts = [.. dhcpPorts.Select(p => Service(p, Addresses(dhcp, p, servers)))],
            Router = router is null ? null : Router(router, dhcp, addresses, subnets),
            DhcpAgentHosts = dhcp.Hosts,
        };
    }

    private static IReadOnlyList<IPAddress> Addresses(
        DhcpRecords dhcp, PortFacts server, IReadOnlyList<(string Host, InterfaceFacts Device)> devices)
    {
        var told = dhcp.AddressesOf(server.Mac);
        return told.Count > 0 ? told : [.. devices.Where(d => d.Host == server.Host && d.Device.Name == server.Device)
            .SelectMany(d => d.Device.Addresses).Select(a => a.Address.Address).Where(a => !DhcpRecords.IsServiceAddress(a))];
    }

    private static RouterIntent Router(
        NodeRouterFound router, DhcpRecords dhcp, IReadOnlyList<IPAddress> guest, IReadOnlyList<SubnetIntent> subnets)
    {
        var told = dhcp.AddressesOf(router.Port.Mac);
        IReadOnlyList<IPAddress> inside = told.Count > 0 ? told
            : router.Interface.Count > 0 ? [.. router.Interface.Where(a => !DhcpRecords.IsServiceAddress(a.Address)).Select(a => a.Address)]
            : subnets.FirstOrDefault(s => guest.Any(s.Range.Contains))?.Gateway is { } gateway ? [gateway]
            : [];
        return new RouterIntent
        {
            Id = router.Id,
            Distributed = router.Distributed,
            HighlyAvailable = router.HighlyAvailable,
            Interface = Service(router.Port, inside),
            Gateway = router.Outside is { } outside ? Service(outside, router.OutsideAddresses) : null,
            ExternalNetwork = router.Outside is { } external ? Network(external) : null,
            ExternalGateway = router.DefaultGateway,
            Hosts = [router.Port.Host],
        };
    }

    private static ServicePortIntent Service(PortFacts port, IReadOnlyList<IPAddress> addresses) =>
        new() { PortId = port.PortId, Mac = port.Mac, Addresses = Ordered(addresses), Host = port.Host };

    private static NetworkIntent Network(PortFacts port) => new()
    {
        Id = port.NetworkId,
        Type = port.NetworkType,
        PhysicalNetwork = port.PhysicalNetwork,
        SegmentationId = port.SegmentationId,
    };

    private static string? OwnerOf(PortFacts port) => port.Role switch
    {
        PortRole.Dhcp => "network:dhcp",
        PortRole.Router => port.Device.StartsWith("qg-", StringComparison.Ordinal) ? "network:router_gateway" : "network:router_interface",
        _ => null,
    };

    private static IReadOnlyList<IPAddress> Ordered(IReadOnlyList<IPAddress> addresses) =>
        [.. addresses.OrderBy(a => a.AddressFamily != AddressFamily.InterNetwork)];
}
