using System.Net;
using System.Net.Sockets;
using Steth.Diagnosis.Intent;
using Steth.OpenStack;
using Steth.OpenStack.Neutron;
using Steth.Packets.Addresses;

namespace Steth.Controller.Intents;

/// <summary>What a port should be, by Neutron's word. Three to four rounds of questions, those of a round at once.</summary>
internal sealed class NeutronIntents(INeutronClient neutron, NodeNames names, PartialAnswers answers)
{
    private const string DhcpOwner = "network:dhcp";

    /// <summary>Fields of a network that an intent needs.</summary>
    public static string[] NetworkFields { get; } =
    [
        "id", "name", "admin_state_up", "mtu", "provider:network_type", "provider:physical_network", "provider:segmentation_id", "segments",
    ];

    private static readonly string[] s_subnetFields = ["id", "network_id", "cidr", "gateway_ip", "enable_dhcp", "allocation_pools"];

    private static readonly string[] s_agentFields =
        ["id", "binary", "host", "alive", "admin_state_up", "heartbeat_timestamp", "configurations"];

    private readonly NeutronPortLookup _ports = new(neutron);

    /// <summary>Asks for everything around a port.</summary>
    public async Task<PortIntent> OfAsync(NeutronPort port, CancellationToken cancellationToken)
    {
        if (port.NetworkId is not { Length: > 0 } network)
            throw new OpenStackException(OpenStackFailure.BadAnswer, $"Neutron does not say which network port {port.Id} is on.");
        var networks = answers.TryAsync("the network", NetworksAsync(network, cancellationToken));
        var subnets = answers.TryAsync("the subnets", SubnetsAsync(network, cancellationToken));
        var services = answers.TryAsync("the ports of DHCP servers and routers", ServicesAsync(network, cancellationToken));
        var dhcpAgents = answers.TryAsync(
            "which DHCP agents serve the network", neutron.DhcpAgentsOfNetworkAsync(network, cancellationToken));
        var floatingIps = answers.TryAsync("the floating IPs", FloatingIpsAsync(port, cancellationToken));
        var groups = answers.TryAsync("the rules of the security groups", GroupsAsync(port, cancellationToken));
        await Task.WhenAll(networks, subnets, services, dhcpAgents, floatingIps, groups);

        var gatewayPort = GatewayPort(port, await subnets ?? [], await services ?? []);
        var routers = new NeutronRouters(neutron, names, answers);
        var router = gatewayPort is null ? null : await routers.OfAsync(gatewayPort, cancellationToken);
        NeutronPort[] dhcpPorts = [.. (await services ?? []).Where(p => p.DeviceOwner == DhcpOwner && Guid.TryParse(p.Id, out _))];
        IEnumerable<string?> hosts =
        [
            port.HostId, gatewayPort?.HostId, .. dhcpPorts.Select(p => p.HostId), .. (await dhcpAgents ?? []).Select(a => a.Host),
            .. router?.Agents?.Select(a => a.Host) ?? [],
        ];
        var external = router is null ? null : routers.ExternalAsync(router, cancellationToken);
        var agents = await AgentsAsync([.. hosts.Where(h => !string.IsNullOrEmpty(h)).Distinct().Select(h => h!)], cancellationToken);
        return new PortIntent
        {
            Source = IntentSource.Neutron,
            PortId = Guid.Parse(port.Id),
            Name = Text(port.Name),
            Mac = MacAddress.TryParse(port.MacAddress, null, out var mac) ? mac : null,
            FixedIps = Addresses(port),
            FloatingIps = [.. (await floatingIps ?? []).Select(Floating).OfType<FloatingIpIntent>()],
            DeviceOwner = Text(port.DeviceOwner),
            Status = port.Status,
            AdminUp = port.AdminStateUp,
            BindingHost = Host(port.HostId),
            VifType = port.VifType,
            VnicType = port.VnicType,
            PortSecurity = port.PortSecurityEnabled,
            SecurityRules = (await groups)?.SelectMany(g => g.SecurityGroupRules).Select(Rule).ToList(),
            Unsupported = UnsupportedPort.Reason(port),
            Network = NeutronNetworks.Intent(
                await networks is [var told, ..] ? told : null, network, MappingsOf(port.HostId, agents), answers),
            Subnets = [.. (await subnets ?? []).Select(NeutronNetworks.Intent).OfType<SubnetIntent>()],
            DhcpPorts = [.. dhcpPorts.Select(p => ServicePort(p, names))],
            Router = router is null ? null : await external!,
            Agents = agents?.Select(Agent).OfType<AgentIntent>().ToList(),
            DhcpAgentHosts = (await dhcpAgents)?.Select(a => Host(a.Host)).OfType<string>().Distinct().ToList(),
        };
    }

    /// <summary>A port of a service.</summary>
    public static ServicePortIntent ServicePort(NeutronPort port, NodeNames names) => new()
    {
        PortId = Guid.Parse(port.Id),
        Mac = MacAddress.TryParse(port.MacAddress, null, out var mac) ? mac : null,
        Addresses = Addresses(port),
        Host = Text(port.HostId) is { } host ? names.Of(host) : null,
        AdminUp = port.AdminStateUp,
        Status = port.Status,
    };

