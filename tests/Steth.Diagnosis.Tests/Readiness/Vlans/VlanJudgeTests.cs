using Steth.Contracts.Operations;
using Steth.Diagnosis.Readiness.Vlans;
using Steth.Diagnosis.Verdicts;
using Steth.Packets.Addresses;

namespace Steth.Diagnosis.Tests.Readiness.Vlans;

public class VlanJudgeTests
{
    [Fact]
    public void Judge_Healthy_PassesAfterOneCopy()
    {
        var report = new VlanWorld(3, "100-105").Judge();

        report.Status.ShouldBe(CheckState.Pass);
        report.Findings.ShouldBeEmpty();
        report.Partitions.ShouldBeEmpty();
        report.Notes.ShouldBeEmpty();
        report.Results.Count.ShouldBe(36);
        report.Results.ShouldAllBe(row => row.Sent == 1 && row.Received == 1 && row.State == CheckState.Pass);
        report.Cases.Select(c => $"{c.Name} {c.State} {c.Message}").ShouldBe(
            ["n0 to n1 Pass ", "n0 to n2 Pass ", "n1 to n0 Pass ", "n1 to n2 Pass ", "n2 to n0 Pass ", "n2 to n1 Pass "]);
    }

    [Fact]
    public void Judge_VlansMissingOnAPort_NamesThePort()
    {
        var report = new VlanWorld(3, "100-105")
        {
            Crosses = (from, to, vlan) => vlan is not (103 or 104) || (from != 2 && to != 2),
            Node = (number, node) => number == 2 ? node with { SwitchPort = new SwitchPort("leaf1", "Eth1/7") } : node,
        }.Judge();

        var finding = report.Findings.ShouldHaveSingleItem();
        finding.Id.ShouldBe("vlan-missing");
        finding.Summary.ShouldBe("VLANs 103-104 missing on n2's port (eth1 of n2, switch leaf1 port Eth1/7)");
        finding.Nodes.ShouldBe(["n2"]);
        finding.Evidence.ShouldBe(
        [
            "VLANs 103-104: {n0, n1} | {n2}",
            "n2 hears nobody in them and nobody hears it; the others hear each other",
            "untagged frames do cross: the link is good",
            "VLANs 100-102,105 do cross",
        ]);
        finding.Remedy.ShouldBe("Allow VLANs 103-104 on the switch port of eth1 of n2, switch leaf1 port Eth1/7.");
        report.Partitions.Select(Text).ShouldBe(["103-104: n0 n1 | n2"]);
        report.Status.ShouldBe(CheckState.Fail);
        report.Results.Single(row => row is { Vlan: 103, From: "n0", To: "n2" })
            .ShouldBe(new VlanResult { Vlan = 103, From = "n0", To = "n2", Sent = 3, Received = 0, State = CheckState.Fail });
        report.Results.Count(row => row.State == CheckState.Fail).ShouldBe(2 * 4);
        report.Cases.Single(c => c.Name == "n0 to n2").Message.ShouldBe("VLANs 103-104 do not cross");
    }

    [Fact]
    public void Judge_OneWay_NamesThePairAndItsDirection()
    {
        var report = new VlanWorld(3, "100-105") { Crosses = (from, to, vlan) => vlan != 103 || from != 2 || to != 0 }.Judge();

        var finding = report.Findings.ShouldHaveSingleItem();
        (finding.Id, finding.Summary).ShouldBe(("vlan-one-way", "VLAN 103 does not cross from n2 to n0; the other way it does"));
        finding.Nodes.ShouldBe(["n0", "n2"]);
        report.Partitions.Select(Text).ShouldBe(["103: n0 n1 | n1 n2"]);
        report.Results.Single(row => row.State == CheckState.Fail).ShouldBe(
            new VlanResult { Vlan = 103, From = "n2", To = "n0", Sent = 3, Received = 0, State = CheckState.Fail });
    }

