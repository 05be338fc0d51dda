using System.Text.Json.Nodes;
using Steth.Agent.Tests.Recorded;
using Steth.Agent.Tools.Nftables;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tests.Tools.Nftables;

public sealed class NftablesJsonTests
{
    private static readonly HashSet<string> _none = [];
    private static readonly string _recorded = Recording.Read("nft/ruleset.json");

    [Fact]
    public void Parse_Ruleset_BaseChainsThatCanDropWithoutIPv6() =>
        NftablesJson.Parse(_recorded, new HashSet<string> { "filter" }).Chains
            .Select(c => $"{c.Family} {c.Table} {c.Chain}: {c.Hook} {c.Priority} {c.DropsByPolicy} {c.Drops.Count}").ShouldBe(
            [
                "inet hardening forward: forward -10 True 11",
                "bridge br fw: forward 0 False 2",
                "netdev nd ing: ingress 0 False 1",
                "netdev nd both: ingress 0 False 1",
                "netdev nd eg: egress 0 True 0",
                "arp a in: input 0 False 1",
            ]);

    [Fact]
    public void Parse_TablesNobodyElseTells_AreThereToo()
    {
        var chains = NftablesJson.Parse(_recorded, _none).Chains.Where(c => c.Table == "filter").ToList();

        chains.Select(c => $"{c.Family} {c.Chain} {c.Hook}").ShouldBe(["ip FORWARD forward", "ip INPUT input"]);
        chains.SelectMany(c => c.Drops).Select(d => $"{d.Text} ({d.Packets})").ShouldBe(
            ["ip saddr 1.2.3.4 counter drop (0)", "xt match physdev counter drop (0)", "udp dport 67 counter xt target REJECT (0)"]);
    }

    [Fact]
    public void Parse_Rules_TextAndCounterOfThoseThatCanDropAsTheyAreMet() =>
        NftablesJson.Parse(_recorded, _none).Chains.Single(c => c.Table == "hardening").Drops
            .Select(d => $"{d.Chain}: {d.Text} ({d.Packets?.ToString() ?? "not counted"})").ShouldBe(
            [
                "forward: ct state vmap { invalid : drop, established : accept, related : accept } (not counted)",
                "forward: iifname \"qbr1\" oifname { a, b } ip saddr 10.77.0.0/16 counter drop comment \"no bad ones\" (5)",
                "forward: tcp dport 22 limit rate 5/second log counter reject with tcp reset (0)",
                "forward: meta l4proto vmap @verdicts (not counted)",
                "forward: ip saddr 10.9.0.1 counter log drop (0)",
                "forward: counter tcp dport 23 drop (not counted)",
                "forward: ip saddr . udp dport { 1.1.1.1 . 53, 2.2.2.2 . 54 } fib daddr type broadcast drop (not counted)",
                "forward: ip saddr 1.1.1.1-1.1.1.9 tcp flags & syn,ack syn limit rate over 3/minute drop (not counted)",
                "other: ip saddr != 10.9.0.9 udp dport { 67, 68 } counter name \"shared\" drop (not counted)",
                "other: ip daddr 10.0.0.0/8 ether saddr aa:bb:cc:dd:ee:ff meta mark & 255 1 drop (not counted)",
                "deeper: counter reject with icmpx admin-prohibited (0)",
            ]);

    [Fact]
    public void Parse_Handle_IsTheRules()
    {
        var rule = NftablesJson.Parse(_recorded, _none).Chains.Single(c => c.Family == "arp").Drops.ShouldHaveSingleItem();

        _recorded.ShouldContain($"\"chain\": \"in\", \"handle\": {rule.Handle}, ");
    }

    [Theory]
    [InlineData("\"tap1\"", "tap1")]
    [InlineData("[\"tap1\", \"qvb1\"]", "tap1 qvb1")]
    public void Parse_DevicesInTheJson_AreTold(string device, string expected) =>
        string.Join(' ', NftablesJson.Parse(Ruleset($$$"""
            {"chain": {"family": "netdev", "table": "t", "name": "c", "handle": 1, "dev": {{{device}}}, "type": "filter", "hook": "ingress",
             "prio": 0, "policy": "drop"}}
            """), _none).Chains.ShouldHaveSingleItem().Devices).ShouldBe(expected);

    [Fact]
    public void Parse_ChainsThatCallEachOther_EndsAndTellsEachRuleOnce() =>
        NftablesJson.Parse(Ruleset(Chain("c"), Rule("c", 2, """{"jump": {"target": "d"}}"""), Rule("d", 3, """{"goto": {"target": "c"}}"""),
            Rule("d", 4, """{"drop": null}""")), _none).Chains.ShouldHaveSingleItem().Drops.ShouldBe([new NftablesRule("d", 4, "drop", null)]);

