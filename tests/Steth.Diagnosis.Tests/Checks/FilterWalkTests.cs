using System.Net;
using Steth.Contracts.Operations;
using Steth.Diagnosis.Checks;

namespace Steth.Diagnosis.Tests.Checks;

public sealed class FilterWalkTests
{
    private static readonly FilteredPacket _vxlan = new(
        ("udp", 17), IPAddress.Parse("10.88.0.21"), IPAddress.Parse("10.88.0.31"), 4789, ["eth2"], []);

    [Theory]
    [InlineData("Passes", "ACCEPT")]
    [InlineData("Passes", "ACCEPT", "-p tcp -j DROP")]
    [InlineData("Passes", "DROP", "-i lo -j ACCEPT", "-p udp -m udp --dport 4789 -j ACCEPT", "-j DROP")]
    [InlineData("Passes", "ACCEPT", "-j LOG", "-m limit --limit 5/min -j LOG --log-prefix \"x -j DROP\"", "-m mark --mark 0x1 -j MARK --set-xmark 0x2/0x2")]
    [InlineData("Dropped", "DROP", "-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT", "-p tcp -m tcp --dport 22 -j ACCEPT")]
    [InlineData("Dropped", "ACCEPT", "-p udp -m udp --dport 4789 -j DROP")]
    [InlineData("Dropped", "ACCEPT", "-j REJECT --reject-with icmp-host-prohibited")]
    [InlineData("Unclear", "ACCEPT", "-m set --match-set trusted src -j ACCEPT", "-j DROP")]
    [InlineData("Unclear", "ACCEPT", "-j NFQUEUE --queue-num 0")]
    [InlineData("Passes", "DROP", "-j own", "own: -p udp -j ACCEPT")]
    [InlineData("Dropped", "ACCEPT", "-j own", "own: -j inner", "inner: -d 10.88.0.31/32 -j DROP")]
    [InlineData("Passes", "ACCEPT", "-j own", "own: -s 10.88.0.0/24 -j RETURN", "own: -j DROP")]
    [InlineData("Dropped", "DROP", "-j own", "-p udp -m udp --dport 6081 -j ACCEPT", "own: -j RETURN")]
    [InlineData("Passes", "ACCEPT", "-g own", "-j DROP", "own: -p tcp -j DROP")]
    [InlineData("Passes", "ACCEPT", "-m set --match-set x src -j own", "own: -p tcp -j DROP")]
    [InlineData("Unclear", "ACCEPT", "-m set --match-set x src -j own", "own: -p udp -j DROP")]
    [InlineData("Passes", "ACCEPT", "-m physdev --physdev-in tap1 --physdev-is-bridged -j own", "own: -j DROP")]
    public void Of_Input_EndsAsInTheKernel(string fate, string policy, params string[] rules)
    {
        var filter = new NamespaceInspectResult
        {
            Problems = [],
            Chains = [new FilterChain("filter", "INPUT", policy, 0)],
            Rules = [.. rules.Select(Rule)],
        };

        FilterWalk.Of(filter, _vxlan, ("raw", "PREROUTING"), ("filter", "INPUT")).Fate.ToString().ShouldBe(fate);
    }

    [Fact]
    public void Of_Dropped_NamesRuleOrPolicy()
    {
        var dropping = Rule("own: -p udp -j DROP");
        var filter = new NamespaceInspectResult
        {
            Problems = [],
            Chains = [new FilterChain("filter", "INPUT", "DROP", 7), new FilterChain("filter", "own", null, 0)],
            Rules = [Rule("-j own"), dropping],
        };

        var byRule = FilterWalk.Of(filter, _vxlan, ("filter", "INPUT"));
        var byPolicy = FilterWalk.Of(filter with { Rules = [Rule("-j own")] }, _vxlan, ("filter", "INPUT"));

        (byRule.Table, byRule.Chain, byRule.Rule).ShouldBe(("filter", "own", dropping));
        (byPolicy.Table, byPolicy.Chain, byPolicy.Rule).ShouldBe(("filter", "INPUT", null));
    }

    [Fact]
    public void Of_ChainsThatLeadToEachOther_IsUnclear()
    {
        var filter = new NamespaceInspectResult { Problems = [], Rules = [Rule("-j a"), Rule("a: -j b"), Rule("b: -j a")] };

        FilterWalk.Of(filter, _vxlan, ("filter", "INPUT")).Fate.ShouldBe(FilterFate.Unclear);
    }

    // "own: -j DROP" stands in chain own, all else in INPUT.
    private static FilterRule Rule(string text) => text.Split(": ", 2) is [var chain, var rule] && !chain.Contains(' ', StringComparison.Ordinal)
        ? new FilterRule("filter", chain, rule, 0) : new FilterRule("filter", "INPUT", text, 0);
}