    [Theory]
    [InlineData("0>1 0>2 0>3", "vlan-one-way", "VLAN 7 does not cross from n0 to n1, n2, n3; it hears them")]
    [InlineData("1>0 2>0 3>0", "vlan-one-way", "VLAN 7 does not cross to n0 from n1, n2, n3; they hear it")]
    [InlineData("0>1 1>0", "vlan-blocked", "VLAN 7 does not cross between n0 and n1; both hear others")]
    [InlineData("0>1 2>3", "vlan-one-way", "VLAN 7 does cross one way only between 2 pairs: not n0 -> n1, n2 -> n3")]
    [InlineData("0>2 0>3 1>2 1>3 2>0 3>0 2>1 3>1", "vlan-split", "VLAN 7 does not cross between {n0, n1} | {n2, n3}")]
    public void Judge_PairsOfOneVlan_AreOneFinding(string broken, string id, string summary)
    {
        var pairs = broken.Split(' ').ToHashSet();

        var finding = new VlanWorld(4, "7-8") { Crosses = (from, to, vlan) => vlan != 7 || !pairs.Contains($"{from}>{to}") }
            .Judge().Findings.ShouldHaveSingleItem();

        (finding.Id, finding.Summary, finding.State).ShouldBe((id, summary, CheckState.Fail));
    }

    [Fact]
    public void Judge_VlanNowhere_IsNotBlamedOnAPort()
    {
        var report = new VlanWorld(3, "1-4094") { Crosses = (_, _, vlan) => vlan is 0 or >= 100 and <= 105 }.Judge();

        var finding = report.Findings.ShouldHaveSingleItem();
        (finding.Id, finding.Summary).ShouldBe(
            ("vlan-nowhere", "VLANs 1-99,106-4094 do not cross between any two nodes: not trunked anywhere"));
        finding.Evidence.ShouldContain("VLANs 100-105 do cross");
        report.Partitions.Select(Text).ShouldBe(["1-99,106-4094: n0 | n1 | n2"]);
        report.ResultCounts.ShouldBe(new VlanResultCounts(6 * 6, 6 * 4088, 0));
    }

    [Fact]
    public void Judge_NodeThatNothingReaches_IsOneFindingAndNotAVlans()
    {
        var report = new VlanWorld(3, "100-105") { Crosses = (from, to, _) => from != 2 && to != 2 }.Judge();

        var finding = report.Findings.ShouldHaveSingleItem();
        (finding.Id, finding.Summary).ShouldBe(("vlan-node-isolated", "no frame crosses to or from eth1 of n2, tagged or not, though it has a link"));
        report.Notes.ShouldBeEmpty();
    }

    [Fact]
    public void Judge_NothingCrosses_IsOneFinding()
    {
        var report = new VlanWorld(3, "100-105") { Crosses = (_, _, _) => false }.Judge();

        report.Findings.ShouldHaveSingleItem().Id.ShouldBe("vlan-nothing-crosses");
        report.Notes.Count.ShouldBe(1);
    }

    [Fact]
    public void Judge_NoNativeVlanAndAPortWithoutTheVlans_SaysThatNothingTellsTheLinkIsGood()
    {
        var report = new VlanWorld(3, "100-101") { Crosses = (from, to, vlan) => vlan > 0 && from != 2 && to != 2 }.Judge();

        var finding = report.Findings.ShouldHaveSingleItem();
        finding.Id.ShouldBe("vlan-missing");
        finding.Evidence[^1].ShouldBe("nothing else crosses either, nor do untagged frames: the port's VLANs, or the link itself");
        report.Notes.ShouldBe(["Untagged frames cross between no two nodes: the ports have no native VLAN in common."]);
    }