    [Fact]
    public void Parse_MoreThanCanBeTold_TellsHowManyAreLeftOut()
    {
        var rules = Enumerable.Range(2, 250).Select(handle => Rule("c", handle, """{"drop": null}"""));
        var found = NftablesJson.Parse(Ruleset([Chain("c"), .. rules, Chain("e"), Rule("e", 900, """{"drop": null}""")]), _none);

        (found.Chains.Select(c => c.Drops.Count).Sum(), found.LeftOut).ShouldBe((200, 51));
    }

    [Fact]
    public void Parse_MoreChainsThanCanBeTold_TellsHowManyRulesAreLeftOut()
    {
        var chains = Enumerable.Range(0, 70).SelectMany(n => new[] { Chain($"c{n}"), Rule($"c{n}", n, """{"drop": null}""") });
        var found = NftablesJson.Parse(Ruleset([.. chains]), _none);

        (found.Chains.Count, found.LeftOut).ShouldBe((64, 6));
    }

    [Fact]
    public void Parse_LongAndUglyRule_IsALineOf300Characters()
    {
        var text = NftablesJson.Parse(Ruleset(Chain("c"), Rule("c", 2, $$$"""{"new\nthing": {"a": "{{{new string('x', 500)}}}"}}, {"drop": null}""")), _none)
            .Chains.Single().Drops.Single().Text;

        text.Length.ShouldBe(300);
        text.ShouldStartWith("new thing {\"a\": \"xxx");
        text.ShouldEndWith("x…");
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"nftables": 5}""")]
    [InlineData("""{"nftables": [5]}""")]
    [InlineData("""{"nftables": [{"chain": {"hook": "forward"}}]}""")]
    [InlineData("""{"nftables": [{"rule": {"family": "ip", "table": "t", "chain": "c", "handle": 1}}]}""")]
    [InlineData("""{"nftables": [{"chain": {"family": "ip", "table": null, "name": "c", "hook": "forward", "prio": 0, "policy": "drop"}}]}""")]
    [InlineData("Error: syntax error, unexpected -")]
    public void Parse_SomethingElse_IsRefused(string text) => Should.Throw<FormatException>(() => NftablesJson.Parse(text, _none));

    [Fact]
    public void Parse_Truncated_IsRefused()
    {
        for (var length = 0; length < _recorded.TrimEnd().Length; length += 7)
            Should.Throw<FormatException>(() => NftablesJson.Parse(_recorded[..length], _none));
    }

    [Fact]
    public void Parse_AnyPartReplaced_IsReadOrRefused()
    {
        string[] strange = ["null", "5", "-1e300", "\"x\"", "[]", "[[],[]]", "{}", "{\"set\": {\"a\": []}}"];
        var places = Places(JsonNode.Parse(_recorded)!).Select(p => p.GetPath()).ToList();
        foreach (var (place, with) in places.Select((p, i) => (p, strange[i % strange.Length])))
        {
            var broken = JsonNode.Parse(_recorded)!;
            Places(broken).First(p => p.GetPath() == place).ReplaceWith(JsonNode.Parse(with));
            try
            {
                NftablesJson.Parse(broken.ToJsonString(), _none).Chains.SelectMany(c => c.Drops)
                    .ShouldAllBe(d => d.Text.Length <= 300 && d.Chain != null);
            }
            catch (FormatException)
            {
                // Refused.
            }
        }
        places.Count.ShouldBeGreaterThan(300);
    }

    // Whatever is in an object or a list, and not the root.
    private static IEnumerable<JsonNode> Places(JsonNode node)
    {
        IEnumerable<JsonNode?> inside = node switch
        {
            JsonObject o => o.Select(m => m.Value),
            JsonArray a => a,
            _ => [],
        };
        return inside.OfType<JsonNode>().SelectMany(n => Places(n).Prepend(n));
    }

    private static string Ruleset(params string[] objects) => $$$"""{"nftables": [{{{string.Join(", ", objects)}}}]}""";

    private static string Chain(string name) =>
        $$$"""{"chain": {"family": "inet", "table": "t", "name": "{{{name}}}", "handle": 1, "type": "filter", "hook": "forward", "prio": 0, "policy": "accept"}}""";

    private static string Rule(string chain, int handle, string statements) =>
        $$$"""{"rule": {"family": "inet", "table": "t", "chain": "{{{chain}}}", "handle": {{{handle}}}, "expr": [{{{statements}}}]}}""";
}
