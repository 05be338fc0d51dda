using Steth.Agent.Tests.Recorded;
using Steth.Agent.Tools;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tests.Tools;

public sealed class PacketFilterTests
{
    [Fact]
    public void Parse_ComputeHost_EveryTableChainAndRule()
    {
        var text = Recording.Read("iptables/comp1.iptables-save.txt");
        var (chains, rules) = PacketFilter.Parse(text);

        rules.Count.ShouldBe(text.Split('\n').Count(l => l.StartsWith("-A ", StringComparison.Ordinal)));
        chains.Count.ShouldBe(text.Split('\n').Count(l => l.StartsWith(':')));
        chains[0].ShouldBe(new FilterChain("raw", "PREROUTING", "ACCEPT", 96035));
        rules[0].ShouldBe(new FilterRule("raw", "PREROUTING", "-j neutron-openvswi-PREROUTING", 0));
        rules[2].Text.ShouldBe(
            "-m physdev --physdev-in qvb75e9329b-9c -m comment --comment \"Set zone for 75e9329b-9c5e-41dc-a22e-d432b5e2edfe\" -j CT --zone 4098");
        chains.ShouldContain(c => c.Table == "filter" && c.Chain == "neutron-openvswi-sg-fallback" && c.Policy == null);
    }

    [Fact]
    public void Parse_Router_HasItsNatRules() =>
        PacketFilter.Parse(Recording.Read("iptables/net1.qrouter.txt")).Rules
            .ShouldContain(r => r.Table == "nat" && r.Text.Contains("--dport 80 -j REDIRECT --to-ports 9697", StringComparison.Ordinal));

    [Fact]
    public void Parse_Counters_AreThePackets()
    {
        var (chains, rules) = PacketFilter.Parse("*filter\n:FORWARD DROP [7:420]\n[3:180] -A FORWARD -j ACCEPT\n[0:0] -A FORWARD\nCOMMIT\n");

        chains.ShouldBe([new FilterChain("filter", "FORWARD", "DROP", 7)]);
        rules.ShouldBe([new FilterRule("filter", "FORWARD", "-j ACCEPT", 3), new FilterRule("filter", "FORWARD", "", 0)]);
    }

    [Theory]
    [InlineData("-A FORWARD -j ACCEPT")]
    [InlineData("*filter\nsomething")]
    public void Parse_SomethingElse_IsRefused(string text) => Should.Throw<FormatException>(() => PacketFilter.Parse(text));
}