    [Fact]
    public void Judge_OtherNativeVlan_IsANoteUnlessUntaggedWasAskedFor()
    {
        static bool Crosses(int from, int to, int vlan) => vlan != 0 || (from != 2 && to != 2);
        var control = new VlanWorld(3, "100-101") { Crosses = Crosses }.Judge();
        var asked = new VlanWorld(3, "untagged,100-101") { Crosses = Crosses }.Judge();

        control.Status.ShouldBe(CheckState.Pass);
        control.Notes.ShouldBe(["Untagged frames do not cross everywhere: {n0, n1} | {n2}; the ports' native VLANs differ."]);
        asked.Findings.ShouldHaveSingleItem().Summary.ShouldBe("untagged frames missing on n2's port (eth1 of n2)");
        asked.Partitions.Select(Text).ShouldBe(["untagged: n0 n1 | n2"]);
        asked.Results.Count.ShouldBe(18);
    }

    [Theory]
    [InlineData(false, null, "eth1 of n2 is down: nothing crosses")]
    [InlineData(true, false, "eth1 of n2 has no carrier: nothing crosses")]
    public void Judge_NicWithoutALink_IsOneFinding(bool up, bool? carrier, string summary)
    {
        var report = new VlanWorld(3, "1-4094") { Node = (number, node) => number == 2 ? node with { AdminUp = up, Carrier = carrier } : node }.Judge();

        report.Findings.ShouldHaveSingleItem().Summary.ShouldBe(summary);
        report.Partitions.Select(Text).ShouldBe(["1-4094: n0 n1 | n2"]);
        report.ResultCounts.ShouldBe(new VlanResultCounts(2 * 4094, 4 * 4094, 0));
    }

    [Fact]
    public void Judge_SilentNode_CostsItsRowsOnlyAndIsNotBlamed()
    {
        var report = new VlanWorld(3, "100-105")
        {
            Node = (number, node) => number == 2 ? node with { Silent = "no agent listens" } : node,
        }.Judge();

        report.Status.ShouldBe(CheckState.Unknown);
        report.Findings.ShouldBeEmpty();
        report.Partitions.ShouldBeEmpty();
        report.Unreachable.ShouldBe([new UnreachableHost("n2", "no agent listens")]);
        report.Results.Where(row => row.State == CheckState.Pass).Select(row => (row.From, row.To)).Distinct().ShouldBe([("n0", "n1"), ("n1", "n0")]);
        report.ResultCounts.ShouldBe(new VlanResultCounts(12, 0, 24));
    }

    [Fact]
    public void Judge_NodeWithoutTheNic_IsNotMeasured()
    {
        var finding = new VlanWorld(3, "100")
        {
            Node = (number, node) => number == 2 ? node with { Problem = "There is no NIC 'eth9' on n2." } : node,
        }.Judge().Findings.ShouldHaveSingleItem();

        (finding.State, finding.Summary).ShouldBe((CheckState.Unknown, "n2 could not be probed: There is no NIC 'eth9' on n2."));
    }

    [Fact]
    public void Judge_Translated_IsAFindingOfItsOwnAndNoBlock()
    {
        var report = new VlanWorld(3, "100-105")
        {
            Crosses = (from, _, vlan) => from != 2 || vlan != 104,
            ArrivesIn = (from, _, vlan) => from == 2 && vlan == 104 ? 105 : null,
        }.Judge();

        var finding = report.Findings.ShouldHaveSingleItem();
        (finding.Id, finding.Summary).ShouldBe(("vlan-translated", "what n2 sends in VLAN 104 arrives in VLAN 105 at n0, n1"));
        finding.Nodes.ShouldBe(["n2"]);
        report.Results.Count(row => row.State == CheckState.Fail).ShouldBe(2);
        report.Partitions.Select(Text).ShouldBe(["104: n0 n1 | n2"]);
    }

    [Fact]
    public void Judge_LeakIntoAnotherVlan_FailsThoughItCrosses()
    {
        var report = new VlanWorld(2, "100-105") { ArrivesIn = (_, to, vlan) => to == 1 && vlan == 104 ? 105 : null }.Judge();

        report.Findings.ShouldHaveSingleItem().Summary.ShouldBe("what n0 sends in VLAN 104 arrives also in VLAN 105 at n1");
        report.Status.ShouldBe(CheckState.Fail);
        report.ResultCounts.Fail.ShouldBe(0);
    }

