using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Steth.Diagnosis.Readiness.Mesh;
using Steth.Diagnosis.Readiness.Pairs;
using Steth.Diagnosis.Verdicts;
using Steth.Diagnosis.Tests.Readiness.Pairs;

namespace Steth.Diagnosis.Tests.Readiness.Mesh;

public sealed class MeshJudgeTests
{
    private static readonly MeshThresholds _standard = new();

    private static MeshReport Judge(MeshEvidence evidence) => MeshJudge.Judge(evidence, _standard);

    [Fact]
    public void Judge_Healthy_PassesWithoutAWord()
    {
        var report = Judge(MeshRuns.Healthy("a", "b", "c"));

        report.Status.ShouldBe(CheckState.Pass);
        report.Results.Count.ShouldBe(6);
        report.Results.ShouldAllBe(r => r.State == CheckState.Pass && r.LossPercent == 0 && r.LostThere == 0 && r.LostBack == 0 && r.Reason == null);
        report.Findings.ShouldBeEmpty();
        report.Notes.ShouldBeEmpty();
        report.Cases.Count.ShouldBe(6);
    }

    [Fact]
    public void Judge_NoPairs_IsUnknownAndSaysWhy()
    {
        var report = Judge(MeshRuns.Healthy("a"));

        report.Status.ShouldBe(CheckState.Unknown);
        report.Notes.ShouldHaveSingleItem().ShouldBe("No two of the nodes are on one network: there is nothing to probe.");
    }

    [Theory]
    [InlineData(10, "mesh-loss", "net: 20% of what c sends is lost on the way to a, b", "c>a c>b")]
    [InlineData(10, "mesh-loss", "net: 20% of what a, b send is lost on the way to c", "a>c b>c")]
    [InlineData(10, "mesh-loss", "net: 22.2% is lost between c and a, b, both ways", "a>c b>c c>a c>b")]
    [InlineData(10, "mesh-loss", "net: 22.2% is lost between any two of a, b, c", "a>b a>c b>a b>c c>a c>b")]
    [InlineData(10, "mesh-loss", "net: 20% of what a sends is lost on the way to b", "a>b")]
    [InlineData(50, "mesh-cut-off", "net: c is cut off: nothing passes between it and a, b", "a>c b>c c>a c>b")]
    [InlineData(50, "mesh-cut-off", "net: nothing that a sends arrives at b", "a>b")]
    [InlineData(50, "mesh-cut-off", "net: nothing that c sends arrives at a, b", "c>a c>b")]
    public void Judge_LossOnSomeWays_IsOneFindingThatNamesThem(int of50, string id, string summary, string ways)
    {
        var lost = PairFoldingTests.Pairs(ways);

        var report = Judge(MeshRuns.Healthy("a", "b", "c").Losing(of50, lost.Contains));

        report.Status.ShouldBe(CheckState.Fail);
        var finding = report.Findings.ShouldHaveSingleItem();
        (finding.Id, finding.State, finding.Summary, finding.Network).ShouldBe((id, CheckState.Fail, summary, "net"));
        finding.Remedy.ShouldNotBeNull();
    }

    [Fact]
    public void Judge_TwoNetworks_BlamesTheBrokenOneOnly()
    {
        var net = MeshRuns.Healthy("a", "b", "c").Losing(10, w => w.From == "c");
        var report = Judge(net with
        {
            Pairs = [.. net.Pairs, .. MeshRuns.Healthy("a", "b", "c").Pairs.Select(p => p with { Network = "mgmt" })],
        });

        report.Findings.ShouldHaveSingleItem().Network.ShouldBe("net");
        report.Results.Where(r => r.Network == "mgmt").ShouldAllBe(r => r.State == CheckState.Pass);
    }

    [Fact]
    public void Judge_Ipv6Broken_SaysSo() =>
        Judge(MeshRuns.Healthy("a", "b").Where(_ => true, p => p with { IpVersion = 6 }).Losing(50, _ => true))
            .Findings.ShouldHaveSingleItem().Summary.ShouldBe("net (IPv6): nothing passes between a and b, either way");

    [Fact]
    public void Judge_SilentNode_IsUnknownAndNotBlamed()
    {
        var report = Judge(MeshRuns.Healthy("a", "b", "c").Where(
            p => p.From == "c" || p.To == "c", p => p with { Problem = new PairProblem("c", "No agent listens.", Silent: true), Sent = 0 })
            with
        { Unreachable = [new UnreachableHost("c", "No agent listens.")] });

        report.Status.ShouldBe(CheckState.Unknown);
        report.Findings.ShouldBeEmpty();
        report.Results.Count(r => r.State == CheckState.Unknown).ShouldBe(4);
        report.Results.Count(r => r.State == CheckState.Pass).ShouldBe(2);
    }

