using Steth.Contracts.Operations;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Tests.Checks.Flows;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Tests.Checks.Fabric;

/// <summary>T3 by a node's own packet filter, which only the kernel's datapath lets judge a tunnel's packets.</summary>
public sealed class HostFilterTests
{
    private const string Drop = "-p udp -m udp --dport 4789 -j DROP";

    [Fact]
    public void Causes_ReceiversRuleDropsAndCounts_IsTheReceiver()
    {
        var evidence = Filtered(Arrived(), "comp2", "INPUT", Drop, moved: 3);

        LabCase.Causes(evidence).ShouldBe(["T3 comp2 eth2"]);
        var finding = LabCase.Findings(evidence).Single();
        finding.Evidence.ShouldBe(
        [
            $"comp2: the rule '-A INPUT {Drop}' (table filter) drops what comes in from comp1 (UDP 4789 from 10.88.0.21); it counted 3 packets while the probes were sent",
            "ICMP echo request arriving at comp2 eth2; it does not come out of the tunnel",
        ]);
        finding.Remedy.ShouldBe("on comp2 let it pass: 'iptables -I INPUT 1 -p udp --dport 4789 -s 10.88.0.21 -j ACCEPT', and in what sets the firewall up at boot");
    }

    [Fact]
    public void Causes_SendersRuleDropsAndCounts_IsTheSender()
    {
        var evidence = Filtered(NotLeft(), "comp1", "OUTPUT", Drop, moved: 3);

        LabCase.Causes(evidence).ShouldBe(["T3 comp1 eth2"]);
        LabCase.Findings(evidence).Single().Evidence[1].ShouldBe("ICMP echo request at comp1 qvo39123330-2f; not at comp1 eth2");
    }

    [Fact]
    public void Causes_PolicyDropsWhatNoRuleLetsIn_IsTheReceiver()
    {
        var evidence = Filtered(Arrived(), "comp2", "INPUT", "-p tcp -m tcp --dport 22 -j ACCEPT", moved: 0, policy: "DROP", met: 3);

        LabCase.Causes(evidence).ShouldBe(["T3 comp2 eth2"]);
        LabCase.Findings(evidence).Single().Evidence[0].ShouldStartWith("comp2: the policy DROP of INPUT (table filter) drops what");
    }

    [Fact]
    public void Findings_UserspaceDatapath_NeverBlamesTheHost()
    {
        var evidence = Filtered(Arrived(), "comp2", "INPUT", Drop, moved: 3, datapath: "netdev");

        LabCase.Findings(evidence).ShouldBeEmpty();
    }

    [Fact]
    public void Findings_CounterStandsStill_IsUnknown() =>
        LabCase.Findings(Filtered(Arrived(), "comp2", "INPUT", Drop, moved: 0)).ShouldHaveSingleItem().State.ShouldBe(CheckState.Unknown);

    [Fact]
    public void Causes_RuleOfTheOtherWay_IsNone()
    {
        // Lost between the NICs, on the way there: what the sender does with packets that come in has no part in it.
        var evidence = Filtered(LabCase.Lost("comp1-vm5", "comp2-vm6", "comp1", "eth2"), "comp1", "INPUT", Drop, moved: 3);

        LabCase.Causes(evidence).ShouldBeEmpty();
    }

    [Fact]
    public void Findings_FilterNotTold_IsUnknownAndSaysSo()
    {
        var evidence = Kernel(Arrived(), "system");

        LabCase.Findings(evidence).Single().Evidence.ShouldBe(["comp2 did not tell its packet filter"]);
        LabCase.Findings(evidence).Single().State.ShouldBe(CheckState.Unknown);
    }

    [Fact]
    public void Findings_RulesLetItPassAndFlowsDeliver_PointsAtNftables()
    {
        var evidence = Filtered(Arrived(), "comp2", "INPUT", "-p tcp -j DROP", moved: 0)
            .WithTrace("tunnel-in-healthy", "comp2", "vxlan-0a580015", "tap8e454bb8-93");

        var finding = LabCase.Findings(evidence).Single();
        finding.State.ShouldBe(CheckState.Unknown);
        finding.Evidence[0].ShouldContain("'nft list ruleset'");
    }

    [Fact]
    public void Findings_FlowsDropIt_AreNotTheFilters()
    {
        var evidence = Filtered(Arrived(), "comp2", "INPUT", Drop, moved: 3)
            .WithTrace("tunnel-vni-missing", "comp2", "vxlan-0a580015", "tap8e454bb8-93");

        LabCase.Findings(evidence).Select(f => f.Cause.Id).ShouldBe(["T2"]);
    }

    private static DiagnosisEvidence Arrived() => LabCase.Lost("comp1-vm5", "comp2-vm6", "comp2", "eth2");

    private static DiagnosisEvidence NotLeft() => LabCase.Lost("comp1-vm5", "comp2-vm6", "comp1", LabCase.Qvo5);

    private static DiagnosisEvidence Kernel(DiagnosisEvidence evidence, string datapath) => evidence with
    {
        Hosts =
        [
            .. evidence.Hosts.Select(h => h with
            {
                Ovs = h.Ovs! with { Bridges = [.. h.Ovs.Bridges.Select(b => b with { DatapathType = datapath })] },
            }),
        ],
    };

    private static DiagnosisEvidence Filtered(
        DiagnosisEvidence evidence, string host, string chain, string rule, long moved, string policy = "ACCEPT", long met = 0,
        string datapath = "system")
    {
        evidence = Kernel(evidence, datapath);
        NamespaceInspectResult Filter(long counted, long met) => new()
        {
            Problems = [],
            Chains = [new FilterChain("filter", chain, policy, 100 + met)],
            Rules = [new FilterRule("filter", chain, rule, 10 + counted)],
        };
        return evidence with
        {
            Hosts = [.. evidence.Hosts.Select(h => h.Name == host ? h with { Own = Filter(0, 0), OwnAfter = Filter(moved, met) } : h)],
        };
    }
}
