using System.Text.Json;
using Steth.Diagnosis.Readiness;
using Steth.Diagnosis.Readiness.Bandwidth;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Tests.Readiness.Bandwidth;

public class BandwidthJudgeTests
{
    private const double G = 1e9;

    private static readonly BandwidthThreshold EightG = BandwidthThreshold.Parse("8G");

    private static string[] Nodes(int count) => [.. Enumerable.Range(1, count).Select(i => $"n{i}")];

    /// <summary>Runs between all nodes at 9.4 Gbit/s, but for those a test changes.</summary>
    private static BandwidthEvidence All(int count, Func<BandwidthRun, BandwidthRun> change, BandwidthThreshold? least = null) => new()
    {
        Least = least,
        Unreachable = [],
        Runs = [.. from one in Nodes(count) from other in Nodes(count) where one != other select change(Run(one, other, 9.4 * G))],
    };

    private static BandwidthRun Run(string from, string to, double rate) => new()
    {
        From = from,
        To = to,
        Network = "net",
        Measurement = new BandwidthMeasurement { BitsPerSecond = rate, Retransmits = 3, SenderCpuPercent = 40, ReceiverCpuPercent = 55 },
    };

    private static BandwidthRun At(BandwidthRun run, double rate) => run with { Measurement = run.Measurement! with { BitsPerSecond = rate } };

    private static BandwidthRun Failed(BandwidthRun run, BandwidthProblemKind kind, string node, string reason) =>
        run with { Measurement = null, Problem = new BandwidthProblem(node, kind, reason) };

    private static BandwidthReport Judge(BandwidthEvidence evidence) => BandwidthJudge.Judge(evidence);

    [Theory]
    [InlineData("8G")]
    [InlineData(null)]
    public void Judge_AllFast_PassesWithoutAFinding(string? least)
    {
        var report = Judge(All(4, run => run, least is null ? null : BandwidthThreshold.Parse(least)));

        (report.Check, report.Status, report.Results.Count).ShouldBe(("bandwidth", CheckState.Pass, 12));
        report.Results.ShouldAllBe(row => row.State == CheckState.Pass && row.Reason == null);
        report.Findings.ShouldBeEmpty();
        report.Notes.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("both", "net: n3 is slow both ways, with n1, n2, n4: 100 Mbit/s")]
    [InlineData("sends", "net: n3 is slow when it sends, to n1, n2, n4: 100 Mbit/s")]
    [InlineData("receives", "net: n3 is slow when it receives, from n1, n2, n4: 100 Mbit/s")]
    public void Judge_OneNodeSlow_IsOneFindingWithItsDirection(string direction, string summary)
    {
        var report = Judge(All(4, run =>
            run.From == "n3" && direction != "receives" || run.To == "n3" && direction != "sends" ? At(run, 1e8) : run, EightG));

        var finding = report.Findings.ShouldHaveSingleItem();
        (finding.Id, finding.State, finding.Summary, finding.Network).ShouldBe(("bandwidth-low", CheckState.Fail, summary, "net"));
        finding.Nodes.ShouldBe(["n3"]);
        finding.Evidence[^1].ShouldBe($"needed: 8 Gbit/s; the {(direction == "both" ? 6 : 9)} good runs had 9.4 Gbit/s");
        finding.Evidence.ShouldContain(direction == "receives"
            ? "n1 to n3: 100 Mbit/s, 3 retransmits, CPU 40% and 55%" : "n3 to n1: 100 Mbit/s, 3 retransmits, CPU 40% and 55%");
        finding.Remedy!.ShouldContain("the NIC of n3");
        report.Status.ShouldBe(CheckState.Fail);
        report.Results.Count(row => row.State == CheckState.Fail).ShouldBe(direction == "both" ? 6 : 3);
    }

    [Fact]
    public void Judge_OneDirectionOfAPairSlow_NamesTheWay()
    {
        var finding = Judge(All(4, run => run is { From: "n1", To: "n4" } ? At(run, 2 * G) : run, EightG)).Findings.ShouldHaveSingleItem();

        (finding.Id, finding.Summary).ShouldBe(("bandwidth-low", "net: n1 is slow when it sends to n4: 2 Gbit/s"));
        finding.Nodes.ShouldBe(["n1", "n4"]);
    }

    [Fact]
    public void Judge_TwoPartsWithASlowLinkBetween_AreOneFinding()
    {
        static bool IsLeft(string node) => node is "n1" or "n2" or "n3";

        Judge(All(6, run => IsLeft(run.From) != IsLeft(run.To) ? At(run, 1 * G) : run, EightG)).Findings.ShouldHaveSingleItem()
            .Summary.ShouldBe("net: runs between these parts are slow, and those within are not: {n1, n2, n3} | {n4, n5, n6}: 1 Gbit/s");
    }

