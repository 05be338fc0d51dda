using System.Text.Json;
using System.Text.RegularExpressions;
using Steth.Lab.Tests.Labs;

namespace Steth.Lab.Tests;

/// <summary>The wiring is Neutron's: what a real ML2/OVS node showed, with this lab's ids.</summary>
[Collection(LabCollection.Name)]
public partial class WiringTests(LabFixture lab)
{
    [Fact]
    public async Task HybridPort_OnBrInt_CarriesWhatNeutronWrites()
    {
        LabFixture.SkipIfUnavailable();
        var port = lab.Ports[0];

        var row = await RowAsync("comp1", "Port", "qvo" + port.Short, "tag,other_config");
        var network = row.GetProperty("other_config").GetProperty("net_uuid").GetString();
        row.GetRawText().ShouldBe(
            $$$"""{"tag":2,"other_config":{"net_uuid":"{{{network}}}","network_type":"vlan","physical_network":"physnet1","segmentation_id":"101","tag":"2"}}""");
        (await lab.ExecAsync("net1", "ip", "netns")).ShouldContain("qdhcp-" + network);
        var external = (await RowAsync("comp1", "Interface", "qvo" + port.Short, "type,external_ids")).GetProperty("external_ids");
        external.EnumerateObject().Select(member => member.Name).ShouldBe(["attached-mac", "iface-id", "iface-status", "vm-uuid"]);
        external.GetProperty("attached-mac").GetString().ShouldBe(port.Mac);
        external.GetProperty("iface-id").GetString().ShouldBe(port.Id);
        external.GetProperty("iface-status").GetString().ShouldBe("active");
    }

    [Fact]
    public async Task NativePort_OnBrInt_IsTheTapItself()
    {
        LabFixture.SkipIfUnavailable();
        var port = lab.Ports[2];

        (await RowAsync("comp2", "Port", "tap" + port.Short, "tag")).GetProperty("tag").GetInt32().ShouldBe(1);
        (await RowAsync("comp2", "Interface", "tap" + port.Short, "ofport,ofport_request")).GetRawText().ShouldBe("""{"ofport":3,"ofport_request":[]}""");
    }

    [Fact]
    public async Task HybridPlug_OnComp1_HasTapAndQvbInItsBridge()
    {
        LabFixture.SkipIfUnavailable();
        var port = lab.Ports[1];
        using var links = JsonDocument.Parse(await lab.ExecAsync("comp1", "ip", "-j", "-d", "link", "show", "master", "qbr" + port.Short));
        using var bridge = JsonDocument.Parse(await lab.ExecAsync("comp1", "ip", "-j", "-d", "link", "show", "qbr" + port.Short));

        links.RootElement.EnumerateArray().Select(link => link.GetProperty("ifname").GetString())
            .ShouldBe(["tap" + port.Short, "qvb" + port.Short], ignoreOrder: true);
        var settings = bridge.RootElement[0].GetProperty("linkinfo").GetProperty("info_data");
        settings.GetProperty("forward_delay").GetInt32().ShouldBe(0);
        settings.GetProperty("ageing_time").GetInt32().ShouldBe(0);
        settings.GetProperty("stp_state").GetInt32().ShouldBe(0);
        settings.GetProperty("mcast_snooping").GetInt32().ShouldBe(0);
        (await lab.ExecAsync("comp1", "iptables", "-S", "neutron-openvswi-s" + port.Id[..10])).ShouldContain(
            $"-A neutron-openvswi-s{port.Id[..10]} -s {port.Ip}/32 -m mac --mac-source {port.Mac} ");
    }

    [Fact]
    public async Task Bridges_OnEveryNode_AreNeutrons()
    {
        LabFixture.SkipIfUnavailable();
        foreach (var host in (string[])["net1", "comp1", "comp2"])
        {
            (await lab.ExecAsync(host, "ovs-vsctl", "list-br")).ShouldBe("br-ex\nbr-int\nbr-phy\nbr-tun\n", host);
            (await lab.ExecAsync(host, "ovs-vsctl", "get-fail-mode", "br-int")).ShouldBe("secure\n", host);
            (await lab.ExecAsync(host, "ovs-vsctl", "get", "Interface", "int-br-ex", "options")).ShouldBe("{peer=phy-br-ex}\n", host);
            (await lab.ExecAsync(host, "ovs-vsctl", "iface-to-br", "eth1")).ShouldBe("br-ex\n", host);
        }
    }

