using System.Net;
using System.Text.Json;
using Steth.Diagnosis.Readiness;
using Steth.Diagnosis.Readiness.Dns;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Tests.Readiness.Dns;

public class DnsJudgeTests
{
    private static readonly string[] _nodes = ["a", "b", "c"];

    private static readonly Dictionary<string, string[]> _configured = new()
    {
        ["a"] = ["10.0.0.1", "10.1.0.1"],
        ["b"] = ["10.0.0.2", "10.1.0.2"],
        ["c"] = ["10.0.0.3"],
    };

    private static IReadOnlyList<IPAddress> Addresses(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(IPAddress.Parse)];

    /// <summary>Every name resolves to its first address everywhere, but for what is said: <c>NODE NAME = ADDRESS…</c> or <c>! PROBLEM</c>.</summary>
    private static DnsReport Judge(params string[] but)
    {
        var changes = but.Select(b => b.Split(" = ")).ToDictionary(b => b[0], b => b[1]);
        return ReportOf(_nodes.Select(node => new NodeLookups(
            node,
            [.. _configured.Select(c => changes.GetValueOrDefault($"{node} {c.Key}", c.Value[0]) is var word && word.StartsWith("! ", StringComparison.Ordinal)
                ? new NameLookup(c.Key, [], word[2..], 1)
                : new NameLookup(c.Key, Addresses(word), null, 1))],
            null)));
    }

    private static DnsReport ReportOf(IEnumerable<NodeLookups> nodes, params UnreachableHost[] unreachable) => DnsJudge.Judge(new DnsEvidence
    {
        Names = [.. _configured.Select(c => new ConfiguredName(c.Key, [.. c.Value.Select(IPAddress.Parse)]))],
        Nodes = [.. nodes],
        Unreachable = unreachable,
        TookMs = 3,
    });

    private static string[] Told(DnsReport report) => [.. report.Findings.Select(f => $"{f.Id}: {f.Summary}")];

    [Fact]
    public void Judge_AllConfigured_Pass()
    {
        var report = Judge("a b = 10.0.0.2 2001:db8::2", "b b = 10.0.0.2 2001:db8::2", "c b = 10.0.0.2 2001:db8::2");
        report.Status.ShouldBe(CheckState.Pass);
        report.Findings.ShouldBeEmpty();
        report.Results.Count.ShouldBe(9);
        report.Cases[3].ShouldBe(new CheckCase("dns", "a on b", CheckState.Pass, null));
    }

    [Fact]
    public void Judge_OwnNameOnLoopback_IsOneFindingForAll()
    {
        var report = Judge("a a = 127.0.1.1", "c c = 127.0.1.1");
        Told(report).ShouldBe(["dns-loopback: the host's own name resolves to loopback (127.0.1.1) on a and c"]);
        report.Status.ShouldBe(CheckState.Fail);
        report.Findings[0].Nodes.ShouldBe(["a", "c"]);
        report.Results.Where(r => r.State != CheckState.Pass).Select(r => $"{r.Node} {r.Name}: {r.Reason}").ShouldBe(
            ["a a: resolves to loopback (127.0.1.1)", "c c: resolves to loopback (127.0.1.1)"]);
    }

    [Fact]
    public void Judge_LoopbackBesideARealAddress_IsAFaultToo() =>
        Told(Judge("b a = 127.0.0.1 10.0.0.1")).ShouldBe(["dns-loopback: a resolves to loopback (127.0.0.1) on b"]);

    [Fact]
    public void Judge_NameUnknownEverywhere_IsOneFinding() =>
        Told(Judge("a c = ! no source knows it", "b c = ! no source knows it", "c c = ! no source knows it"))
            .ShouldBe(["dns-unresolved: c resolves on no node: no source knows it"]);

