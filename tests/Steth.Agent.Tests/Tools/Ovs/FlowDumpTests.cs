using Steth.Agent.Tests.Recorded;
using Steth.Agent.Tools.Ovs;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tests.Tools.Ovs;

public class FlowDumpTests
{
    [Theory]
    [InlineData("ovs/comp2.br-int.dump-flows.nonames.txt", 152)]
    [InlineData("ovs/net1.br-tun.dump-flows.nonames.txt", 18)]
    public void Parse_NeutronBridge_ReadsEveryLine(string recording, int flows) =>
        FlowDump.Parse(Recording.Read(recording)).Count.ShouldBe(flows);

    [Fact]
    public void Parse_OpenFlow10_ReadsStatisticsMatchAndActions() =>
        FlowDump.Parse(Recording.Read("ovs/comp2.br-int.dump-flows.nonames.txt"))[1].ShouldBe(new OvsFlow
        {
            Cookie = "0x7c787f61def014d",
            Table = 0,
            Priority = 3,
            Packets = 34601,
            Bytes = 52488401,
            Match = "in_port=1,dl_vlan=101",
            Actions = "mod_vlan_vid:2,resubmit(,59)",
        });

    [Theory]
    [InlineData(" cookie=0x0, duration=0.084s, table=0, n_packets=0, n_bytes=0, actions=drop", 0, 32768, "")]
    [InlineData(" cookie=0x0, duration=0.089s, table=0, n_packets=0, n_bytes=0, idle_age=0, actions=drop", 0, 32768, "")]
    [InlineData(" cookie=0x0, duration=0.065s, table=3, n_packets=0, n_bytes=0, idle_timeout=60, hard_timeout=70, send_flow_rem check_overlap importance=4, ip,nw_src=10.0.0.0/8 actions=drop", 3, 32768, "ip,nw_src=10.0.0.0/8")]
    [InlineData(" cookie=0x0, duration=408s, table=71, n_packets=0, n_bytes=0, reset_counts priority=110,ct_state=+trk actions=drop", 71, 110, "ct_state=+trk")]
    [InlineData(" cookie=0x0, duration=408s, table=71, n_packets=0, n_bytes=0, reset_counts priority=0 actions=drop", 71, 0, "")]
    [InlineData(" cookie=0x0, duration=408s, table=71, n_packets=0, n_bytes=0, reset_counts actions=drop", 71, 32768, "")]
    [InlineData(" cookie=0x0, duration=408s, table=254, n_packets=0, n_bytes=0, priority=65535 actions=drop", 254, 65535, "")]
    public void Parse_FlagsAndEmptyMatches_AreToldApart(string line, int table, int priority, string match)
    {
        var flow = FlowDump.Parse($"OFPST_FLOW reply (OF1.4) (xid=0x2):\n{line}\n").ShouldHaveSingleItem();
        (flow.Table, flow.Priority, flow.Match, flow.Actions).ShouldBe((table, priority, match, "drop"));
    }

    [Theory]
    [InlineData("what is this")]
    [InlineData("cookie=0x0, table=0, n_packets=many, n_bytes=0, actions=drop")]
    [InlineData("duration=1s, table=0, n_packets=0, n_bytes=0, actions=drop")]
    [InlineData("cookie=0x0, table=0, n_packets=0, n_bytes=0, priority=65536 actions=drop")]
    [InlineData("cookie=0x0, table=0, n_packets=0, n_bytes=0, priority=4294967297,ip actions=drop")]
    [InlineData("cookie=0x0, table=255, n_packets=0, n_bytes=0, priority=1 actions=drop")]
    [InlineData("cookie=0x0, table=0, n_packets=9223372036854775808, n_bytes=0, priority=1 actions=drop")]
    public void Parse_SomethingElse_IsRefused(string text) => Should.Throw<FormatException>(() => FlowDump.Parse(text));
}
