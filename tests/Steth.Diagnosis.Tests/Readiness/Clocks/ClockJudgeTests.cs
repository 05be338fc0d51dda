using System.Text.Json;
using Steth.Diagnosis.Readiness.Clocks;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Tests.Readiness.Clocks;

public class ClockJudgeTests
{
    private static ClockReading Clock(string node, double offsetMs, double rttMs = 1, bool? synchronized = true) =>
        new() { Node = node, OffsetMs = offsetMs, RttMs = rttMs, Synchronized = synchronized };

    private static ClockReport Judge(params ClockReading[] readings) => ClockJudge.Judge(new ClockEvidence
    {
        ThresholdMs = 50,
        Rounds = 8,
        Readings = readings,
        Unreachable = [.. readings.Where(r => r.Problem == "silent").Select(r => new UnreachableHost(r.Node, "silent"))],
        TookMs = 7,
    });

    private static string[] Told(ClockReport report) => [.. report.Findings.Select(f => $"{f.State} {f.Id}: {f.Summary}")];

    [Fact]
    public void Judge_AllAlike_Pass()
    {
        // The controller's own clock is an hour off: no node is to blame for that.
        var report = Judge(Clock("a", 3_600_000), Clock("b", 3_600_004), Clock("c", 3_600_012));
        report.Status.ShouldBe(CheckState.Pass);
        report.Results.Select(r => (r.Node, r.SkewMs, r.UncertaintyMs, r.State)).ShouldBe(
            [("a", -4, 1, CheckState.Pass), ("b", 0, 1, CheckState.Pass), ("c", 8, 1, CheckState.Pass)]);
        report.Findings.ShouldBeEmpty();
        report.Notes.ShouldBe(["The clock of this machine is 60.0 min behind the nodes'; it was no part of the comparison."]);
        report.Cases.Select(c => (c.Group, c.Name, c.State)).ShouldBe(
            [("clock", "a", CheckState.Pass), ("clock", "b", CheckState.Pass), ("clock", "c", CheckState.Pass)]);
    }

    [Fact]
    public void Judge_OneOff_IsNamedAlone()
    {
        var report = Judge(Clock("a", 1), Clock("b", 0), Clock("c", -90_000, synchronized: false), Clock("d", 2));
        report.Status.ShouldBe(CheckState.Fail);
        Told(report).ShouldBe(["Fail clock-skew: the clock of c is 90.0 s behind the other nodes'"]);
        report.Findings[0].Nodes.ShouldBe(["c"]);
        report.Findings[0].Evidence.ShouldBe(
            ["c: -90000.5 ms against the median, ±1.0 ms; its kernel says that no time source steers the clock"]);
        report.Results[2].Reason.ShouldBe("90.0 s behind the median");
    }

    [Fact]
    public void Judge_SeveralWrongAlike_AreOneFinding()
    {
        var hour = 3_600_000;
        var report = Judge(Clock("a", 0), Clock("b", hour), Clock("c", hour + 3), Clock("d", 1), Clock("e", -700), Clock("f", 0), Clock("g", 0));
        Told(report).ShouldBe(
        [
            "Fail clock-skew: the clock of e is 700 ms behind the other nodes'",
            "Fail clock-skew: the clocks of b and c are 60.0 min ahead of the other nodes'",
        ]);
    }

    [Fact]
    public void Judge_NoMajority_BlamesNobodyAlone()
    {
        Told(Judge(Clock("a", 0), Clock("b", 1000))).ShouldBe(
            ["Fail clock-skew: the clocks agree on no time: a is 500 ms behind the median and b is 500 ms ahead of the median"]);
    }

    [Theory]
    [InlineData(40, 10, CheckState.Pass)]
    [InlineData(40, 40, CheckState.Unknown)]
    [InlineData(45, 20, CheckState.Unknown)]
    [InlineData(60, 40, CheckState.Unknown)]
    [InlineData(60, 10, CheckState.Fail)]
    [InlineData(90_000, 400, CheckState.Fail)]
    public void Judge_Uncertainty_DecidesWhatCanBeSaid(double skew, double rtt, CheckState state)
    {
        var report = Judge(Clock("a", 0, 0), Clock("b", 0, 0), Clock("c", skew, rtt));
        report.Results[2].State.ShouldBe(state);
        report.Status.ShouldBe(state);
        report.Findings.Select(f => f.Id).ShouldBe(state switch
        {
            CheckState.Pass => [],
            CheckState.Fail => ["clock-skew"],
            _ => ["clock-uncertain"],
        });
    }

    [Fact]
    public void Judge_SilentAndRefusing_CostTheirOwnRows()
    {
        var report = Judge(
            Clock("a", 0), new ClockReading { Node = "b", Problem = "silent" }, new ClockReading { Node = "c", Problem = "b does not know agent.clock." }, Clock("d", 1));
        report.Status.ShouldBe(CheckState.Unknown);
        report.Results.Select(r => $"{r.Node} {r.State} {r.SkewMs}").ShouldBe(["a Pass -0.5", "b Unknown ", "c Unknown ", "d Pass 0.5"]);
        Told(report).ShouldBe(["Unknown clock-not-read: the clock of c could not be read"]);
        report.Unreachable.ShouldBe([new UnreachableHost("b", "silent")]);
    }

    [Fact]
    public void Judge_OneClock_IsNotCompared()
    {
        var report = Judge(Clock("a", 0));
        report.Status.ShouldBe(CheckState.Unknown);
        Told(report).ShouldBe(["Unknown clock-alone: there is no other clock to compare that of a with"]);
    }

    [Fact]
    public void Json_Report_HasTheCommonShapeAndNulls()
    {
        var json = JsonSerializer.SerializeToElement(Judge(Clock("a", 0), new ClockReading { Node = "b", Problem = "silent" }), ClockJson.Default.ClockReport);
        json.EnumerateObject().Select(p => p.Name).ShouldBe(
            ["schema", "check", "status", "threshold_ms", "results", "findings", "unreachable", "notes", "took_ms"]);
        json.GetProperty("status").GetString().ShouldBe("unknown");
        json.GetProperty("results")[1].EnumerateObject().Select(p => $"{p.Name}={p.Value}").ShouldBe(
            ["node=b", "skew_ms=", "uncertainty_ms=", "rtt_ms=", "synchronized=", "state=UNKNOWN", "reason=silent"]);
    }
}
