using Steth.Lab.Plan;

namespace Steth.Lab.Wiring;

/// <summary>The flows of br-int that do not depend on the firewall, and those against spoofing of hybrid ports, as the Neutron agent writes them.</summary>
internal static class IntegrationFlows
{
    /// <summary>OpenFlow's vlan_vid field has this bit set when there is a tag.</summary>
    internal const int VlanPresent = 0x1000;

    /// <summary>All flows of a node's br-int.</summary>
    public static IEnumerable<string> Of(LabPlan plan, HostPlan host)
    {
        yield return "table=0,priority=65535,dl_vlan=4095,actions=drop";
        yield return $"table=0,priority=2,in_port={NodeBridges.IntBrEx},actions=drop";
        yield return "table=0,priority=0,actions=goto_table:59";
        foreach (var network in ProviderNetworks(plan, host))
            yield return Inwards(network, host);
        yield return "table=23,priority=0,actions=drop";
        yield return "table=24,priority=0,actions=drop";
        yield return "table=30,priority=0,actions=goto_table:59";
        yield return "table=31,priority=0,actions=goto_table:59";
        yield return "table=59,priority=0,actions=goto_table:60";
        yield return "table=60,priority=3,actions=NORMAL";
        yield return "table=62,priority=3,actions=NORMAL";
        var ports = plan.VmPortsOn(host.Name).Select(port => (Port: port, OfPort: NodeBridges.OfPort(plan, port))).ToArray();
        foreach (var flow in ports.Where(port => port.Port.IsHybrid).SelectMany(port => AgainstSpoofing(port.Port, port.OfPort)))
            yield return flow;
        var native = ports.Where(port => !port.Port.IsHybrid).ToArray();
        foreach (var flow in native.Length > 0 ? NativeFirewallFlows.Of(plan, native) : [])
            yield return flow;
    }

    /// <summary>The flows of a node's br-ex: local VLAN to segment on the way out.</summary>
    public static IEnumerable<string> OfProviderBridge(LabPlan plan, HostPlan host)
    {
        yield return "table=0,priority=0,actions=NORMAL";
        yield return $"table=0,priority=2,in_port={NodeBridges.PhyBrEx},actions=drop";
        foreach (var network in ProviderNetworks(plan, host))
            yield return Outwards(network, host);
    }

    private static IEnumerable<NetworkPlan> ProviderNetworks(LabPlan plan, HostPlan host) =>
        plan.TenantNetworks.Append(plan.External).Where(network => network.Type != NetworkType.Vxlan
            && network.LocalVlans.ContainsKey(host.Name));

    private static string Inwards(NetworkPlan network, HostPlan host)
    {
        var local = $"set_field:{VlanPresent + network.LocalVlans[host.Name]}->vlan_vid,goto_table:59";
        return network.SegmentationId is { } segment
            ? $"table=0,priority=3,in_port={NodeBridges.IntBrEx},dl_vlan={segment},actions={local}"
            : $"table=0,priority=3,in_port={NodeBridges.IntBrEx},vlan_tci=0x0000/0x1fff,actions=push_vlan:0x8100,{local}";
    }

    private static string Outwards(NetworkPlan network, HostPlan host) =>
        $"table=0,priority=4,in_port={NodeBridges.PhyBrEx},dl_vlan={network.LocalVlans[host.Name]},actions="
        + (network.SegmentationId is { } segment ? $"set_field:{VlanPresent + segment}->vlan_vid,NORMAL" : "pop_vlan,NORMAL");

    private static IEnumerable<string> AgainstSpoofing(PortPlan port, int ofport) =>
    [
        $"table=0,priority=10,icmp6,in_port={ofport},icmp_type=136,actions=goto_table:24",
        $"table=0,priority=10,arp,in_port={ofport},actions=goto_table:24",
        $"table=0,priority=9,in_port={ofport},actions=goto_table:25",
        $"table=24,priority=2,icmp6,in_port={ofport},icmp_type=136,nd_target={LinkLocal.Of(port.Mac)},actions=goto_table:59",
        $"table=24,priority=2,arp,in_port={ofport},arp_spa={port.Address},actions=goto_table:25",
        $"table=25,priority=2,in_port={ofport},dl_src={port.Mac},actions=goto_table:30",
    ];
}