    [Fact]
    public void Judge_AllSlow_IsOneFinding() =>
        Judge(All(4, run => At(run, run.From == "n1" ? 7 * G : 6 * G), EightG)).Findings.ShouldHaveSingleItem()
            .Summary.ShouldBe("net: every run between n1, n2, n3, n4 is slow: 6 Gbit/s to 7 Gbit/s");

    [Fact]
    public void Judge_WithoutAThreshold_LessThanHalfTheMedianIsAnOutlier()
    {
        var report = Judge(All(4, run => run.To == "n2" ? At(run, run.From == "n1" ? 4.8 * G : 4.6 * G) : run));

        report.Results.Where(row => row.State == CheckState.Fail).Select(row => $"{row.From} {row.To}: {row.Reason}").ShouldBe(
            ["n3 n2: 4.6 Gbit/s; 9.4 Gbit/s is usual here", "n4 n2: 4.6 Gbit/s; 9.4 Gbit/s is usual here"]);
        report.Findings.Select(finding => finding.Id).ShouldBe(["bandwidth-outlier", "bandwidth-outlier"]);
        report.Results.ShouldAllBe(row => row.NeededBitsPerSecond == null);
    }

    [Fact]
    public void Judge_TwoRunsWithoutAThreshold_AreNotComparedWithEachOther() =>
        Judge(All(2, run => run.From == "n1" ? At(run, 1e6) : run)).Status.ShouldBe(CheckState.Pass);

    [Fact]
    public void Judge_ShareOfTheLink_TakesTheSlowerLink()
    {
        var evidence = All(3, run => run.From == "n3" || run.To == "n3" ? At(run, 0.94 * G) : run, BandwidthThreshold.Parse("80%")) with
        {
            Nics = new Dictionary<(string, string), NicSpeed>
            {
                [("n1", "net")] = new("eth1", 10 * G),
                [("n2", "net")] = new("eth1", 10 * G),
                [("n3", "net")] = new("eth1", 1 * G),
            },
        };

        var report = Judge(evidence);

        report.Status.ShouldBe(CheckState.Pass);
        report.Results.Select(row => $"{row.From} {row.To} {row.LinkBitsPerSecond / G} {row.NeededBitsPerSecond / G}").ShouldBe(
            ["n1 n2 10 8", "n1 n3 1 0.8", "n2 n1 10 8", "n2 n3 1 0.8", "n3 n1 1 0.8", "n3 n2 1 0.8"]);
    }

    [Fact]
    public void Judge_ShareOfALinkWhoseSpeedIsNotKnown_IsUnknownAndSaysSo()
    {
        var report = Judge(All(3, run => run, BandwidthThreshold.Parse("80%")) with
        {
            Nics = new Dictionary<(string, string), NicSpeed> { [("n1", "net")] = new("eth1", 10 * G), [("n2", "net")] = new("eth1", null) },
        });

        report.Status.ShouldBe(CheckState.Unknown);
        report.Results.ShouldAllBe(row => row.State == CheckState.Unknown && row.BitsPerSecond == 9.4 * G);
        report.Results[0].Reason.ShouldBe("9.4 Gbit/s; 80% of the link are needed, whose speed is not known");
        var finding = report.Findings.ShouldHaveSingleItem();
        (finding.Id, finding.State).ShouldBe(("bandwidth-link-unknown", CheckState.Unknown));
        finding.Summary.ShouldBe("net: the link speed of n2, n3 is not known, so whether runs reach 80% of it is not, either");
        finding.Evidence.ShouldBe(["n2: eth1 has no link speed, or its driver tells none", "n3: which NIC leads to net is not known"]);
    }

    [Fact]
    public void Judge_ShortBecauseOfACpu_IsUnknownAndNoFault()
    {
        var report = Judge(All(3, run => run.From == "n2"
            ? run with { Measurement = run.Measurement! with { BitsPerSecond = 6 * G, SenderCpuPercent = 99.4 } } : run, EightG));

        report.Status.ShouldBe(CheckState.Unknown);
        report.Results.Single(row => row is { From: "n2", To: "n3" }).Reason
            .ShouldBe("6 Gbit/s, with a CPU of n2 used up; 8 Gbit/s needed");
        var finding = report.Findings.ShouldHaveSingleItem();
        (finding.Id, finding.State).ShouldBe(("bandwidth-cpu-bound", CheckState.Unknown));
        finding.Nodes.ShouldBe(["n2"]);
    }

    [Fact]
    public void Judge_FastEnoughWithABusyCpu_PassesWithANote()
    {
        var report = Judge(All(3, run => run with { Measurement = run.Measurement! with { ReceiverCpuPercent = 97 } }, EightG));

        report.Status.ShouldBe(CheckState.Pass);
        report.Notes.ShouldHaveSingleItem().ShouldStartWith("In 6 of 6 runs iperf used up a CPU of n1, n2, n3: they show what the CPU can do");
    }

