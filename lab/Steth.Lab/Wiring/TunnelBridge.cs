using System.Globalization;
using Steth.Lab.Plan;

namespace Steth.Lab.Wiring;

/// <summary>br-tun of a node: a VXLAN port to each other node, and the flows that the Neutron agent writes with l2population.</summary>
internal static class TunnelBridge
{
    /// <summary>OpenFlow port of the first tunnel on br-tun; the others follow.</summary>
    private const int FirstTunnel = 2;

    /// <summary>The tunnel port to a host: vxlan- and the remote address in hexadecimal.</summary>
    public static string DeviceTo(HostPlan other) => "vxlan-" + Convert.ToHexStringLower(other.Underlay!.GetAddressBytes());

    /// <summary>The hosts at the other ends of a host's tunnels.</summary>
    public static IEnumerable<HostPlan> Others(LabPlan plan, HostPlan host) => plan.WiredHosts.Where(other => other.Name != host.Name);

    /// <summary>The OpenFlow number of the tunnel to another host.</summary>
    public static int OfPort(LabPlan plan, HostPlan host, string other) =>
        FirstTunnel + Others(plan, host).Index().Single(entry => entry.Item.Name == other).Index;

    /// <summary>The ovs-vsctl commands that make the tunnel to another host.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Port(LabPlan plan, HostPlan host, HostPlan other) =>
    [
        ["add-port", "br-tun", DeviceTo(other)],
        [
            "set", "Interface", DeviceTo(other), "type=vxlan", "options:df_default=\"true\"", "options:egress_pkt_mark=\"0\"",
            "options:in_key=flow", "options:out_key=flow", $"options:local_ip=\"{host.Underlay}\"",
                $"options:remote_ip=\"{other.Underlay}\"",
            $"ofport_request={OfPort(plan, host, other.Name)}",
        ],
    ];

    /// <summary>All flows of a node's br-tun; <paramref name="cookie"/> is in what the bridge learns, too.</summary>
    public static IEnumerable<string> Flows(LabPlan plan, HostPlan host, string cookie)
    {
        yield return $"table=0,priority=1,in_port={NodeBridges.PatchInt},actions=goto_table:2";
        foreach (var other in Others(plan, host))
            yield return $"table=0,priority=1,in_port={OfPort(plan, host, other.Name)},actions=goto_table:4";
        yield return "table=0,priority=0,actions=drop";
        yield return "table=2,priority=0,dl_dst=00:00:00:00:00:00/01:00:00:00:00:00,actions=goto_table:20";
        yield return "table=2,priority=0,dl_dst=01:00:00:00:00:00/01:00:00:00:00:00,actions=goto_table:22";
        foreach (var table in (int[])[3, 4, 6, 22])
            yield return $"table={table},priority=0,actions=drop";
        yield return $"table=10,priority=1,actions=learn(table=20,hard_timeout=300,priority=1,cookie={cookie},NXM_OF_VLAN_TCI[0..11],"
            + "NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],load:0->NXM_OF_VLAN_TCI[],load:NXM_NX_TUN_ID[]->NXM_NX_TUN_ID[],output:OXM_OF_IN_PORT[]),"
            + $"output:{NodeBridges.PatchInt}";
        yield return "table=20,priority=0,actions=goto_table:22";
        foreach (var network in plan.TenantNetworks.Where(network => network.Type == NetworkType.Vxlan))
        {
            foreach (var flow in Flows(plan, host, network))
                yield return flow;
        }
    }

    /// <summary>A VNI as flows are written and dumped.</summary>
    public static string Key(NetworkPlan network) => string.Create(CultureInfo.InvariantCulture, $"0x{network.SegmentationId:x}");

    private static IEnumerable<string> Flows(LabPlan plan, HostPlan host, NetworkPlan network)
    {
        var local = network.LocalVlans[host.Name];
        yield return $"table=4,priority=1,tun_id={Key(network)},actions=push_vlan:0x8100,"
            + $"set_field:{IntegrationFlows.VlanPresent + local}->vlan_vid,goto_table:10";
        var flood = new List<string>();
        foreach (var other in Others(plan, host))
        {
            var output = OfPort(plan, host, other.Name);
            flood.Add($"output:{output}");
            foreach (var port in plan.PortsOn(other.Name).Where(port => port.Network == network))
                yield return $"table=20,priority=2,dl_vlan={local},dl_dst={port.Mac},actions=pop_vlan,set_field:{Key(network)}->tun_id,output:{output}";
        }
        yield return $"table=22,priority=1,dl_vlan={local},actions=pop_vlan,set_field:{Key(network)}->tun_id,{string.Join(',', flood)}";
    }
}