    [Fact]
    public async Task Flows_OnComp1_TranslateAndGuardAgainstSpoofing()
    {
        LabFixture.SkipIfUnavailable();
        var flows = await FlowsAsync("comp1", "br-int");

        flows.ShouldContain("table=0, priority=3,in_port=1,dl_vlan=101 actions=set_field:4098->vlan_vid,goto_table:59");
        flows.ShouldContain("table=0, priority=65535,dl_vlan=4095 actions=drop");
        flows.ShouldContain($"table=24, priority=2,arp,in_port=3,arp_spa={lab.Ports[0].Ip} actions=goto_table:25");
        flows.ShouldContain($"table=25, priority=2,in_port=3,dl_src={lab.Ports[0].Mac} actions=goto_table:30");
        flows.ShouldContain("table=0, priority=3,in_port=1,vlan_tci=0x0000/0x1fff actions=push_vlan:0x8100,set_field:4099->vlan_vid,goto_table:59");
        flows.Count.ShouldBe(36);
        (await FlowsAsync("comp1", "br-ex")).ShouldBe(
        [
            "table=0, priority=4,in_port=2,dl_vlan=2 actions=set_field:4197->vlan_vid,NORMAL",
            "table=0, priority=4,in_port=2,dl_vlan=3 actions=pop_vlan,NORMAL",
            "table=0, priority=2,in_port=2 actions=drop",
            "table=0, priority=0 actions=NORMAL",
        ], ignoreOrder: true);
    }

    [Fact]
    public async Task Flows_OnComp2_AreTheNativeFirewalls()
    {
        LabFixture.SkipIfUnavailable();
        var flows = await FlowsAsync("comp2", "br-int");
        var port = lab.Ports[2];

        flows.ShouldContain("table=60, priority=100,in_port=3 actions=set_field:0x3->reg5,set_field:0x1->reg6,resubmit(,71)");
        flows.ShouldContain($"table=71, priority=95,arp,reg5=0x3,in_port=3,dl_src={port.Mac},arp_spa={port.Ip} actions=resubmit(,94)");
        flows.ShouldContain($"table=71, priority=80,udp,reg5=0x3,in_port=3,dl_src={port.Mac},nw_src=0.0.0.0,tp_src=68,tp_dst=67 actions=resubmit(,73)");
        flows.ShouldContain("table=81, priority=95,udp,reg5=0x3,tp_src=67,tp_dst=68 actions=output:3");
        flows.ShouldContain("table=93, reset_counts priority=0 actions=drop");
    }

    [Fact]
    public async Task TunnelBridge_OnComp1_KnowsTheVniItsPeersAndTheirMacs()
    {
        LabFixture.SkipIfUnavailable();
        var flows = await FlowsAsync("comp1", "br-tun");
        var peer = lab.Ports.Single(port => port.Name == "vm6");

        (await lab.ExecAsync("comp1", "ovs-vsctl", "list-ports", "br-tun")).ShouldBe("patch-int\nvxlan-0a580016\nvxlan-0a58001f\n");
        (await lab.ExecAsync("comp1", "ovs-vsctl", "get", "Interface", "vxlan-0a58001f", "options")).ShouldBe(
            """{df_default="true", egress_pkt_mark="0", in_key=flow, local_ip="10.88.0.21", out_key=flow, remote_ip="10.88.0.31"}""" + "\n");
        flows.ShouldContain("table=0, priority=1,in_port=2 actions=goto_table:4");
        flows.ShouldContain("table=4, priority=1,tun_id=0x7d1 actions=push_vlan:0x8100,set_field:4097->vlan_vid,goto_table:10");
        flows.ShouldContain($"table=20, priority=2,dl_vlan=1,dl_dst={peer.Mac} actions=pop_vlan,set_field:0x7d1->tun_id,output:3");
        flows.Count(flow => flow.StartsWith("table=20, priority=2,", StringComparison.Ordinal)).ShouldBe(3);
        flows.ShouldContain("table=22, priority=1,dl_vlan=1 actions=pop_vlan,set_field:0x7d1->tun_id,output:2,output:3");
    }

