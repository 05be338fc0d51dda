using System.Text.Json;
using Steth.Diagnosis.Readiness.Mtu;
using Steth.Diagnosis.Readiness.Pairs;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Tests.Readiness.Mtu;

public sealed class MtuJudgeTests
{
    private static MtuEvidence Healthy(int mtu, params string[] nodes) => new()
    {
        Pairs =
        [
            .. from one in nodes
               from other in nodes
               where one != other
               select new MtuPair
               {
                   From = one,
                   To = other,
                   Network = "net",
                   IpVersion = 4,
                   Udp = new MtuMeasure(mtu, null, null),
                   Icmp = new MtuMeasure(mtu, null, null),
               },
        ],
        Interfaces = [.. nodes.Select(n => new MtuInterface(n, "net", 4, "eth1", mtu))],
        Needs = [],
        Unreachable = [],
    };

    private static MtuEvidence Passing(MtuEvidence evidence, int mtu, Func<MtuPair, bool> which) => evidence with
    {
        Pairs = [.. evidence.Pairs.Select(p => which(p) ? p with { Udp = new MtuMeasure(mtu, mtu + 1, null), Icmp = new MtuMeasure(mtu, mtu + 1, null) } : p)],
    };

    [Fact]
    public void Judge_Healthy_Passes()
    {
        var report = MtuJudge.Judge(Healthy(1500, "a", "b", "c"));

        report.Status.ShouldBe(CheckState.Pass);
        report.Results.ShouldAllBe(r => r.Mtu == 1500 && r.Needed == 1500 && r.State == CheckState.Pass && r.Reason == null);
        report.Findings.ShouldBeEmpty();
        report.Notes.ShouldBeEmpty();
    }

    [Fact]
    public void Judge_OnePortTooSmall_IsOneFindingThatNamesItsNode()
    {
        var report = MtuJudge.Judge(Passing(Healthy(1500, "a", "b", "c", "d"), 1400, p => p.From == "c" || p.To == "c"));

        report.Status.ShouldBe(CheckState.Fail);
        var finding = report.Findings.ShouldHaveSingleItem();
        (finding.Id, finding.Summary).ShouldBe(("mtu-path-too-small", "net: only 1400 bytes pass between c and a, b, d; 1500 are needed"));
        finding.Nodes.ShouldBe(["c"]);
        finding.Remedy!.ShouldContain("switch port of c");
        report.Results.Single(r => r is { From: "a", To: "c" }).Reason.ShouldBe("1400 bytes pass, 1401 do not; 1500 are needed by eth1 of a");
    }

    [Theory]
    [InlineData("c sends", "net: only 1400 bytes pass from c to a, b; 1500 are needed")]
    [InlineData("c receives", "net: only 1400 bytes pass from a, b to c; 1500 are needed")]
    [InlineData("everywhere", "net: only 1400 bytes pass between any two of a, b, c; 1500 are needed")]
    [InlineData("one way", "net: only 1400 bytes pass from a to b; 1500 are needed")]
    public void Judge_Directed_IsToldAsSuch(string what, string summary) => MtuJudge.Judge(Passing(Healthy(1500, "a", "b", "c"), 1400, p => what switch
    {
        "c sends" => p.From == "c",
        "c receives" => p.To == "c",
        "one way" => p is { From: "a", To: "b" },
        _ => true,
    })).Findings.ShouldHaveSingleItem().Summary.ShouldBe(summary);

    [Fact]
    public void Judge_InterfacesDiffer_NamesTheOddOne()
    {
        var evidence = Passing(Healthy(9000, "a", "b", "c"), 1500, p => p.From == "c" || p.To == "c");
        evidence = evidence with { Interfaces = [.. evidence.Interfaces.Select(i => i.Node == "c" ? i with { Mtu = 1500 } : i)] };

        var report = MtuJudge.Judge(evidence);

        var finding = report.Findings.ShouldHaveSingleItem();
        (finding.Id, finding.Summary).ShouldBe(
            ("mtu-interfaces-differ", "net: the nodes' interfaces have different MTUs: 9000 on a (eth1), b (eth1); 1500 on c (eth1)"));
        finding.Nodes.ShouldBe(["c"]);
        // What c sends is no larger than what passes; what is sent to it may be.
        report.Results.Single(r => r is { From: "c", To: "a" }).State.ShouldBe(CheckState.Pass);
        report.Results.Single(r => r is { From: "a", To: "c" }).State.ShouldBe(CheckState.Fail);
    }

    [Fact]
    public void Judge_InterfacesDifferAndYetAllPasses_Fails()
    {
        var evidence = Healthy(1500, "a", "b");

        MtuJudge.Judge(evidence with { Interfaces = [evidence.Interfaces[0], evidence.Interfaces[1] with { Mtu = 1400 }] })
            .Status.ShouldBe(CheckState.Fail);
    }

    [Fact]
    public void Judge_TenantsNeedMoreThanTheInterfacesTake_NamesThem()
    {
        var report = MtuJudge.Judge(Healthy(1500, "a", "b") with { Needs = [new MtuNeed("net", 1550, 1570, "vxlan networks of 1500 bytes")] });

        var finding = report.Findings.ShouldHaveSingleItem();
        (finding.Id, finding.Summary).ShouldBe((
            "mtu-interface-too-small", "net: the MTU of a (eth1), b (eth1) is 1500; 1550 are needed by vxlan networks of 1500 bytes"));
        report.Results.ShouldAllBe(r => r.Needed == 1550 && r.State == CheckState.Fail);
        report.Results[0].Reason.ShouldBe("1500 bytes pass; 1550 are needed by vxlan networks of 1500 bytes");
    }

