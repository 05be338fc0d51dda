using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Steth.Diagnosis.Readiness;
using Steth.Diagnosis.Readiness.Planning;
using Steth.Diagnosis.Readiness.Together;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Tests.Readiness.Together;

public class AllJudgeTests
{
    [Fact]
    public void Judge_AllPassed_Passes()
    {
        var report = Judge(Part("plan"), Part("mesh"));

        report.Status.ShouldBe(CheckState.Pass);
        report.Findings.ShouldBeEmpty();
        report.Results.Select(row => (row.Check, row.State)).ShouldBe([("plan", CheckState.Pass), ("mesh", CheckState.Pass)]);
        report.Cases.Select(c => (c.Name, c.State)).ShouldBe([("plan", CheckState.Pass), ("mesh", CheckState.Pass)]);
    }

    [Theory]
    [InlineData("mesh-cut-off", "mtu-nothing-passes")]
    [InlineData("mesh-loss", "bandwidth-low")]
    [InlineData("vlan-node-isolated", "mesh-cut-off")]
    [InlineData("mtu-path-too-small", "bandwidth-no-connection")]
    [InlineData("address-on-other-node", "address-duplicate")]
    public void Judge_WhatFollows_IsBlamedOnce(string early, string late)
    {
        var report = Judge(
            Part("first", Finding(early, CheckState.Fail, "net", "b")),
            Part("second", Finding(late, CheckState.Fail, "net", "a", "b")));

        report.Findings.Select(finding => finding.Id).ShouldBe([early]);
        report.Results[1].ShouldSatisfyAllConditions(
            row => row.State.ShouldBe(CheckState.Fail),
            row => row.Broken.ShouldBe(0),
            row => row.Consequences.ShouldBe(1));
        report.Notes.ShouldBe([$"second: what {late} is about ({late}). It may follow from {early}: 'steth check second' again when that is put right."]);
        report.Reports[1].Findings.Count.ShouldBe(1, "the check's own report keeps it");
    }

    [Theory]
    [InlineData("mesh-loss", "net", "bandwidth-low", "storage", "b", "another network")]
    [InlineData("mesh-loss", "net", "bandwidth-low", "net", "c", "another node")]
    [InlineData("mesh-loss", "net", "clock-skew", null, "b", "another kind")]
    [InlineData("bandwidth-low", "net", "mesh-loss", "net", "b", "the wrong order")]
    public void Judge_WhatDoesNotFollow_IsBlamed(string early, string? earlyNetwork, string late, string? lateNetwork, string node, string why)
    {
        var report = Judge(
            Part("first", Finding(early, CheckState.Fail, earlyNetwork, "b")), Part("second", Finding(late, CheckState.Fail, lateNetwork, node)));

        report.Findings.Select(finding => finding.Id).ShouldBe([early, late], why);
        report.Results.Sum(row => row.Consequences).ShouldBe(0);
    }

    [Fact]
    public void Judge_ManyNodesOfWhichOneIsExplained_AreBlamed() =>
        Judge(
            Part("mesh", Finding("mesh-loss", CheckState.Fail, "net", "b")),
            Part("bandwidth", Finding("bandwidth-low", CheckState.Fail, "net", "a", "b", "c"))).Findings.Count.ShouldBe(2);

    [Fact]
    public void Judge_FindingOfTheVlanCheck_IsOfTheNetworkItRanOn()
    {
        AllReport With(string network) => Judge(
            Part("vlan", Finding("vlan-node-isolated", CheckState.Fail, null, "b")) with { Network = "net" },
            Part("mesh", Finding("mesh-cut-off", CheckState.Fail, network, "b")));

        With("net").Findings.Select(finding => finding.Id).ShouldBe(["vlan-node-isolated"]);
        With("storage").Findings.Select(finding => finding.Id).ShouldBe(["vlan-node-isolated", "mesh-cut-off"]);
    }

    [Fact]
    public void Judge_Findings_BrokenFirstThenInTheChecksOrder() =>
        Judge(
            Part("a", Finding("x-unknown", CheckState.Unknown, null)),
            Part("b", Finding("y-broken", CheckState.Fail, null)),
            Part("c", Finding("z-broken", CheckState.Fail, null))).Findings.Select(f => f.Id).ShouldBe(["y-broken", "z-broken", "x-unknown"]);

    [Fact]
    public void Judge_NotRun_IsUnknownUnlessUnwanted()
    {
        var report = Judge(Part("plan"), new AllPart("mesh", null, "it takes two nodes that answer"));

        report.Status.ShouldBe(CheckState.Unknown);
        report.Results[1].Reason.ShouldBe("it takes two nodes that answer");

        Judge(Part("plan"), new AllPart("mesh", null, "left out, as asked") { IsUnwanted = true }).ShouldSatisfyAllConditions(
            r => r.Status.ShouldBe(CheckState.Pass),
            r => r.Results[1].State.ShouldBeNull(),
            r => r.Cases.Count.ShouldBe(1));
    }

    [Fact]
    public void Judge_SilentNode_IsListedOnce()
    {
        var silent = new UnreachableHost("b", "No agent listens.");

        Judge(Part("plan") with { Report = Sample("plan", [], silent) }, Part("clock") with { Report = Sample("clock", [], silent) })
            .Unreachable.ShouldBe([silent]);
    }

    [Fact]
    public void Json_HoldsEachReportInItsOwnShape()
    {
        var plan = new PlanReport { Check = "plan", Status = CheckState.Pass, Results = [], Findings = [], Unreachable = [] };
        var report = Judge(new AllPart("plan", plan, null), new AllPart("vlan", null, "why"));

        using var json = JsonDocument.Parse(JsonSerializer.Serialize(report, report.JsonType));

        json.RootElement.EnumerateObject().Select(m => m.Name).ShouldBe(
            ["schema", "check", "status", "results", "findings", "unreachable", "notes", "took_ms", "reports"]);
        json.RootElement.GetProperty("results")[1].GetRawText().ShouldBe(
            """{"check":"vlan","state":"UNKNOWN","broken":0,"not_measured":0,"consequences":0,"reason":"why","took_ms":0}""");
        json.RootElement.GetProperty("reports")[0].GetProperty("check").GetString().ShouldBe("plan");
    }

    private static AllReport Judge(params AllPart[] parts) => AllJudge.Judge(new AllEvidence { Parts = parts });

    private static AllPart Part(string check, params CheckFinding[] findings) => new(check, Sample(check, findings), null);

    private static SampleReport Sample(string check, CheckFinding[] findings, params UnreachableHost[] silent) => new()
    {
        Check = check,
        Status = findings.Length == 0 ? CheckState.Pass : CheckReport.StatusOf(findings.Select(f => f.State)),
        Findings = findings,
        Unreachable = silent,
    };

    private static CheckFinding Finding(string id, CheckState state, string? network, params string[] nodes) => new()
    {
        Id = id,
        State = state,
        Summary = $"what {id} is about",
        Nodes = nodes,
        Network = network,
        Evidence = [],
    };

    private sealed record SampleReport : CheckReport
    {
        public override IReadOnlyList<CheckCase> Cases => [];

        public override JsonTypeInfo JsonType => PlanReportJson.Default.PlanReport;
    }
}