    [Theory]
    [InlineData(4, 95, true)] // one thread for all streams
    [InlineData(4, 200, false)] // a thread a stream, and none of them full
    [InlineData(4, 370, true)]
    [InlineData(1, 89, false)]
    public void Judge_StreamsOnSeveralCpus_AreBusyWhenEachIs(int streams, double percent, bool isBusy)
    {
        var evidence = All(3, run => run with { Measurement = run.Measurement! with { SenderCpuPercent = percent } }) with { Streams = streams };

        Judge(evidence).Notes.Count.ShouldBe(isBusy ? 1 : 0);
    }

    [Fact]
    public void Judge_NothingGetsThroughToANode_IsOneFindingOfItsOwn()
    {
        var report = Judge(All(4, run => run.To == "n4"
            ? Failed(run, BandwidthProblemKind.NoConnection, run.From, "iperf3 to 10.0.0.4 port 5001 failed: No route to host.") : run, EightG));

        var finding = report.Findings.ShouldHaveSingleItem();
        (finding.Id, finding.State, finding.Summary).ShouldBe(
            ("bandwidth-no-connection", CheckState.Fail, "net: n4 gets nothing from n1, n2, n3"));
        finding.Evidence[0].ShouldBe("n1 to n4: iperf3 to 10.0.0.4 port 5001 failed: No route to host.");
        report.Results.Single(row => row is { From: "n1", To: "n4" }).BitsPerSecond.ShouldBeNull();
    }

    [Fact]
    public void Judge_NothingArrived_IsNoConnection() =>
        Judge(All(2, run => run.From == "n2" ? At(run, 0) : run)).Findings.ShouldHaveSingleItem().Evidence
            .ShouldBe(["n2 to n1: 0 bit/s, 3 retransmits, CPU 40% and 55%"]);

    [Fact]
    public void Judge_ASilentNode_CostsItsOwnRowsAndIsNoFinding()
    {
        var report = Judge(All(3, run => run.From == "n3" || run.To == "n3"
            ? Failed(run, BandwidthProblemKind.Silent, "n3", "10.0.0.3 is dead.") : run, EightG) with
        {
            Unreachable = [new UnreachableHost("n3", "10.0.0.3 is dead.")],
        });

        report.Status.ShouldBe(CheckState.Unknown);
        report.Findings.ShouldBeEmpty();
        report.Results.Select(row => row.State).ShouldBe(
            [CheckState.Pass, CheckState.Unknown, CheckState.Pass, CheckState.Unknown, CheckState.Unknown, CheckState.Unknown]);
    }

    [Fact]
    public void Judge_ANodeWithoutIperf_IsNamedOnce()
    {
        var report = Judge(All(4, run => run.From == "n1" || run.To == "n1"
            ? Failed(run, BandwidthProblemKind.NotRun, "n1", "Neither iperf3 nor iperf is installed on this host.") : run, EightG));

        var finding = report.Findings.ShouldHaveSingleItem();
        (finding.Id, finding.State).ShouldBe(("bandwidth-not-measured", CheckState.Unknown));
        finding.Summary.ShouldBe("net: n1 could not take part: Neither iperf3 nor iperf is installed on this host.");
    }

    [Fact]
    public void Judge_UdpWithoutAThreshold_NeedsMostOfWhatWasSent()
    {
        var evidence = All(3, run => At(run, run.From == "n1" ? 94e6 : 96e6)) with { IsUdp = true, SendBitsPerSecond = 1e8 };

        Judge(evidence).Results.Select(row => (row.Protocol, row.NeededBitsPerSecond, row.State)).Distinct().ShouldBe(
            [("UDP", 95e6, CheckState.Fail), ("UDP", 95e6, CheckState.Pass)]);
    }

    [Fact]
    public void Judge_NothingToMeasure_IsUnknownAndSaysWhy()
    {
        var report = Judge(new BandwidthEvidence { Runs = [], Unreachable = [], Lonely = ["storage"] });

        report.Status.ShouldBe(CheckState.Unknown);
        report.Notes.ShouldBe(["Nothing was measured on storage: fewer than two of the nodes are on it."]);
    }

    [Fact]
    public void Report_AsJson_HasTheKeysOfCheckIperfWithFromAndTo()
    {
        using var json = JsonDocument.Parse(JsonSerializer.Serialize(Judge(All(2, run => run)), BandwidthReportJson.Default.BandwidthReport));

        json.RootElement.EnumerateObject().Select(member => member.Name).ShouldBe(
            ["schema", "check", "status", "results", "findings", "unreachable", "notes", "took_ms"]);
        json.RootElement.GetProperty("results")[0].EnumerateObject().Select(member => member.Name).ShouldBe(
        [
            "from", "to", "network", "protocol", "bits_per_second", "retransmits", "jitter_ms", "loss_percent", "sender_cpu_percent",
            "receiver_cpu_percent", "link_bits_per_second", "needed_bits_per_second", "state", "reason",
        ]);
        json.RootElement.GetProperty("results")[0].GetProperty("state").GetString().ShouldBe("PASS");
    }
}