    /// <summary>The addresses of a port, IPv4 first.</summary>
    public static IReadOnlyList<IPAddress> Addresses(NeutronPort port) =>
        [.. port.FixedIps.Select(f => f.IpAddress).OfType<IPAddress>().OrderBy(a => a.AddressFamily != AddressFamily.InterNetwork)];

    private static NeutronPort? GatewayPort(NeutronPort port, IReadOnlyList<NeutronSubnet> subnets, IReadOnlyList<NeutronPort> services)
    {
        var fixedIp = port.FixedIps.FirstOrDefault(f => f.IpAddress?.AddressFamily == AddressFamily.InterNetwork);
        NeutronPort[] inSubnet =
        [
            .. services.Where(p => p is { DeviceOwner: not DhcpOwner, DeviceId.Length: > 0 } && Guid.TryParse(p.Id, out _)
                && p.FixedIps.Any(f => f.SubnetId is not null && f.SubnetId == fixedIp?.SubnetId)),
        ];
        var subnet = subnets.FirstOrDefault(s => s.Id == fixedIp?.SubnetId);
        return subnet is null
            // Which address is the gateway is not known; where there is but one router, it is its.
            ? inSubnet.Length == 1 ? inSubnet[0] : null
            : inSubnet.FirstOrDefault(p => p.FixedIps.Any(f => f.IpAddress is { } ip && ip.Equals(subnet.GatewayIp)));
    }

    private async Task<IReadOnlyList<NeutronAgent>?> AgentsAsync(IReadOnlyList<string> hosts, CancellationToken cancellationToken) =>
        hosts.Count == 0 ? [] : await answers.TryAsync(
            "the state of its agents",
            neutron.ListAsync(
                NeutronResources.Agents,
                hosts.Aggregate(NeutronQuery.All.Select(s_agentFields), (q, h) => q.With("host", h)),
                cancellationToken));

    private Task<IReadOnlyList<NeutronNetwork>> NetworksAsync(string id, CancellationToken cancellationToken) =>
        neutron.ListAsync(NeutronResources.Networks, NeutronQuery.All.WithId(id).Select(NetworkFields), cancellationToken);

    private Task<IReadOnlyList<NeutronSubnet>> SubnetsAsync(string network, CancellationToken cancellationToken) =>
        neutron.ListAsync(NeutronResources.Subnets, NeutronQuery.All.WithNetworkId(network).Select(s_subnetFields), cancellationToken);

    private Task<IReadOnlyList<NeutronPort>> ServicesAsync(string network, CancellationToken cancellationToken) => _ports.PortsAsync(
        NeutronRouters.InterfaceOwners.Append(DhcpOwner).Aggregate(NeutronQuery.All.WithNetworkId(network), (q, o) => q.WithDeviceOwner(o)),
        cancellationToken);

    private Task<IReadOnlyList<NeutronFloatingIp>> FloatingIpsAsync(NeutronPort port, CancellationToken cancellationToken) =>
        neutron.ListAsync(
            NeutronResources.FloatingIps,
            NeutronQuery.All.WithPortId(port.Id).Select("floating_ip_address", "fixed_ip_address", "router_id"),
            cancellationToken);

    private async Task<IReadOnlyList<NeutronSecurityGroup>> GroupsAsync(NeutronPort port, CancellationToken cancellationToken) =>
        port.SecurityGroups.Count == 0 ? [] : await neutron.ListAsync(
            NeutronResources.SecurityGroups,
            port.SecurityGroups.Aggregate(NeutronQuery.All.Select("security_group_rules"), (q, id) => q.WithId(id)),
            cancellationToken);

    private string? Host(string? host) => host is { Length: > 0 } ? names.Of(host) : host;

    private static IReadOnlyDictionary<string, string>? MappingsOf(string? host, IReadOnlyList<NeutronAgent>? agents) =>
        agents?.FirstOrDefault(a => a.Host == host && a.Configurations?.BridgeMappings is not null)?.Configurations?.BridgeMappings;

    private AgentIntent? Agent(NeutronAgent agent) => agent is { Host: { Length: > 0 } host, Binary: { } binary, Alive: { } alive }
        ? new AgentIntent
        {
            Host = names.Of(host),
            Binary = binary,
            Alive = alive,
            AdminUp = agent.AdminStateUp ?? true,
            TunnelingIp = agent.Configurations?.TunnelingIp,
            BridgeMappings = agent.Configurations?.BridgeMappings ?? new Dictionary<string, string>(),
            HeartbeatAt = agent.HeartbeatTimestamp,
        }
        : null;

    private static FloatingIpIntent? Floating(NeutronFloatingIp floating) =>
        floating is { FloatingIpAddress: { } address, FixedIpAddress: { } fixedIp }
            ? new FloatingIpIntent(address, fixedIp, Guid.TryParse(floating.RouterId, out var router) ? router : null)
            : null;

    private static SecurityRuleIntent Rule(NeutronSecurityGroupRule rule) => new(
        rule.Direction == "ingress",
        rule.EtherType ?? "IPv4",
        rule.Protocol,
        rule.RemoteIpPrefix?.ToString() ?? rule.RemoteGroupId ?? rule.RemoteAddressGroupId,
        rule.PortRangeMin,
        rule.PortRangeMax);

    private static string? Text(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