    [Fact]
    public void Judge_AddressMissing_IsOneFindingThatIsUnknown()
    {
        var problem = new PairProblem("c", "This host has no address 192.0.2.3.", Silent: false);

        var report = Judge(MeshRuns.Healthy("a", "b", "c").Where(p => p.To == "c", p => p with { Problem = problem, Sent = 0 }));

        var finding = report.Findings.ShouldHaveSingleItem();
        (finding.Id, finding.State).ShouldBe(("mesh-not-measured", CheckState.Unknown));
        finding.Summary.ShouldBe("net: c could not take part: This host has no address 192.0.2.3.");
    }

    [Fact]
    public void Judge_AllLostAndListenerNotProven_IsUnknown()
    {
        var report = Judge(MeshRuns.Healthy("a", "b", "c").Losing(50, w => w.To == "c").Where(p => p.To == "c", p => p with { Proven = false }));

        report.Results.Single(r => r is { From: "a", To: "c" }).State.ShouldBe(CheckState.Unknown);
        // What c probed itself, and was answered, still shows the way to it broken.
        report.Results.Single(r => r is { From: "c", To: "a" }).State.ShouldBe(CheckState.Fail);
        report.Findings.Select(f => f.Id).ShouldBe(["mesh-cut-off", "mesh-not-proven"]);
    }

    [Fact]
    public void Judge_ReceiverDidNotTell_LossIsUnknownAndAnswersStillPass()
    {
        var report = Judge(MeshRuns.Healthy("a", "b").Where(p => p.To == "b", p => p with { Reflected = null, Answered = null, Received = 40 }));

        report.Results.Single(r => r.To == "b").State.ShouldBe(CheckState.Unknown);
        report.Results.Single(r => r.To == "a").State.ShouldBe(CheckState.Pass);
        report.Findings.ShouldHaveSingleItem().Id.ShouldBe("mesh-not-proven");
        Judge(MeshRuns.Healthy("a", "b").Where(_ => true, p => p with { Reflected = null, Answered = null })).Status.ShouldBe(CheckState.Pass);
    }

    [Fact]
    public void Judge_LossByTheNodesThemselves_IsUnknown()
    {
        var report = Judge(MeshRuns.Healthy("a", "b").Losing(10, w => w.To == "b").Where(p => p.To == "b", p => p with { OwnLosses = 12 }));

        report.Results.Single(r => r.To == "b").State.ShouldBe(CheckState.Unknown);
        report.Findings.Select(f => f.Id).ShouldContain("mesh-overload");
    }

    [Fact]
    public void Judge_LossWhileTheNeighbourTableWasFull_IsUnknownAndSaysWhatToRaise()
    {
        var report = Judge(MeshRuns.Healthy("a", "b", "c").Losing(10, w => w.From == "b").Where(p => p.From == "b" || p.To == "b", p => p with { Crowded = ["b"] }));

        report.Status.ShouldBe(CheckState.Unknown);
        report.Results.Where(r => r.State == CheckState.Pass).Select(r => $"{r.From} {r.To}").ShouldBe(["a c", "c a"]);
        var finding = report.Findings.ShouldHaveSingleItem();
        (finding.Id, finding.State).ShouldBe(("mesh-neighbours-full", CheckState.Unknown));
        finding.Nodes.ShouldBe(["b"]);
        finding.Summary.ShouldBe("net: the neighbour table of b was full, and what was lost may be lost there");
        finding.Remedy.ShouldNotBeNull().ShouldContain("gc_thresh");
    }

    [Fact]
    public void Judge_NeighbourTableFullWithoutLoss_Passes() =>
        Judge(MeshRuns.Healthy("a", "b").Where(_ => true, p => p with { Crowded = ["b"] })).Status.ShouldBe(CheckState.Pass);

    [Fact]
    public void Judge_NothingCouldBeSent_FailsAndNamesTheSender()
    {
        var report = Judge(MeshRuns.Healthy("a", "b", "c").Where(
            p => p.From == "c", p => p with { Sent = 0, Received = 0, Reflected = 0, Answered = 0, Refusal = "this host has no route to it" }));

        report.Status.ShouldBe(CheckState.Fail);
        var finding = report.Findings.ShouldHaveSingleItem();
        (finding.Id, finding.Summary).ShouldBe(("mesh-not-sent", "net: c cannot send to a, b: this host has no route to it"));
        finding.Nodes.ShouldBe(["c"]);
    }

    [Fact]
    public void Judge_OneNodeSlow_IsOneFinding()
    {
        var report = Judge(MeshRuns.Healthy("a", "b", "c", "d").Where(p => p.From == "d" || p.To == "d", p => p with { RttP99Ms = 40 }));

        var finding = report.Findings.ShouldHaveSingleItem();
        (finding.Id, finding.Summary).ShouldBe(("mesh-slow", "net: round trips take too long between d and a, b, c"));
        report.Results.Single(r => r is { From: "a", To: "d" }).Reason.ShouldBe("99% of round trips take 40 ms; allowed are 10");
    }