    [Fact]
    public void Judge_NativeVlanSentTagged_ArrivesUntaggedAndSaysSo()
    {
        var report = new VlanWorld(3, "59-61")
        {
            Crosses = (_, _, vlan) => vlan != 60,
            ArrivesIn = (_, _, vlan) => vlan == 60 ? 0 : null,
        }.Judge();

        var finding = report.Findings.ShouldHaveSingleItem();
        finding.Summary.ShouldBe("what n0, n1, n2 send in VLAN 60 arrives untagged at n0, n1, n2");
        finding.Remedy.ShouldBe("It is the native VLAN of the switch ports: use another one, or let the ports tag it.");
    }

    [Fact]
    public void Judge_FullSizeFramesBlocked_AreTheirOwnFinding()
    {
        var report = new VlanWorld(3, "100-101")
        {
            Kinds = [VlanProbeKind.DoubleTagged, VlanProbeKind.FullSize],
            CrossesToo = (kind, from, to, _) => kind != VlanProbeKind.FullSize || (from != 2 && to != 2),
        }.Judge();

        var finding = report.Findings.ShouldHaveSingleItem();
        (finding.Id, finding.Summary).ShouldBe(
            ("vlan-full-size", "full-size frames (1518 bytes) in VLANs 100-101 do not cross to or from eth1 of n2"));
        report.Partitions.ShouldBeEmpty();
        report.Results.Single(row => row is { Vlan: 100, From: "n0", To: "n2" })
            .ShouldBe(new VlanResult { Vlan = 100, From = "n0", To = "n2", Sent = 5, Received = 2, State = CheckState.Fail });
    }

    [Fact]
    public void Judge_AVlanThatIsBlocked_IsNotBlamedForItsOtherFramesToo()
    {
        var report = new VlanWorld(3, "100-101")
        {
            Kinds = [VlanProbeKind.FullSize],
            Crosses = (from, to, vlan) => vlan != 101 || (from != 2 && to != 2),
        }.Judge();

        report.Findings.Select(finding => finding.Id).ShouldBe(["vlan-missing"]);
    }

    [Fact]
    public void Judge_ListenerThatDropped_IsUnknownNotBroken()
    {
        var report = new VlanWorld(2, "100-101")
        {
            Crosses = (from, _, vlan) => from != 0 || vlan != 101,
            Disturb = (_, round) => round.AddDropped(1, 7),
        }.Judge();

        var finding = report.Findings.ShouldHaveSingleItem();
        (finding.Id, finding.State, finding.Summary).ShouldBe(
            ("vlan-frames-dropped", CheckState.Unknown, "n1 dropped 56 frames while it listened: VLAN 101 not told"));
        report.ResultCounts.ShouldBe(new VlanResultCounts(3, 0, 1));
        report.Partitions.ShouldBeEmpty();
    }

    [Fact]
    public void Judge_ListenerThatDroppedOnce_IsAskedAgain()
    {
        var report = new VlanWorld(2, "100-101")
        {
            Crosses = (from, _, vlan) => from != 0 || vlan != 101,
            Disturb = (number, round) => round.AddDropped(1, number == 0 ? 7 : 0),
        }.Judge();

        report.Results.Single(row => row.State == CheckState.Fail).Sent.ShouldBe(4);
    }