    [Theory]
    [InlineData(4, """{"tag":1,"other_config":{"network_type":"vxlan","physical_network":"None","segmentation_id":"2001","tag":"1"}}""")]
    [InlineData(6, """{"tag":3,"other_config":{"network_type":"flat","physical_network":"physnet1","tag":"3"}}""")]
    public async Task PortOfOtherNetworks_OnBrInt_CarriesWhatNeutronWrites(int port, string row)
    {
        LabFixture.SkipIfUnavailable();
        var text = (await RowAsync("comp1", "Port", "qvo" + lab.Ports[port].Short, "tag,other_config")).GetRawText();

        NetworkId().Replace(text, "").ShouldBe(row);
    }

    [Fact]
    public async Task Router_OnNet1_TranslatesItsFloatingIps()
    {
        LabFixture.SkipIfUnavailable();
        var router = await Probes.RouterAsync(lab);
        var rules = await lab.ExecAsync("net1", "ip", "netns", "exec", router, "iptables", "-t", "nat", "-S");

        rules.ShouldContain("-A neutron-l3-agent-PREROUTING -d 203.0.113.101/32 -j DNAT --to-destination 192.168.101.11\n");
        rules.ShouldContain("-A neutron-l3-agent-float-snat -s 10.10.0.16/32 -j SNAT --to-source 203.0.113.106 --random-fully\n");
        (await lab.ExecAsync("net1", "ip", "-n", router, "-br", "addr"))
            .ShouldContain(" 203.0.113.80/24 203.0.113.101/32 203.0.113.106/32 ");
    }

    [Fact]
    public async Task Options_OfTheIsolatedNetwork_LeadToMetadataByTheDhcpServer()
    {
        LabFixture.SkipIfUnavailable();
        var netns = await Probes.DhcpAsync(lab, "192.168.50.2");
        var options = await lab.ExecAsync("net1", "cat", $"/var/lib/neutron/dhcp/{netns["qdhcp-".Length..]}/opts");

        options.Split('\n').Select(line => line[(line.IndexOf(',') + 1)..]).ShouldBe(
            ["option:classless-static-route,169.254.169.254/32,192.168.50.2", "249,169.254.169.254/32,192.168.50.2", "option:router"]);
        (await lab.ExecAsync("net1", "ip", "-n", netns, "-br", "addr")).ShouldContain(" 192.168.50.2/24 169.254.169.254/32 ");
    }

    private async Task<JsonElement> RowAsync(string host, string table, string name, string columns)
    {
        using var json = JsonDocument.Parse(await lab.ExecAsync(host, "ovs-vsctl", "-f", "json", "--columns=" + columns, "find", table, "name=" + name));
        var values = json.RootElement.GetProperty("data")[0].EnumerateArray().Select(Plain).ToArray();
        var members = json.RootElement.GetProperty("headings").EnumerateArray().Zip(values, (heading, value) => $"\"{heading.GetString()}\":{value}")
            .OrderBy(member => Array.IndexOf(columns.Split(','), member.Split('"')[1]));
        return JsonDocument.Parse($"{{{string.Join(',', members)}}}").RootElement.Clone();
    }

    /// <summary>OVSDB's ["map",[[k,v],…]] as an object, ["set",[…]] as an array (RFC 7047, 5.1).</summary>
    private static string Plain(JsonElement value) => value.ValueKind != JsonValueKind.Array ? value.GetRawText() : value[0].GetString() switch
    {
        "map" => $"{{{string.Join(',', value[1].EnumerateArray().Select(pair => $"{pair[0].GetRawText()}:{pair[1].GetRawText()}"))}}}",
        _ => value[1].GetRawText(),
    };

    private async Task<IReadOnlyList<string>> FlowsAsync(string host, string bridge) =>
    [
        .. (await lab.ExecAsync(host, "ovs-ofctl", "-O", "OpenFlow13", "dump-flows", bridge)).Split('\n').Where(line => line.Contains("cookie=", StringComparison.Ordinal))
            .Select(line => Counters().Replace(line, "")),
    ];

    [GeneratedRegex("""\"net_uuid":"[0-9a-f-]{36}",""")]
    private static partial Regex NetworkId();

    [GeneratedRegex(@"^ cookie=0x[0-9a-f]+, duration=[0-9.]+s, |n_packets=\d+, n_bytes=\d+, ")]
    private static partial Regex Counters();
}