    [Fact]
    public void Judge_DeadResolverAndAnUnknownName_AreTwoFindings() =>
        Told(Judge("b a = ! no answer within 5 s", "b b = ! no answer within 5 s", "b c = ! no answer within 5 s", "a c = ! no source knows it"))
            .ShouldBe(
            [
                "dns-unresolved: c does not resolve on a: no source knows it",
                "dns-unresolved: a, b and c do not resolve on b: no answer within 5 s",
            ]);

    [Fact]
    public void Judge_StaleRecord_NamesBothAddresses()
    {
        var report = Judge("a b = 10.0.0.99", "c b = 10.0.0.99");
        Told(report).ShouldBe(["dns-wrong-address: b resolves to 10.0.0.99 on a and c; the configuration has 10.0.0.2, 10.1.0.2"]);
        report.Findings[0].Evidence.ShouldBe(
        [
            "on a: b resolves to 10.0.0.99; the configuration has 10.0.0.2, 10.1.0.2",
            "on c: b resolves to 10.0.0.99; the configuration has 10.0.0.2, 10.1.0.2",
        ]);
    }

    [Fact]
    public void Judge_SecondStaleRecord_IsAFault() =>
        Told(Judge("a b = 10.0.0.2 10.0.0.99")).ShouldBe(
            ["dns-wrong-address: b resolves to 10.0.0.99 on a; the configuration has 10.0.0.2, 10.1.0.2"]);

    [Fact]
    public void Judge_OnlyAnotherFamily_IsAFault() =>
        Told(Judge("a b = 2001:db8::2")).ShouldBe(
            ["dns-wrong-address: b resolves to 2001:db8::2 on a; the configuration has 10.0.0.2, 10.1.0.2"]);

    [Fact]
    public void Judge_OneNodeSaysOtherwise_IsNamed()
    {
        var report = Judge("c b = 10.1.0.2");
        Told(report).ShouldBe(["dns-differs: b resolves to 10.1.0.2 on c, on the other nodes to 10.0.0.2"]);
        report.Results.Count(r => r.State == CheckState.Fail).ShouldBe(1);
    }

    [Fact]
    public void Judge_NoTwoNodesAgree_BlamesAll() =>
        Told(Judge("b a = 10.1.0.1", "c a = 10.0.0.1 10.1.0.1")).ShouldBe(
            ["dns-differs: a resolves differently: 10.0.0.1 on a; 10.1.0.1 on b; 10.0.0.1, 10.1.0.1 on c"]);

    [Fact]
    public void Judge_SilentAndRefusing_CostTheirOwnRows()
    {
        var healthy = Judge().Results.Where(r => r.Node == "a").Select(r => new NameLookup(r.Name!, r.Addresses, null, 1)).ToList();
        var report = ReportOf(
            [new NodeLookups("a", healthy, null), new NodeLookups("b", [], "gone"), new NodeLookups("c", [], "'getent' is not installed on this host.")],
            new UnreachableHost("b", "gone"));
        report.Status.ShouldBe(CheckState.Unknown);
        Told(report).ShouldBe(["dns-not-asked: c could not be asked to resolve names"]);
        report.Results.Select(r => $"{r.Node} {r.Name} {r.State}").ShouldBe(["a a Pass", "a b Pass", "a c Pass", "b  Unknown", "c  Unknown"]);
    }

    [Fact]
    public void Json_Report_HasTheCommonShape()
    {
        var json = JsonSerializer.SerializeToElement(Judge("a a = 127.0.1.1"), DnsJson.Default.DnsReport);
        json.EnumerateObject().Select(p => p.Name).ShouldBe(["schema", "check", "status", "results", "findings", "unreachable", "notes", "took_ms"]);
        json.GetProperty("results")[0].EnumerateObject().Select(p => p.Name).ShouldBe(
            ["node", "name", "addresses", "configured", "took_ms", "state", "reason"]);
        json.GetProperty("results")[0].GetProperty("addresses")[0].GetString().ShouldBe("127.0.1.1");
    }
}