    [Fact]
    public void Judge_OneNodeFarFromTheMedian_IsAnOutlier()
    {
        var report = Judge(MeshRuns.Healthy("a", "b", "c", "d").Where(
            p => p.From == "d" || p.To == "d", p => p with { RttP50Ms = 3, RttP99Ms = 3.5 }));

        report.Findings.ShouldHaveSingleItem().Summary
            .ShouldBe("net: round trips take longer than elsewhere on this network between d and a, b, c");
        // Three times as long is no outlier, and a tenth of a millisecond more is none either.
        Judge(MeshRuns.Healthy("a", "b", "c", "d").Where(p => p.From == "d", p => p with { RttP50Ms = 0.6 })).Status.ShouldBe(CheckState.Pass);
    }

    [Fact]
    public void Judge_Jitter_IsItsOwnFinding() =>
        Judge(MeshRuns.Healthy("a", "b", "c").Where(p => p is { From: "a", To: "b" }, p => p with { JitterMs = 7 }))
            .Findings.ShouldHaveSingleItem().Summary.ShouldBe("net: round trips are unsteady from a to b");

    [Fact]
    public void Judge_ManyPairsWithoutANodeInCommon_AreOneFinding()
    {
        string[] nodes = [.. Enumerable.Range(0, 20).Select(i => $"n{i:00}")];
        var pairs = nodes.Chunk(2).Select(c => new DirectedPair(c[0], c[1])).ToHashSet();

        var finding = Judge(MeshRuns.Healthy(nodes).Losing(10, w => pairs.Contains(w) || pairs.Contains(w.Reversed))).Findings.ShouldHaveSingleItem();

        finding.Summary.ShouldBe("net: packets are lost between 10 pairs of nodes that have no node in common");
        finding.Nodes.Count.ShouldBe(20);
    }

    [Fact]
    public void Judge_BusyProbers_AreANote() =>
        Judge(MeshRuns.Healthy("a", "b") with { SelfDelayP99Ms = new Dictionary<string, double> { ["a"] = 3.21, ["b"] = 0.2 } })
            .Notes.ShouldHaveSingleItem().ShouldBe(
                "Busy nodes: the probers of a took up to 3.2 ms (99%) themselves. It is subtracted, as the kernel stamps packets.");

    [Fact]
    public void Doubtful_PairsThatLostAnythingOrFail_AndNoOthers()
    {
        var evidence = MeshRuns.Healthy("a", "b", "c").Where(p => p is { From: "a", To: "b" }, p => p with { Received = 49 })
            .Where(p => p is { From: "b", To: "c" }, p => p with { RttP99Ms = 20 })
            .Where(p => p.From == "c", p => p with { Problem = new PairProblem("c", "gone", Silent: true) });

        MeshJudge.Doubtful(evidence, _standard).Select(p => p.From + p.To).ShouldBe(["ab", "bc"]);
    }

    [Fact]
    public void Report_Json_HasTheKeysOfARowInOrder()
    {
        var report = Judge(MeshRuns.Healthy("a", "b"));

        using var document = JsonDocument.Parse(JsonSerializer.Serialize(report, report.JsonType));

        document.RootElement.EnumerateObject().Select(p => p.Name)
            .ShouldBe(["schema", "check", "status", "results", "findings", "unreachable", "notes", "took_ms"]);
        document.RootElement.GetProperty("results")[0].EnumerateObject().Select(p => p.Name).ShouldBe(
        [
            "from", "to", "network", "ip_version", "sent", "received", "loss_percent", "rtt_p50_ms", "rtt_p99_ms", "jitter_ms", "state",
            "lost_there", "lost_back", "rtt_min_ms", "rtt_max_ms", "reordered", "duplicates", "reason",
        ]);
        document.RootElement.GetProperty("results")[0].GetProperty("state").GetString().ShouldBe("PASS");
    }

    /// <summary>Whatever is lost where: a failed row has a finding that names its network, and a finding a failed row.</summary>
    [Fact]
    public void Judge_WhateverIsLost_FindingsAndRowsAgree() => Prop.ForAll(
        (from nodes in Gen.Choose(2, 6) from seed in Gen.Choose(0, int.MaxValue - 1) select (nodes, seed)).ToArbitrary(), drawn =>
        {
            var random = new Random(drawn.seed);
            var ways = PairFoldingTests.All([.. Enumerable.Range(0, drawn.nodes).Select(i => $"n{i}")]).Where(_ => random.Next(3) == 0).ToHashSet();
            var report = Judge(MeshRuns.Healthy([.. Enumerable.Range(0, drawn.nodes).Select(i => $"n{i}")]).Losing(25, ways.Contains));
            return (report.Status == CheckState.Fail) == (report.Findings.Count > 0) && (ways.Count > 0) == (report.Status == CheckState.Fail);
        }).Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(300));
}
