using System.Net;
using System.Net.Sockets;
using Steth.Diagnosis.Intent;
using Steth.OpenStack.Neutron;

namespace Steth.Controller.Intents;

/// <summary>The router behind a gateway port, by Neutron's word.</summary>
internal sealed class NeutronRouters(INeutronClient neutron, NodeNames names, PartialAnswers answers)
{
    /// <summary>Owners of a router's port on a guests' network: a legacy, a distributed, a highly available router's.</summary>
    public static IReadOnlyList<string> InterfaceOwners { get; } =
        ["network:router_interface", "network:router_interface_distributed", "network:ha_router_replicated_interface"];

    private readonly NeutronPortLookup _ports = new(neutron);

    /// <summary>Asks for the router, its port outside and who hosts it.</summary>
    public async Task<NeutronRouterFound> OfAsync(NeutronPort gatewayPort, CancellationToken cancellationToken)
    {
        var id = gatewayPort.DeviceId ?? "";
        var routers = answers.TryAsync("the router", neutron.ListAsync(
            NeutronResources.Routers,
            NeutronQuery.All.WithId(id).Select("id", "name", "admin_state_up", "distributed", "ha", "external_gateway_info"),
            cancellationToken));
        var outside = answers.TryAsync("the router's port outside", _ports.PortsAsync(
            NeutronQuery.All.WithDeviceId(id).WithDeviceOwner("network:router_gateway"), cancellationToken));
        var agents = answers.TryAsync("which L3 agents host the router", neutron.L3AgentsOfRouterAsync(id, cancellationToken));
        await Task.WhenAll(routers, outside, agents);
        return new NeutronRouterFound(
            gatewayPort,
            await routers is [var router, ..] ? router : null,
            (await outside)?.FirstOrDefault(p => Guid.TryParse(p.Id, out _)),
            await agents);
    }

    /// <summary>Asks for the external network, and puts all together.</summary>
    public async Task<RouterIntent> ExternalAsync(NeutronRouterFound found, CancellationToken cancellationToken)
    {
        var gateway = found.Router?.ExternalGatewayInfo;
        var network = gateway?.NetworkId ?? found.Outside?.NetworkId;
        var networks = network is null ? null : answers.TryAsync("the external network", neutron.ListAsync(
            NeutronResources.Networks, NeutronQuery.All.WithId(network).Select(NeutronIntents.NetworkFields), cancellationToken));
        var subnets = network is null ? null : answers.TryAsync("the external subnets", neutron.ListAsync(
            NeutronResources.Subnets, NeutronQuery.All.WithNetworkId(network).Select("id", "ip_version", "gateway_ip"), cancellationToken));
        var external = networks is null ? null : await networks;
        return new RouterIntent
        {
            Id = Guid.TryParse(found.Router?.Id ?? found.GatewayPort.DeviceId, out var id) ? id : null,
            Name = string.IsNullOrEmpty(found.Router?.Name) ? null : found.Router.Name,
            AdminUp = found.Router?.AdminStateUp,
            Distributed = found.Router?.Distributed
                ?? (found.GatewayPort.DeviceOwner == "network:router_interface_distributed" ? true : null),
            HighlyAvailable = found.Router?.Ha ?? (found.GatewayPort.DeviceOwner == "network:ha_router_replicated_interface" ? true : null),
            Interface = NeutronIntents.ServicePort(found.GatewayPort, names),
            Gateway = found.Outside is { } outside ? NeutronIntents.ServicePort(outside, names) : null,
            ExternalNetwork = network is null
                ? null
                : NeutronNetworks.Intent(external is [var told, ..] ? told : null, network, null, answers),
            ExternalGateway = subnets is null
                ? null
                : Gateway(gateway?.ExternalFixedIps ?? found.Outside?.FixedIps ?? [], await subnets ?? []),
            SnatEnabled = gateway?.EnableSnat,
            Hosts = found.Agents?.Select(a => a.Host).Where(h => !string.IsNullOrEmpty(h)).Select(h => names.Of(h!)).Distinct().ToList(),
        };
    }

    // That of the subnet the router has its address from; an IPv4 one where it has several.
    private static IPAddress? Gateway(IReadOnlyList<NeutronFixedIp> ours, IReadOnlyList<NeutronSubnet> subnets) =>
        subnets.Where(s => ours.Any(f => f.SubnetId == s.Id)).Select(s => s.GatewayIp).OfType<IPAddress>()
            .OrderBy(a => a.AddressFamily != AddressFamily.InterNetwork).FirstOrDefault();
}

/// <summary>What Neutron says of a router.</summary>
/// <param name="GatewayPort">Its port on the guests' network.</param>
/// <param name="Router">Itself; null: not told.</param>
/// <param name="Outside">Its port on the external network; null: none, or not told.</param>
/// <param name="Agents">The L3 agents that host it; null: not told.</param>
internal sealed record NeutronRouterFound(
    NeutronPort GatewayPort, NeutronRouter? Router, NeutronPort? Outside, IReadOnlyList<NeutronAgent>? Agents);
