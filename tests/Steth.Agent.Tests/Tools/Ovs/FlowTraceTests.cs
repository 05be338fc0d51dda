using Steth.Agent.Tests.Recorded;
using Steth.Agent.Tools.Ovs;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tests.Tools.Ovs;

public sealed class FlowTraceTests
{
    [Fact]
    public void Parse_DhcpOfAHybridPortOnVxlan_BridgeAfterBridgeNestedOnesToo()
    {
        var trace = Read("hybrid-vxlan-dhcp");

        Lines(trace).ShouldBe(
        [
            "0 br-int 0 9 in_port=3 | goto_table:25",
            "0 br-int 25 2 in_port=3,dl_src=fa:16:3e:f0:24:66 | goto_table:30",
            "0 br-int 30 0  | goto_table:59",
            "0 br-int 59 0  | goto_table:60",
            "0 br-int 60 3  | NORMAL",
            "2 br-ex 0 2 in_port=2 | drop",
            "0 br-tun 0 1 in_port=1 | goto_table:2",
            "0 br-tun 2 0 dl_dst=01:00:00:00:00:00/01:00:00:00:00:00 | goto_table:22",
            "0 br-tun 22 1 dl_vlan=1 | pop_vlan; set_field:0x329->tun_id; output:2; output:3",
            "2 br-phy 0 0  | NORMAL",
            "0 br-phy 0 0  | NORMAL",
        ]);
        trace.Steps[4].Remarks.ShouldBe(["no learned MAC for destination, flooding"]);
        trace.Steps[0].Cookie.ShouldBe("0x48763fe551b6376f");
        trace.Steps[9].Cookie.ShouldBe("0x0");
        trace.Steps[8].Remarks.ShouldBe(
        [
            "output to native tunnel", "tunneling to 10.88.0.31 via br-phy",
            "tunneling from 02:88:00:00:00:21 10.88.0.21 to 02:88:00:00:00:31 10.88.0.31",
            "output to native tunnel", "tunneling to 10.88.0.22 via br-phy",
            "tunneling from 02:88:00:00:00:21 10.88.0.21 to 02:88:00:00:00:22 10.88.0.22",
        ]);
        trace.Flow.ShouldStartWith("udp,in_port=3,vlan_tci=0x0000,");
        trace.DatapathActions.ShouldStartWith("push_vlan(vid=1,pcp=0),5,pop_vlan,clone(tnl_push(");
    }

    [Fact]
    public void Parse_ArpOfANativePort_GoesThroughTheFirewallTables() =>
        Read("native-vxlan-arp").Steps.Select(s => $"{s.Bridge} {s.Table}").ShouldBe(
        [
            "br-int 0", "br-int 59", "br-int 60", "br-int 71", "br-int 94", "br-ex 0",
            "br-tun 0", "br-tun 2", "br-tun 22", "br-phy 0", "br-phy 0",
        ]);

    [Fact]
    public void Parse_Conntrack_GoesOnBehindTheLookup()
    {
        var trace = Read("ct-new");

        Lines(trace).ShouldBe(
        [
            "0 br-int 0 0  | goto_table:60",
            "0 br-int 60 100 in_port=tap1 | set_field:0x1->reg5; set_field:0x2->reg6; resubmit(,71)",
            "0 br-int 71 95 ip,reg5=0x1 | ct(table=72,zone=NXM_NX_REG6[0..15])",
            "0 br-int 72 60 ct_state=+new-est,tcp | ct(commit,zone=NXM_NX_REG6[0..15]); resubmit(,94)",
            "0 br-int 94 1  | NORMAL",
            "0 br-ex 0 4 in_port=\"phy-br-ex\",dl_vlan=2 | set_field:4197->vlan_vid; NORMAL",
        ]);
        trace.Steps[3].Remarks[0].ShouldContain(" - resume conntrack with default ct_state=trk|new");
        trace.DatapathActions.ShouldBe("ct(commit,zone=2),push_vlan(vid=2,pcp=0),br-int,pop_vlan,push_vlan(vid=101,pcp=0),nic0,br-ex,pop_vlan,tap2");
    }

    [Fact]
    public void Parse_DroppedBehindConntrack_NothingComesOut()
    {
        var trace = Read("ct-inv");

        trace.DatapathActions.ShouldBe("drop");
        Lines(trace)[^2..].ShouldBe(["0 br-int 72 40 ct_state=+inv | resubmit(,93)", "0 br-int 93 0  | drop"]);
    }

    [Fact]
    public void Parse_NoFlowMatches_HasNoMatchPriorityOrCookie()
    {
        var trace = Read("miss");

        trace.Steps[^1].ShouldSatisfyAllConditions(
            s => (s.Bridge, s.Table, s.Match, s.Priority, s.Cookie).ShouldBe(("br-int", 60, null, null, null)),
            s => s.Actions.ShouldBe(["drop"]));
        trace.DatapathActions.ShouldBe("drop");
    }

    [Fact]
    public void Parse_GroupAndNestedResubmits_EachActionAtItsTable()
    {
        var trace = Read("group");

        Lines(trace).ShouldBe(
        [
            "0 br-int 0 0  | goto_table:60",
            "0 br-int 60 200 udp | group:1; bucket 0; set_field:0x9->reg7; resubmit(,94); bucket 1; resubmit(,61)",
            "2 br-int 94 1  | NORMAL",
            "2 br-ex 0 4 in_port=\"phy-br-ex\",dl_vlan=2 | set_field:4197->vlan_vid; NORMAL",
            "2 br-int 61 5 udp | learn(table=62,hard_timeout=300,NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[]); resubmit(,62); resubmit(,93); resubmit(,94)",
            "3 br-int 62   | drop",
            "3 br-int 93 0  | drop",
            "2 br-int 94 1  | NORMAL",
            "2 br-ex 0 4 in_port=\"phy-br-ex\",dl_vlan=2 | set_field:4197->vlan_vid; NORMAL",
        ]);
        trace.Steps[4].Remarks.ShouldBe(["suppressing side effects, so learn action ignored"]);
    }

    [Fact]
    public void Parse_TranslationFailed_SaysWhy()
    {
        var trace = Read("loop");

        trace.Steps.Count.ShouldBe(66);
        trace.Steps[^1].Remarks.ShouldBe(["over max translation depth 64", "Translation failed (Recursion too deep), packet is dropped."]);
        trace.DatapathActions.ShouldBe("drop");
    }

    [Theory]
    [InlineData("")]
    [InlineData("Flow: arp\n\nbridge(\"br-int\")\n")]
    [InlineData("bridge\n 0. priority 0\n    drop\nDatapath actions: drop\n")]
    public void Parse_NoTrace_IsRefused(string text) => Should.Throw<FormatException>(() => FlowTrace.Parse(text));

    [Fact]
    public void Parse_CutAnywhere_NeverThrowsAnythingElse()
    {
        var text = Recording.Read("ovs/trace/group.txt");
        for (var length = 0; length < text.Length; length += 7)
        {
            try
            {
                FlowTrace.Parse(text[..length]).Steps.ShouldNotBeEmpty();
            }
            catch (FormatException)
            {
                // Cut before its end.
            }
        }
    }

    private static OvsTraceResult Read(string name) => FlowTrace.Parse(Recording.Read($"ovs/trace/{name}.txt"));

    private static List<string> Lines(OvsTraceResult trace) =>
        [.. trace.Steps.Select(s => $"{s.Depth} {s.Bridge} {s.Table} {s.Priority} {s.Match} | {string.Join("; ", s.Actions)}")];
}
