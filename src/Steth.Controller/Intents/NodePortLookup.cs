using System.Net;
using Steth.Controller.Collection;

namespace Steth.Controller.Intents;

/// <summary>Finds ports in the nodes' records by what an operator calls them. Names are Neutron's alone.</summary>
internal sealed class NodePortLookup(NodeRecords records)
{
    private const int MaxListed = 10;

    /// <summary>Looks one up.</summary>
    public async Task<NodePortFound> FindAsync(PortWord word, CancellationToken cancellationToken)
    {
        var isPartial = records.Survey.Unreachable.Count > 0;
        if (word.IdPrefix is { } prefix)
        {
            var location = PortLocator.Locate(records.Survey, prefix);
            if (location.Hosts.Count == 0 && word.Id is { } id && await records.UnpluggedOnAsync(id, cancellationToken) is not null)
                return new NodePortFound(id, null);
            var known = records.Ports.Any(p => p.PortId.ToString().StartsWith(prefix, StringComparison.Ordinal));
            return new NodePortFound(location.Hosts.Count > 0 ? location.Hosts[0].PortId : null, location.Problem, !known && isPartial);
        }
        if (word.Mac is { } mac)
            return One(word, records.Ports.Where(p => p.Mac == mac));
        if (word.Address is { } address)
        {
            var ports = await ByFixedIpAsync(address, cancellationToken);
            return One(word, ports.Count > 0 ? ports : await ByFloatingIpAsync(address, cancellationToken));
        }
        return new NodePortFound(null, $"'{word.Text}' is no port id, MAC or IP address, and only Neutron knows ports by their names.");
    }

    private async Task<IReadOnlyList<PortFacts>> ByFixedIpAsync(IPAddress address, CancellationToken cancellationToken)
    {
        var byFlows = records.PortsByFlowsAsync(address, cancellationToken);
        var servers = records.Ports.Where(p => p is { Role: PortRole.Dhcp, NetworkId: not null })
            .Select(p => (p.Host, Network: p.NetworkId!.Value)).Distinct().ToList();
        var files = await Task.WhenAll(servers.Select(s => s.Network).Distinct().Select(async network => (
            Network: network,
            Servers: await records.DhcpServersAsync(servers.Where(s => s.Network == network), cancellationToken))));
        var byFiles =
            from file in files
            from server in file.Servers
            from entry in server.Server.Hosts ?? []
            where address.Equals(entry.Address)
            from port in records.Ports
            where port.NetworkId == file.Network && port.Mac == entry.Mac
            select port;
        return [.. (await byFlows).Concat(byFiles).Distinct()];
    }

    private async Task<IReadOnlyList<PortFacts>> ByFloatingIpAsync(IPAddress address, CancellationToken cancellationToken)
    {
        var found = new List<PortFacts>();
        foreach (var host in records.Ports.Where(p => p.Role == PortRole.Router).GroupBy(p => p.Host))
        {
            var namespaces = await records.NamespacesAsync(host.Key, host.Select(p => p.Device), cancellationToken);
            var places = namespaces.Where(n => n.Name.StartsWith(NodeRouters.Prefix, StringComparison.Ordinal))
                .Select(n => (host.Key, n.Name));
            foreach (var (place, state) in await records.InspectAsync(places, [address.ToString()], cancellationToken))
            {
                var behind = FloatingRules.Read(state?.Rules ?? [])
                    .Where(f => f.Address.Equals(address)).Select(f => f.FixedIp).FirstOrDefault();
                if (behind is null)
                    continue;
                var devices = namespaces.First(n => n.Name == place.Namespace).Devices;
                var networks = host.Where(p => devices.Contains(p.Device)).Select(p => p.NetworkId).OfType<Guid>().ToHashSet();
                var ports = await ByFixedIpAsync(behind, cancellationToken);
                found.AddRange(ports.Where(p => p.NetworkId is { } network && networks.Contains(network)));
            }
        }
        return found;
    }

    private NodePortFound One(PortWord word, IEnumerable<PortFacts> ports)
    {
        PortFacts[] found = [.. ports.DistinctBy(p => p.PortId).OrderBy(p => p.PortId)];
        if (found.Length == 1)
            return new NodePortFound(found[0].PortId, null);
        if (found.Length == 0)
        {
            var silent = string.Join(" or ", records.Survey.Unreachable.Select(u => u.Host));
            return new NodePortFound(null, silent.Length == 0
                ? $"No agent knows a port with {word.Text}. Is it bound, and is its host configured here?"
                : $"No agent that answers knows a port with {word.Text}; it may be on {silent}, which did not answer.", silent.Length > 0);
        }
        var listed = found.Take(MaxListed).Select(p => $"{p.PortId} (network {p.NetworkId?.ToString() ?? "unknown"}, on {p.Host})");
        var more = found.Length > MaxListed ? $" and {found.Length - MaxListed} more" : "";
        return new NodePortFound(null, $"'{word.Text}' fits {found.Length} ports; give the id of one: {string.Join(", ", listed)}{more}.");
    }
}

/// <summary>What came of looking a port up in the nodes' records.</summary>
/// <param name="Port">Its id; null: not found, or not one only.</param>
/// <param name="Problem">Why not; null when it was found.</param>
/// <param name="MayBeOnSilent">No node that answered has it, and some did not answer.</param>
internal sealed record NodePortFound(Guid? Port, string? Problem, bool MayBeOnSilent = false);
