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
        foreach (var (segment, local) in Vlans(plan, host))
            yield return $"table=0,priority=3,in_port={NodeBridges.IntBrEx},dl_vlan={segment},actions=set_field:{VlanPresent + local}->vlan_vid,goto_table:59";
        yield return "table=23,priority=0,actions=drop";
        yield return "table=24,priority=0,actions=drop";
        yield return "table=30,priority=0,actions=goto_table:59";
        yield return "table=31,priority=0,actions=goto_table:59";
        yield return "table=59,priority=0,actions=goto_table:60";
        yield return "table=60,priority=3,actions=NORMAL";
        yield return "table=62,priority=3,actions=NORMAL";
        var ofport = NodeBridges.FirstPort;
        var native = new List<(PortPlan Port, int OfPort)>();
        foreach (var port in plan.VmPortsOn(host.Name))
        {
            if (!port.IsHybrid)
                native.Add((port, ofport));
            foreach (var flow in port.IsHybrid ? AgainstSpoofing(port, ofport) : [])
                yield return flow;
            ofport++;
        }
        foreach (var flow in native.Count > 0 ? NativeFirewallFlows.Of(plan, host, native) : [])
            yield return flow;
    }

    /// <summary>The flows of a node's br-ex: local VLAN to segment on the way out.</summary>
    public static IEnumerable<string> OfProviderBridge(LabPlan plan, HostPlan host)
    {
        yield return "table=0,priority=0,actions=NORMAL";
        yield return $"table=0,priority=2,in_port={NodeBridges.PhyBrEx},actions=drop";
        foreach (var (segment, local) in Vlans(plan, host))
            yield return $"table=0,priority=4,in_port={NodeBridges.PhyBrEx},dl_vlan={local},actions=set_field:{VlanPresent + segment}->vlan_vid,NORMAL";
    }

    /// <summary>The flows of a node's br-tun without tunnels.</summary>
    public static IEnumerable<string> OfTunnelBridge(string cookie) =>
    [
        $"table=0,priority=1,in_port={NodeBridges.PatchInt},actions=goto_table:2",
        "table=0,priority=0,actions=drop",
        "table=2,priority=0,dl_dst=00:00:00:00:00:00/01:00:00:00:00:00,actions=goto_table:20",
        "table=2,priority=0,dl_dst=01:00:00:00:00:00/01:00:00:00:00:00,actions=goto_table:22",
        "table=3,priority=0,actions=drop",
        "table=4,priority=0,actions=drop",
        "table=6,priority=0,actions=drop",
        $"table=10,priority=1,actions=learn(table=20,hard_timeout=300,priority=1,cookie={cookie},NXM_OF_VLAN_TCI[0..11],"
            + "NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],load:0->NXM_OF_VLAN_TCI[],load:NXM_NX_TUN_ID[]->NXM_NX_TUN_ID[],output:OXM_OF_IN_PORT[]),"
            + $"output:{NodeBridges.PatchInt}",
        "table=20,priority=0,actions=goto_table:22",
        "table=22,priority=0,actions=drop",
    ];

    private static IEnumerable<(int Segment, int Local)> Vlans(LabPlan plan, HostPlan host)
    {
        yield return (plan.Vnet.SegmentationId, host.LocalVlan!.Value);
        if (host.Name == plan.GatewayPort.Host)
            yield return (plan.External.SegmentationId, LabPlan.ExternalLocalVlan);
    }

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