    [Fact]
    public void Judge_NeedOfAnotherNetworkOrIpVersion_IsNotThisOnes()
    {
        MtuJudge.Judge(Healthy(1500, "a", "b") with { Needs = [new MtuNeed("storage", 9000, 9000, "jumbo")] }).Status.ShouldBe(CheckState.Pass);
        var v6 = Healthy(1550, "a", "b");
        v6 = v6 with
        {
            Pairs = [.. v6.Pairs.Select(p => p with { IpVersion = 6 })],
            Interfaces = [.. v6.Interfaces.Select(i => i with { IpVersion = 6 })],
            Needs = [new MtuNeed(null, 1550, 1570, "vxlan networks of 1500 bytes")],
        };
        MtuJudge.Judge(v6).Results.ShouldAllBe(r => r.Needed == 1570 && r.State == CheckState.Fail);
    }

    [Fact]
    public void Judge_NothingPasses_IsUnknownAndPointsToTheMesh()
    {
        var nothing = new MtuMeasure(null, null, "packets of 128 bytes are not answered");
        var evidence = Healthy(1500, "a", "b", "c");

        var report = MtuJudge.Judge(evidence with
        {
            Pairs = [.. evidence.Pairs.Select(p => p.To == "c" || p.From == "c" ? p with { Udp = nothing, Icmp = nothing } : p)],
        });

        report.Status.ShouldBe(CheckState.Unknown);
        var finding = report.Findings.ShouldHaveSingleItem();
        (finding.Id, finding.State, finding.Summary).ShouldBe(
            ("mtu-nothing-passes", CheckState.Unknown, "net: not even small packets are answered between c and a, b"));
        finding.Remedy!.ShouldContain("steth check mesh");
    }

    [Fact]
    public void Judge_SilentNode_IsUnknownAndNotBlamed()
    {
        var evidence = Healthy(1500, "a", "b", "c");

        var report = MtuJudge.Judge(evidence with
        {
            Pairs = [.. evidence.Pairs.Select(p => p.To == "c" ? p with { Problem = new PairProblem("c", "gone", Silent: true) } : p)],
            Unreachable = [new UnreachableHost("c", "gone")],
        });

        report.Status.ShouldBe(CheckState.Unknown);
        report.Findings.ShouldBeEmpty();
    }

    [Fact]
    public void Judge_UdpNotMeasured_TakesIcmpsWord()
    {
        var evidence = Healthy(1500, "a", "b");

        var report = MtuJudge.Judge(evidence with
        {
            Pairs = [.. evidence.Pairs.Select(p => p with { Udp = new MtuMeasure(null, null, "not answered"), Icmp = new MtuMeasure(1400, 1401, null) })],
        });

        report.Results.ShouldAllBe(r => r.Mtu == 1400 && r.UdpMtu == null && r.IcmpMtu == 1400 && r.State == CheckState.Fail);
    }

    [Fact]
    public void Judge_IcmpNotAnswered_IsANote()
    {
        var evidence = Healthy(1500, "a", "b");

        var report = MtuJudge.Judge(evidence with
        {
            Pairs = [.. evidence.Pairs.Select(p => p.To == "b" ? p with { Icmp = new MtuMeasure(null, null, "not answered") } : p)],
        });

        report.Status.ShouldBe(CheckState.Pass);
        report.Notes.ShouldHaveSingleItem().ShouldBe("ICMP echo is not answered on net by b: sizes there are those of UDP.");
    }

    [Fact]
    public void Judge_StaleMemoryOfAPath_IsANote()
    {
        var evidence = Healthy(1500, "a", "b");

        MtuJudge.Judge(evidence with { Pairs = [.. evidence.Pairs.Select(p => p.To == "b" ? p with { Remembered = 1400 } : p)] })
            .Notes.ShouldHaveSingleItem().ShouldBe("a remembers an MTU of 1400 towards b on net though larger packets pass: ip route flush cache");
    }

    [Fact]
    public void Judge_RouterSaidWhy_IsInTheReason()
    {
        var evidence = Healthy(1500, "a", "b");

        MtuJudge.Judge(evidence with
        {
            Pairs =
            [
                .. evidence.Pairs.Select(p => p with
                {
                    Udp = null,
                    Icmp = new MtuMeasure(1400, 1401, "fragmentation needed, MTU 1400, says 192.0.2.254"),
                }),
            ],
        }).Results[0].Reason.ShouldBe(
            "1400 bytes pass, 1401 do not; 1500 are needed by eth1 of a (fragmentation needed, MTU 1400, says 192.0.2.254)");
    }

    [Fact]
    public void Report_Json_HasTheKeysOfARowInOrder()
    {
        var report = MtuJudge.Judge(Healthy(1500, "a", "b"));

        using var document = JsonDocument.Parse(JsonSerializer.Serialize(report, report.JsonType));

        document.RootElement.GetProperty("results")[0].EnumerateObject().Select(p => p.Name).ShouldBe(
            ["from", "to", "network", "ip_version", "mtu", "needed", "state", "udp_mtu", "icmp_mtu", "interface_mtu", "reason"]);
    }
}
