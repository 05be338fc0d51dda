using System.Net;
using Steth.OpenStack.Neutron;

namespace Steth.Controller.Intents;

/// <summary>Finds ports in Neutron by what an operator calls them.</summary>
internal sealed class NeutronPortLookup(INeutronClient neutron)
{
    /// <summary>More matches than this are counted only.</summary>
    private const int MaxListed = 10;

    /// <summary>The owner of the port that Neutron makes for a floating IP itself; it is on no host.</summary>
    private const string FloatingIpOwner = "network:floatingip";

    private static readonly string[] s_fields =
    [
        "id", "name", "network_id", "mac_address", "admin_state_up", "status", "device_id", "device_owner", "fixed_ips", "security_groups",
        "port_security_enabled", "binding:vnic_type", "binding:host_id", "binding:vif_type", "trunk_details",
    ];

    /// <summary>Looks one up.</summary>
    /// <exception cref="OpenStack.OpenStackException">Neutron could not be asked.</exception>
    public async Task<NeutronPortFound> FindAsync(PortWord word, CancellationToken cancellationToken)
    {
        var found = await FindAsSeenAsync(word, cancellationToken);
        // A port may well be called 10.0.0.5 or deadbeef.
        if (found is { Port: null, Problem: null } && word.Text.Length > 0)
            found = await OneOfAsync(word, await PortsAsync(NeutronQuery.All.WithName(word.Text), cancellationToken), cancellationToken);
        return found.Port is null && found.Problem is null && word.IdPrefix is { } prefix && word.Id is null
            ? await FindByPrefixAsync(word, prefix, cancellationToken)
            : found;
    }

    /// <summary>Ports that the query names, with the fields an intent needs.</summary>
    public async Task<IReadOnlyList<NeutronPort>> PortsAsync(NeutronQuery query, CancellationToken cancellationToken) =>
        await neutron.ListAsync(NeutronResources.Ports, query.Select(s_fields), cancellationToken);

    private async Task<NeutronPortFound> FindAsSeenAsync(PortWord word, CancellationToken cancellationToken) => word switch
    {
        { Id: { } id } =>
            await OneOfAsync(word, await PortsAsync(NeutronQuery.All.WithId(id.ToString()), cancellationToken), cancellationToken),
        { Mac: { } mac } => await OneOfAsync(
            word, await PortsAsync(NeutronQuery.All.WithMacAddress(mac.ToString()), cancellationToken), cancellationToken),
        { Address: { } address } => await FindByAddressAsync(word, address, cancellationToken),
        _ => new NeutronPortFound(null, null),
    };

    private async Task<NeutronPortFound> FindByAddressAsync(PortWord word, IPAddress address, CancellationToken cancellationToken)
    {
        var fixedIps = PortsAsync(NeutronQuery.All.WithFixedIp(address), cancellationToken);
        var floatingIps = neutron.ListAsync(
            NeutronResources.FloatingIps,
            NeutronQuery.All.WithFloatingIpAddress(address).Select("floating_ip_address", "port_id"),
            cancellationToken);
        await Task.WhenAll(fixedIps, floatingIps);
        var ports = (await fixedIps).Where(p => p.DeviceOwner != FloatingIpOwner).ToList();
        var ids = (await floatingIps).Select(f => f.PortId).Where(id => !string.IsNullOrEmpty(id)).Distinct().ToList();
        if (ids.Count > 0)
        {
            var query = ids.Aggregate(NeutronQuery.All, (q, id) => q.WithId(id!));
            ports.AddRange(await PortsAsync(query, cancellationToken));
        }
        return ports.Count == 0 && (await floatingIps).Count > 0
            ? new NeutronPortFound(null, $"The floating IP {address} is associated with no port.")
            : await OneOfAsync(word, ports, cancellationToken);
    }

    private async Task<NeutronPortFound> FindByPrefixAsync(PortWord word, string prefix, CancellationToken cancellationToken)
    {
        // Neutron has no filter for the beginning of an id: all ids are read, without anything else.
        var ids = await neutron.ListAsync(NeutronResources.Ports, NeutronQuery.All.Select("id"), cancellationToken);
        var fitting = ids.Where(p => p.Id.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)).Take(MaxListed + 1).ToList();
        return fitting.Count == 0
            ? new NeutronPortFound(null, null)
            : await OneOfAsync(
                word,
                await PortsAsync(fitting.Aggregate(NeutronQuery.All, (q, p) => q.WithId(p.Id)), cancellationToken),
                cancellationToken);
    }

    private async Task<NeutronPortFound> OneOfAsync(PortWord word, IReadOnlyList<NeutronPort> ports, CancellationToken cancellationToken)
    {
        NeutronPort[] distinct =
            [.. ports.Where(p => Guid.TryParse(p.Id, out _)).DistinctBy(p => p.Id).OrderBy(p => p.Id, StringComparer.Ordinal)];
        if (distinct.Length < 2)
            return new NeutronPortFound(distinct.FirstOrDefault(), null);
        NeutronPort[] listed = [.. distinct.Take(MaxListed)];
        var networks = await NetworkNamesAsync(listed, cancellationToken);
        var lines = listed.Select(p => $"{p.Id} ({Described(p, networks)})");
        var more = distinct.Length > MaxListed ? $" and {distinct.Length - MaxListed} more" : "";
        var fits = word is { IdPrefix: null, Mac: null, Address: null } ? "is the name of" : "fits";
        return new NeutronPortFound(
            null, $"'{word.Text}' {fits} {distinct.Length} ports; give the id of one: {string.Join(", ", lines)}{more}.");
    }

    private static string Described(NeutronPort port, IReadOnlyDictionary<string, string> networks) => string.Join(
        ", ",
        new[]
        {
            string.IsNullOrEmpty(port.Name) ? "no name" : port.Name,
            port.NetworkId is { } network ? $"network {networks.GetValueOrDefault(network, network)}" : null,
            string.IsNullOrEmpty(port.HostId) ? "on no host" : $"on {port.HostId}",
        }.OfType<string>());

    private async Task<IReadOnlyDictionary<string, string>> NetworkNamesAsync(NeutronPort[] ports, CancellationToken cancellationToken)
    {
        var query = ports.Select(p => p.NetworkId).OfType<string>().Distinct()
            .Aggregate(NeutronQuery.All.Select("id", "name"), (q, id) => q.WithId(id));
        try
        {
            var networks = await neutron.ListAsync(NeutronResources.Networks, query, cancellationToken);
            return networks.Where(n => !string.IsNullOrEmpty(n.Name)).DistinctBy(n => n.Id).ToDictionary(n => n.Id, n => n.Name!);
        }
        catch (OpenStack.OpenStackException)
        {
            // Their ids will do.
            return new Dictionary<string, string>();
        }
    }
}

/// <summary>What came of looking a port up.</summary>
/// <param name="Port">The port; null: there is none, or not one only.</param>
/// <param name="Problem">Why not, when there is more to say than that there is none.</param>
internal sealed record NeutronPortFound(NeutronPort? Port, string? Problem);