    [Theory]
    [InlineData("listen", "n1 could not listen: no libpcap")]
    [InlineData("send", "n1 could not send: the queue is full")]
    public void Judge_NodeThatCannot_IsNotMeasured(string what, string summary)
    {
        var report = new VlanWorld(2, "100")
        {
            Crosses = (_, _, _) => false,
            Disturb = (_, round) =>
            {
                foreach (var kind in VlanRound.Kinds)
                    round.AddLeft(1, 1, kind, VlanSet.Empty);
                if (what == "listen")
                    round.AddListenProblem(1, "no libpcap");
                else
                    round.AddSendProblem(1, "the queue is full");
            },
        }.Judge();

        report.Status.ShouldBe(CheckState.Unknown);
        report.ResultCounts.Fail.ShouldBe(0);
        report.Findings.Select(finding => finding.Summary).ShouldContain(summary);
    }

    [Fact]
    public void Judge_SharedNic_IsLeftOut()
    {
        var report = new VlanWorld(3, "100") { SharesNic = (from, to) => from + to == 1 }.Judge();

        report.Status.ShouldBe(CheckState.Pass);
        report.Results.Select(row => $"{row.From}>{row.To}").ShouldBe(["n0>n2", "n1>n2", "n2>n0", "n2>n1"]);
        report.Notes.ShouldBe(["Not tried, because both use the same NIC: n0 and n1."]);
    }

    [Fact]
    public void Judge_Losses_AreToldFromBlocks()
    {
        // A fifth of everything is lost, and VLAN 50 does not cross: the others must not be taken for blocked.
        var random = new Random(1);
        var report = new VlanWorld(3, "1-200")
        {
            Crosses = (from, _, vlan) => from != 0 || vlan != 50,
            Loses = (_, _) => random.Next(5) == 0,
        }.Judge();

        report.Findings.Select(finding => finding.Id).ShouldBe(["vlan-one-way", "vlan-frames-lost"]);
        report.ResultCounts.ShouldBe(new VlanResultCounts(6 * 200 - 2, 2, 0));
        report.Results.Where(row => row.State == CheckState.Fail).ShouldAllBe(row => row.Sent > VlanPair.LeastCopies && row.Received == 0);
    }

    [Fact]
    public void Judge_AFewLosses_AreANote()
    {
        var once = 0;
        var report = new VlanWorld(2, "1-200") { Loses = (from, _) => from == 0 && once++ == 17 }.Judge();

        report.Status.ShouldBe(CheckState.Pass);
        report.Notes.ShouldBe(["1 of 203 probes were lost and arrived when sent again; most from n0 to n1: 1 of 203 (0.5 %)."]);
        report.Results.Single(row => row.Sent == 2).Received.ShouldBe(1);
    }

    [Fact]
    public void Judge_MoreResultsThanAreListed_LeavesOutWhatPassed()
    {
        var report = new VlanWorld(6, "1-4094") { Crosses = (from, to, vlan) => vlan != 9 || from != 5 || to != 0 }.Judge();

        report.Results.ShouldHaveSingleItem().Vlan.ShouldBe(9);
        report.ResultCounts.ShouldBe(new VlanResultCounts(30 * 4094 - 1, 1, 0));
    }

    [Fact]
    public void Report_AsJson_HasTheKeysOfEveryCheckAndItsOwn()
    {
        var report = new VlanWorld(2, "100-101") { Crosses = (_, _, vlan) => vlan != 101 }.Judge();

        var json = System.Text.Json.JsonSerializer.SerializeToElement(report, report.JsonType);

        json.EnumerateObject().Select(member => member.Name).ShouldBe(
            ["schema", "check", "status", "results", "partitions", "result_counts", "findings", "unreachable", "notes", "took_ms"]);
        json.GetProperty("results")[0].GetRawText().Replace(" ", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal)
            .ShouldBe("""{"vlan":100,"from":"n0","to":"n1","sent":1,"received":1,"state":"PASS"}""");
        json.GetProperty("partitions")[0].GetProperty("vlans").GetString().ShouldBe("101");
        json.GetProperty("status").GetString().ShouldBe("fail");
    }

    private static string Text(VlanPartition partition) =>
        $"{partition.Vlans}: {string.Join(" | ", partition.Groups.Select(group => string.Join(' ', group)))}";
}
