using Steth.Lab.Plan;

namespace Steth.Lab.Wiring;

/// <summary>
/// Tables 60 and 71 to 94 of br-int as Neutron's openvswitch firewall driver writes them for a security group that lets everything
/// out and, inwards, ICMP and the group's own members. reg5 is the OpenFlow port, reg6 the local VLAN and conntrack zone.
/// </summary>
internal static class NativeFirewallFlows
{
    private const string Zone = "zone=NXM_NX_REG6[0..15]";
    private const string Established = "ct_state=+est-rel-rpl";
    private const string Fresh = "ct_state=+new-est";

    private static readonly int[] DropTables = [71, 72, 73, 81, 82, 92, 93];

    /// <summary>The flows for the native ports of a node.</summary>
    public static IEnumerable<string> Of(LabPlan plan, IReadOnlyList<(PortPlan Port, int OfPort)> ports) =>
    [
        .. Frame(),
        .. ports.SelectMany(port => Egress(port.Port, port.OfPort, port.Port.LocalVlan)),
        .. ports.SelectMany(port => Ingress(port.OfPort, port.Port.LocalVlan)),
        .. ports.Select(port => port.Port.LocalVlan).Distinct().SelectMany(zone => plan.VmPorts.SelectMany(member => Member(member, zone))),
    ];

    private static IEnumerable<string> Frame() =>
    [
        "table=71,reset_counts,priority=110,ct_state=+trk,actions=ct_clear,resubmit(,71)",
        .. DropTables.Select(table => $"table={table},reset_counts,priority=0,actions=drop"),
        "table=72,priority=50,ct_state=+inv+trk,actions=resubmit(,93)",
        "table=82,priority=50,ct_state=+inv+trk,actions=resubmit(,93)",
        "table=91,reset_counts,priority=1,actions=resubmit(,94)",
        "table=94,reset_counts,priority=1,actions=NORMAL",
    ];

    private static IEnumerable<string> Egress(PortPlan port, int of, int zone)
    {
        var registers = $"set_field:{of}->reg5,set_field:{zone}->reg6";
        var own = $"reg5={of},in_port={of},dl_src={port.Mac}";
        var local = LinkLocal.Of(port.Mac);
        yield return $"table=60,priority=100,in_port={of},actions={registers},resubmit(,71)";
        yield return $"table=60,priority=90,dl_vlan={zone},dl_dst={port.Mac},actions={registers},pop_vlan,resubmit(,81)";
        if (port.Network.Type == NetworkType.Vlan)
            yield return $"table=60,priority=90,dl_vlan={port.Network.SegmentationId},dl_dst={port.Mac},actions={registers},pop_vlan,resubmit(,81)";
        yield return $"table=71,priority=95,arp,{own},arp_spa={port.Address},actions=resubmit(,94)";
        foreach (var type in (int[])[130, 133, 135])
            yield return $"table=71,priority=95,icmp6,{own},ipv6_src={local},icmp_type={type},actions=resubmit(,94)";
        yield return $"table=71,priority=95,icmp6,reg5={of},in_port={of},icmp_type=136,nd_target={local},actions=resubmit(,94)";
        yield return $"table=71,priority=80,udp,{own},nw_src={port.Address},tp_src=68,tp_dst=67,actions=resubmit(,73)";
        yield return $"table=71,priority=80,udp,{own},nw_src=0.0.0.0,tp_src=68,tp_dst=67,actions=resubmit(,73)";
        yield return $"table=71,priority=80,udp6,{own},ipv6_src={local},tp_src=546,tp_dst=547,actions=resubmit(,73)";
        yield return $"table=71,priority=70,udp,reg5={of},in_port={of},tp_src=67,tp_dst=68,actions=resubmit(,93)";
        yield return $"table=71,priority=70,udp6,reg5={of},in_port={of},tp_src=547,tp_dst=546,actions=resubmit(,93)";
        yield return $"table=71,priority=70,icmp6,reg5={of},in_port={of},icmp_type=134,actions=resubmit(,93)";
        yield return $"table=71,priority=65,ip,{own},nw_src={port.Address},actions=ct(table=72,{Zone})";
        yield return $"table=71,priority=65,ipv6,{own},ipv6_src={local},actions=ct(table=72,{Zone})";
        yield return $"table=71,priority=10,reg5={of},in_port={of},actions=ct_clear,resubmit(,93)";
        foreach (var ip in (string[])["ip", "ipv6"])
        {
            yield return $"table=72,priority=74,{Established},{ip},reg5={of},actions=resubmit(,73)";
            yield return $"table=72,priority=74,{Fresh},{ip},reg5={of},actions=resubmit(,73)";
            yield return $"table=72,priority=40,ct_state=+est,{ip},reg5={of},actions=ct(commit,{Zone},exec(set_field:0x1->ct_mark))";
            yield return $"table=73,priority=90,{Fresh},{ip},reg5={of},actions=ct(commit,{Zone}),resubmit(,91)";
        }
        yield return $"table=72,priority=50,ct_mark=0x1,reg5={of},actions=resubmit(,93)";
        yield return $"table=72,priority=50,ct_state=+est-rel+rpl,ct_zone={zone},ct_mark=0,reg5={of},actions=resubmit(,94)";
        yield return $"table=72,priority=50,ct_state=-new-est+rel-inv,ct_zone={zone},ct_mark=0,reg5={of},actions=resubmit(,94)";
        yield return $"table=72,priority=40,ct_state=-est,reg5={of},actions=resubmit(,93)";
        yield return $"table=73,priority=100,reg6={zone},dl_dst={port.Mac},actions=set_field:{of}->reg5,resubmit(,81)";
        yield return $"table=73,priority=80,reg5={of},actions=resubmit(,94)";
    }

