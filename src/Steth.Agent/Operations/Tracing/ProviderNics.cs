using Steth.Contracts.Names;
using Steth.Contracts.Operations;

namespace Steth.Agent.Operations.Tracing;

/// <summary>Finds the NICs by which a network's frames leave a host, following patch ports and tunnel addresses, no name assumed.</summary>
public static class ProviderNics
{
    private static readonly string[] _tunnelTypes = ["vxlan", "gre", "geneve"];

    /// <summary>
    /// The NICs of a port's network with the bridge each is on. Of several, the one the caller expects; one that was not found stands
    /// behind those that were, so that a mistaken expectation hides nothing.
    /// </summary>
    /// <param name="integration">The bridge the port is on; null when unknown.</param>
    /// <param name="plugged">The port; null when Open vSwitch does not know it.</param>
    /// <param name="hint">The NIC the caller expects.</param>
    /// <param name="evidence">The host.</param>
    public static IReadOnlyList<(string Nic, string? Bridge)> Find(
        OvsBridge? integration, PluggedPort? plugged, DeviceName? hint, WiringEvidence evidence)
    {
        var type = plugged?.Config("network_type");
        List<(string Nic, string? Bridge)> found =
            _tunnelTypes.Contains(type) ? OfTunnels(type!, evidence) : OfProviders(integration, plugged, evidence);
        if (hint is not { } name)
            return found;
        var named = found.Where(f => f.Nic == name.ToString()).ToList();
        if (named.Count > 0)
            return named;
        var facts = evidence.Interface(name.ToString());
        return [.. found, (name.ToString(), BridgeOf(name.ToString(), evidence.Ovs)?.Name ?? facts?.Master)];
    }

    /// <summary>The bridges one patch away from the integration bridge behind which there is a NIC.</summary>
    public static IReadOnlyList<OvsBridge> Candidates(OvsBridge integration, OvsShowResult ovs) =>
        [.. Neighbours(integration, ovs).Where(b => Behind(b, integration, ovs).Count > 0)];

    private static List<(string, string?)> OfProviders(OvsBridge? integration, PluggedPort? plugged, WiringEvidence evidence)
    {
        if (integration is null)
            return [];
        var candidates = Candidates(integration, evidence.Ovs);
        if (candidates.Count > 1 && candidates.Where(b => Translates(b, plugged, evidence)).ToList() is { Count: > 0 } carrying)
            candidates = carrying;
        return [.. candidates.SelectMany(b => Behind(b, integration, evidence.Ovs)).Distinct()];
    }

    // The agent's flow on a provider bridge turns the local VLAN of a network into its segmentation id, or strips it when flat.
    private static bool Translates(OvsBridge bridge, PluggedPort? plugged, WiringEvidence evidence)
    {
        if (plugged?.Port.Tag is not { } tag || !evidence.Flows.TryGetValue(bridge.Name, out var flows))
            return false;
        string[] rewrites = plugged.Config("segmentation_id") is { } id && int.TryParse(id, out var segment)
            ? [$"mod_vlan_vid:{segment}", $"set_field:{0x1000 | segment}->vlan_vid"]
            : ["strip_vlan", "pop_vlan"];
        return flows.Any(f => f.Match.Split(',').Contains($"dl_vlan={tag}") && f.Actions.Split(',').Any(rewrites.Contains));
    }

    private static List<(string, string?)> OfTunnels(string type, WiringEvidence evidence)
    {
        var local = evidence.Ovs.Bridges.SelectMany(b => b.Ports).SelectMany(p => p.Interfaces)
            .Where(i => i.Type == type && i.Options.ContainsKey("local_ip"))
            .Select(i => i.Options["local_ip"]).Distinct().ToList();
        var nics = new List<(string, string?)>();
        foreach (var holder in evidence.Interfaces.Where(i => i.Addresses.Any(a => local.Contains(a.Address.Address.ToString()))))
        {
            if (BridgeOf(holder.Name, evidence.Ovs) is { } bridge)
                nics.AddRange(Nics(bridge));
            else if (holder.Kind == "bridge")
                nics.AddRange(evidence.Interfaces.Where(i => i.Master == holder.Name).Select(i => (i.Name, (string?)holder.Name)));
            else
                nics.Add((holder.Name, holder.Master));
        }
        return nics;
    }

    private static List<(string, string?)> Behind(OvsBridge start, OvsBridge integration, OvsShowResult ovs)
    {
        var seen = new HashSet<string> { integration.Name, start.Name };
        var open = new Queue<OvsBridge>([start]);
        var nics = new List<(string, string?)>();
        while (open.TryDequeue(out var bridge))
        {
            nics.AddRange(Nics(bridge));
            foreach (var next in Neighbours(bridge, ovs).Where(b => seen.Add(b.Name)))
                open.Enqueue(next);
        }
        return nics;
    }

    // A port of type "" is a kernel device; guests' devices have their prefixes, the rest leads off the host.
    private static IEnumerable<(string, string?)> Nics(OvsBridge bridge) =>
        from port in bridge.Ports
        from device in port.Interfaces
        where device.Type is "" or "system" && !device.ExternalIds.ContainsKey("iface-id")
            && !device.Name.StartsWith("qvo", StringComparison.Ordinal) && !device.Name.StartsWith("tap", StringComparison.Ordinal)
        select (device.Name, (string?)bridge.Name);

    private static IEnumerable<OvsBridge> Neighbours(OvsBridge bridge, OvsShowResult ovs) =>
        bridge.Ports.SelectMany(p => p.Interfaces)
            .Where(i => i.Type == "patch" && i.Options.ContainsKey("peer"))
            .Select(i => BridgeOf(i.Options["peer"], ovs))
            .OfType<OvsBridge>()
            .Distinct();

    private static OvsBridge? BridgeOf(string device, OvsShowResult ovs) =>
        ovs.Bridges.FirstOrDefault(b => b.Ports.Any(p => p.Interfaces.Any(i => i.Name == device)));
}
