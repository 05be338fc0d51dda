using System.Net;
using Steth.Contracts.Operations;

namespace Steth.Controller.Checks;

/// <summary>By which NICs a node is on its networks, as its devices and its Open vSwitch tell.</summary>
/// <param name="interfaces">All devices of the node's own namespace.</param>
/// <param name="ovs">Its Open vSwitch; null: not read, and only what the devices say of their bridges is known.</param>
internal sealed class NicFinder(IReadOnlyList<InterfaceFacts> interfaces, OvsShowResult? ovs)
{
    private static readonly string[] _guestPrefixes = ["tap", "vnet", "qvo", "qvb", "qbr"];

    // Virtual devices that lead to guests or into the host itself.
    private static readonly string[] _noWayOut = ["tun", "openvswitch", "dummy", "vxlan", "gre", "geneve"];

    private readonly Dictionary<string, InterfaceFacts> _devices = interfaces.DistinctBy(i => i.Name).ToDictionary(i => i.Name);

    /// <summary>The device that has an address; null: none has.</summary>
    public InterfaceFacts? Holder(IPAddress address) =>
        interfaces.FirstOrDefault(i => i.Addresses.Any(a => a.Address.Address.Equals(address)));

    /// <summary>A device by name; null: there is none.</summary>
    public InterfaceFacts? Find(string device) => _devices.GetValueOrDefault(device);

    /// <summary>
    /// The NICs by which what a device sends leaves the node: itself; the parent of a VLAN device; the NICs of a bridge, Open vSwitch's or
    /// the kernel's. A bond is one NIC.
    /// </summary>
    public IReadOnlyList<Uplink> Uplinks(string device) => Uplinks(device, null, []);

    /// <summary>The bond a NIC is a member of, else the NIC.</summary>
    public string BondOf(string nic) => Find(nic)?.Master is { } master && Find(master) is { Kind: "bond" } ? master : nic;

    /// <summary>The devices that can be a way out of the node, physical ones first.</summary>
    public IEnumerable<InterfaceFacts> Physical() => interfaces.Where(LeadsOut).OrderBy(i => i.Kind is null or "bond" ? 0 : 1);

    /// <summary>NICs that lead out of the bridges of Neutron's provider networks; of any bridge when there are none.</summary>
    public IReadOnlyList<Uplink> Trunks()
    {
        if (ovs is null)
            return [];
        var providers = ovs.Bridges.Where(b => b.Ports.Any(IsProvider)).ToList();
        var bridges = providers.Count > 0 ? Behind(providers) : ovs.Bridges;
        return [.. bridges.SelectMany(b => NicsOf(b.Name)).DistinctBy(u => u.Nic)];
    }

    /// <summary>VLANs of Neutron's provider networks with ports here.</summary>
    public IReadOnlyList<int> ProviderVlans() =>
        ovs is null ? [] : [.. ovs.Bridges.SelectMany(b => b.Ports)
            .Where(p => p.OtherConfig.GetValueOrDefault("network_type") == "vlan")
            .Select(p => int.TryParse(p.OtherConfig.GetValueOrDefault("segmentation_id"), out var id) ? id : 0)
            .Where(id => id is >= 1 and <= 4094).Distinct().Order()];

    private IReadOnlyList<Uplink> Uplinks(string device, int? vlan, HashSet<string> seen)
    {
        if (!seen.Add(device) || Find(device) is not { } facts)
            return [];
        if (facts.Kind == "vlan" && facts.Link is { } parent)
            return Uplinks(parent, facts.VlanId, seen);
        if (ovs?.Bridges.FirstOrDefault(b => IsInside(b, device)) is { } bridge)
            return [.. NicsOf(bridge.Name).Select(u => u with { Vlan = vlan ?? TagOf(bridge, device) })];
        if (ovs is null && facts.OvsBridge is { } named && (device == named || facts.Kind is "tun" or "openvswitch"))
            return [.. Physical().Where(i => i.OvsBridge == named && i.Name != device).Select(i => new Uplink(i.Name, vlan, named))];
        if (facts.Kind == "bridge")
            return [.. Physical().Where(i => i.Master == device).SelectMany(i => Uplinks(i.Name, vlan, seen))];
        return [new Uplink(device, vlan, null)];
    }

    // Behind patch ports, but for the bridges that have no NIC, as the tunnels' has none.
    private IReadOnlyList<OvsBridge> Behind(IReadOnlyList<OvsBridge> start)
    {
        var seen = start.ToHashSet();
        var open = new Queue<OvsBridge>(start);
        while (open.TryDequeue(out var bridge))
        {
            var peers = bridge.Ports.SelectMany(p => p.Interfaces)
                .Where(i => i.Type == "patch").Select(i => i.Options.GetValueOrDefault("peer"));
            foreach (var next in peers.Select(BridgeOf))
            {
                if (next is not null && seen.Add(next))
                    open.Enqueue(next);
            }
        }
        return [.. seen];
    }

    private OvsBridge? BridgeOf(string? device) =>
        ovs!.Bridges.FirstOrDefault(b => b.Ports.Any(p => p.Interfaces.Any(i => i.Name == device)));

    // The host's own end of a bridge.
    private static bool IsInside(OvsBridge bridge, string device) =>
        bridge.Ports.Any(p => p.Interfaces.Any(i => i.Name == device && i.Type == "internal"));

    private IEnumerable<Uplink> NicsOf(string bridge) =>
        from port in ovs!.Bridges.First(b => b.Name == bridge).Ports
        from device in port.Interfaces
        where device.Type is "" or "system" && !device.ExternalIds.ContainsKey("iface-id")
            && !IsGuests(device.Name) && Find(device.Name) is not null
        select new Uplink(device.Name, null, bridge);

    private static int? TagOf(OvsBridge bridge, string device) => bridge.Ports.FirstOrDefault(p => p.Name == device)?.Tag;

    private static bool IsProvider(OvsPort port) => port.OtherConfig.GetValueOrDefault("network_type") is "vlan" or "flat";

    private static bool LeadsOut(InterfaceFacts device) =>
        device.Name != "lo" && device.Name != device.OvsBridge && !_noWayOut.Contains(device.Kind) && !IsGuests(device.Name);

    private static bool IsGuests(string device) => _guestPrefixes.Any(p => device.StartsWith(p, StringComparison.Ordinal));
}

/// <summary>A NIC by which frames leave a node.</summary>
/// <param name="Nic">Its name.</param>
/// <param name="Vlan">The VLAN they are tagged with; null: none.</param>
/// <param name="Bridge">The bridge of Open vSwitch it is a port of; null: none.</param>
internal sealed record Uplink(string Nic, int? Vlan, string? Bridge);