    private static IEnumerable<string> Ingress(int of, int zone)
    {
        yield return $"table=81,priority=100,arp,reg5={of},actions=output:{of}";
        foreach (var type in (int[])[130, 134, 135, 136])
            yield return $"table=81,priority=100,icmp6,reg5={of},icmp_type={type},actions=output:{of}";
        yield return $"table=81,priority=95,udp,reg5={of},tp_src=67,tp_dst=68,actions=output:{of}";
        yield return $"table=81,priority=95,udp6,reg5={of},tp_src=547,tp_dst=546,actions=output:{of}";
        yield return $"table=81,priority=80,ct_state=+trk,reg5={of},actions=resubmit(,82)";
        yield return $"table=82,priority=75,{Established},icmp,reg5={of},actions=output:{of}";
        yield return $"table=82,priority=75,{Fresh},icmp,reg5={of},actions=ct(commit,{Zone}),output:{of},resubmit(,92)";
        foreach (var (ip, conjunction) in ((string, int)[])[("ip", 16), ("ipv6", 24)])
        {
            yield return $"table=81,priority=90,ct_state=-trk,{ip},reg5={of},actions=ct(table=82,{Zone})";
            yield return $"table=82,priority=70,{Established},{ip},reg5={of},actions=conjunction({conjunction},2/2)";
            yield return $"table=82,priority=70,{Fresh},{ip},reg5={of},actions=conjunction({conjunction + 1},2/2)";
            yield return $"table=82,priority=70,conj_id={conjunction},{Established},{ip},reg5={of},"
                + $"actions=set_field:{conjunction}->reg7,output:{of}";
            yield return $"table=82,priority=70,conj_id={conjunction + 1},{Fresh},{ip},reg5={of},"
                + $"actions=set_field:{conjunction + 1}->reg7,ct(commit,{Zone}),output:{of},resubmit(,92)";
            yield return $"table=82,priority=40,ct_state=+est,{ip},reg5={of},actions=ct(commit,{Zone},exec(set_field:0x1->ct_mark))";
        }
        yield return $"table=82,priority=50,ct_mark=0x1,reg5={of},actions=resubmit(,93)";
        yield return $"table=82,priority=50,ct_state=+est-rel+rpl,ct_zone={zone},ct_mark=0,reg5={of},actions=output:{of}";
        yield return $"table=82,priority=50,ct_state=-new-est+rel-inv,ct_zone={zone},ct_mark=0,reg5={of},actions=output:{of}";
        yield return $"table=82,priority=40,ct_state=-est,reg5={of},actions=resubmit(,93)";
    }

    private static IEnumerable<string> Member(PortPlan member, int zone) =>
    [
        $"table=82,priority=70,{Established},ip,reg6={zone},nw_src={member.Address},actions=conjunction(16,1/2)",
        $"table=82,priority=70,{Fresh},ip,reg6={zone},nw_src={member.Address},actions=conjunction(17,1/2)",
    ];
}
