using Steth.Contracts.Operations;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Tests.Cases;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Tests.Checks.Filters;

/// <summary>What packet filters may not be blamed for, and what is said where nothing counts.</summary>
public sealed class FilterChecksTests
{
    private const string Tap = "tap75e9329b-9c";
    private const string Qr = "qr-5cb04847-d0";

    [Theory]
    [InlineData("-j DROP", 2)] // fewer than the probe was sent
    [InlineData("-j DROP", 0)]
    [InlineData("-p tcp -j DROP", 30)]
    [InlineData("! -p udp -j DROP", 30)]
    [InlineData("-i docker0 -j DROP", 30)]
    [InlineData("! -o qbr+ -j REJECT", 30)]
    [InlineData("-j LOG", 30)]
    public void HostRule_ThatCannotHaveDroppedTheProbe_IsNotBlamed(string rule, long moved) =>
        new LabCase().Rule(null, "FORWARD", rule, moved).LoseRequest(ProbeKind.Dhcp, Tap).AllFindings().ShouldBeEmpty();

    [Theory]
    [InlineData("-p udp -m comment --comment \"not -p tcp\" -j DROP")]
    [InlineData("! -p tcp -j DROP")]
    [InlineData("! -i docker0 -j DROP")]
    [InlineData("-i qbr75e9329b-9c -o qbr+ -j DROP")]
    public void HostRule_ThatMayHave_IsBlamed(string rule) =>
        new LabCase().Rule(null, "FORWARD", rule, 3).LoseRequest(ProbeKind.Dhcp, Tap).AllFindings().ShouldHaveSingleItem().Cause.Id.ShouldBe("Q4");

    [Theory]
    [InlineData("inet", "forward", "tcp dport 22 counter reject with icmp port-unreachable")]
    [InlineData("inet", "forward", "meta l4proto { tcp, icmp } counter drop")]
    [InlineData("inet", "forward", "iifname \"docker0\" counter drop")]
    [InlineData("inet", "forward", "oifname != \"qbr*\" counter drop")]
    [InlineData("inet", "forward", "ip6 daddr fe80::/10 counter drop")]
    [InlineData("inet", "input", "counter drop")]
    [InlineData("arp", "forward", "counter drop")]
    [InlineData("bridge", "forward", "arp operation request counter drop")]
    [InlineData("bridge", "input", "counter drop")]
    [InlineData("netdev", "ingress", "counter drop", "eth0")]
    public void HostNftables_ThatCannotHaveDroppedTheProbe_IsNotBlamed(string family, string hook, string rule, params string[] devices)
    {
        new LabCase().Nft(null, family, hook, rule, 30, devices).LoseRequest(ProbeKind.Dhcp, Tap).AllFindings().ShouldBeEmpty();
        new LabCase().Nft(null, family, hook, rule, null, devices).LoseRequest(ProbeKind.Dhcp, Tap).AllFindings().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("udp dport 67 counter reject with icmp port-unreachable")]
    [InlineData("meta l4proto { tcp, udp } counter drop")]
    [InlineData("meta l4proto vmap @verdicts counter drop")]
    [InlineData("iifname { \"docker0\", \"qbr*\" } counter drop")]
    [InlineData("oifname != \"docker0\" ip daddr 255.255.255.255 counter drop comment \"not tcp dport\"")]
    public void HostNftables_ThatMayHave_IsBlamed(string rule) => new LabCase().Nft(null, "inet", "forward", rule, 3)
        .LoseRequest(ProbeKind.Dhcp, Tap).AllFindings().ShouldHaveSingleItem().Cause.Id.ShouldBe("Q4");

    [Fact]
    public void HostRule_WhereThePortsOwnDropped_IsNotBlamed()
    {
        var situation = new LabCase().Rule(null, "FORWARD", "-j DROP", 3).Space(null, (n, after) => n with
        {
            Rules = [.. n.Rules!.Select(r => after && r.Chain.StartsWith("neutron-openvswi-s") ? r with { Packets = r.Packets + 3 } : r)],
        }).LoseRequest(ProbeKind.Dhcp, Tap);

        situation.AllFindings().Select(f => f.Cause.Id).ShouldBe(["Q2"]);
    }

    [Fact]
    public void HostRule_OfNeutronOrWithoutAWayToIt_IsNotBlamed() => new LabCase()
        .Rule(null, "neutron-openvswi-sg-fallback", "-j DROP", 30).Rule(null, "FORWARD", "-j neutron-openvswi-sg-fallback", 30)
        .Rule(null, "LONELY", "-j DROP", 30).Rule(null, "INPUT", "-j DROP", 30)
        .LoseRequest(ProbeKind.Dhcp, Tap).AllFindings().ShouldBeEmpty();

    [Fact]
    public void HostRule_BridgedPacketsDoNotComeBy_IsNotBlamed() => new LabCase().Rule(null, "FORWARD", "-j DROP", 3)
        .Nft(null, "inet", "forward", null, null).Space(null, (n, _) => n with { BridgeNfCallIptables = null })
        .LoseRequest(ProbeKind.Dhcp, Tap).AllFindings().ShouldBeEmpty();

    [Fact]
    public void HostRule_LossOfArp_IsNotBlamed() => new LabCase().Rule(null, "FORWARD", "-j DROP", 3).Nft(null, "inet", "forward", null, null)
        .LoseRequest(ProbeKind.ArpGateway, Tap).AllFindings().ShouldBeEmpty();

    [Fact]
    public void HostRule_WhileAllPasses_IsNoFinding() => new LabCase().Rule(null, "FORWARD", "-j DROP", 300)
        .Nft(null, "inet", "forward", "drop", null).Rule(LabCase.DhcpSpace, "INPUT", "-j DROP", 300).AllFindings().ShouldBeEmpty();

    [Fact]
    public void HostRule_NativePlug_IsNotBlamed() => new LabCase(PortPlug.Native).LoseRequest(ProbeKind.Dhcp, Tap)
        .Host("comp2", h => h with
        {
            OwnAfter = h.Own! with { Rules = [LabHosts.Rule("filter", "FORWARD", "-j DROP", 30)], BridgeNfCallIptables = true },
        }).AllFindings().ShouldBeEmpty();

    [Fact]
    public void HostNftables_RuleWithoutACounter_SaysWhatWouldTell()
    {
        var situation = new LabCase().Nft(null, "inet", "forward", "udp dport 67 drop", null).LoseRequest(ProbeKind.Dhcp, Tap);

        var finding = situation.AllFindings().ShouldHaveSingleItem();
        (finding.Cause.Id, finding.State, finding.Host).ShouldBe(("Q4", CheckState.Unknown, "comp1"));
        finding.Evidence.ShouldBe(
        [
            "comp1: the nftables rule 'udp dport 67 drop' (inet hardening c, handle 7) may have dropped the probe and counts nothing; to know, "
                + "let it count ('nft replace rule inet hardening c handle 7 … counter drop') and diagnose again, or set 'meta nftrace set 1' "
                + "on it and watch 'nft monitor trace'",
        ]);
        var verdict = situation.Diagnose().Verdict;
        (verdict.Status, verdict.Missing!.EndsWith("'nft monitor trace'")).ShouldBe((DiagnosisStatus.Inconclusive, true));
    }

    [Fact]
    public void HostNftables_PolicyAndAnotherFault_NamesTheOtherFaultAlone()
    {
        var situation = new LabCase().Nft(null, "inet", "forward", null, null).Device("comp1", Tap, WiringProblem.OffBridge)
            .LoseRequest(ProbeKind.Dhcp, Tap);

        situation.AllFindings().ShouldHaveSingleItem().Cause.Id.ShouldBe("Q1");
    }

    [Fact]
    public void HostNftables_Policy_IsUndecided() => new LabCase().Nft(null, "inet", "forward", null, null).LoseRequest(ProbeKind.Dhcp, Tap)
        .AllFindings().ShouldHaveSingleItem().Evidence[0].ShouldStartWith(
            "comp1: the policy drop of the nftables chain inet hardening c may have dropped the probe and counts nothing; to know, let it count "
                + "('nft add rule inet hardening c counter drop')");

    [Fact]
    public void HostNftables_RuleThatCountsBeforeAPolicyOfDrop_TellsThatTheChainHasToAcceptThePackets() => new LabCase()
        .Nft(null, "inet", "forward", "counter drop", 3)
        .Space(null, (n, _) => n with { Nftables = [n.Nftables![0] with { DropsByPolicy = true }] })
        .LoseRequest(ProbeKind.Dhcp, Tap).AllFindings().ShouldHaveSingleItem().Remedy.ShouldBe(
            "on comp1 run 'nft delete rule inet hardening c handle 7', and let a rule accept them, because the chain's policy is drop as well, "
                + "or change the firewall that put it there");

    [Theory]
    [InlineData("-p udp -j DROP", 2)]
    [InlineData("-p tcp -j DROP", 30)]
    [InlineData("-i tap11111111-11 -j DROP", 30)]
    public void DhcpRule_ThatCannotHaveDroppedTheProbe_LeavesTheServerToBlame(string rule, long moved) => new LabCase()
        .Rule(LabCase.DhcpSpace, "INPUT", rule, moved).NoAnswer(ProbeKind.Dhcp).AllFindings().ShouldHaveSingleItem().Cause.Id.ShouldBe("D4");

    [Fact]
    public void DhcpRule_ThatDropped_IsNamedInsteadOfTheServer()
    {
        var situation = new LabCase().Rule(LabCase.DhcpSpace, "INPUT", "-p udp -m udp --dport 67 -j DROP", 3).NoAnswer(ProbeKind.Dhcp);

        situation.AllFindings().ShouldHaveSingleItem().Evidence.ShouldBe(
        [
            $"net1: in {LabCase.DhcpSpace} the iptables rule '-A INPUT -p udp -m udp --dport 67 -j DROP' (table filter) dropped 3 packets "
                + "while the probe was sent 3 times; it should not meet them",
        ]);
        situation.Diagnose().Verdict.Causes.Select(c => c.Id).ShouldBe(["D6"]);
    }

    [Fact]
    public void DhcpRule_AndAServerThatIsStopped_AreBothNamed() => new LabCase().Rule(LabCase.DhcpSpace, "INPUT", "-j DROP", 3)
        .Dhcp(d => d with { Process = d.Process! with { State = "T" } }).NoAnswer(ProbeKind.Dhcp)
        .Diagnose().Verdict.Causes.Select(c => c.Id).Order().ShouldBe(["D4", "D6"]);

    [Fact]
    public void DhcpNftables_WithoutACounter_BlamesNobody()
    {
        var situation = new LabCase().Nft(LabCase.DhcpSpace, "inet", "input", null, null).NoAnswer(ProbeKind.Dhcp);

        var finding = situation.AllFindings().ShouldHaveSingleItem();
        (finding.Cause.Id, finding.State).ShouldBe(("D6", CheckState.Unknown));
        finding.Evidence[0].ShouldContain($"'ip netns exec {LabCase.DhcpSpace} nft add rule inet hardening c counter drop'");
        situation.Diagnose().Verdict.Status.ShouldBe(DiagnosisStatus.Inconclusive);
    }

    [Fact]
    public void DhcpNftables_WithoutACounterAndNoServer_NamesTheServer() => new LabCase().Nft(LabCase.DhcpSpace, "inet", "input", null, null)
        .Dhcp(d => d with { Process = null }).NoAnswer(ProbeKind.Dhcp).AllFindings().ShouldHaveSingleItem().Cause.Id.ShouldBe("D1");

    [Fact]
    public void DhcpCounters_NotRead_BlameNobody()
    {
        var finding = new LabCase().Host("net1", h => h with { NamespacesAfter = [] }).NoAnswer(ProbeKind.Dhcp).AllFindings()
            .ShouldHaveSingleItem();

        (finding.Cause.Id, finding.State).ShouldBe(("D6", CheckState.Unknown));
        finding.Evidence.ShouldBe([$"net1 did not tell the counters of the packet filter of {LabCase.DhcpSpace}"]);
    }

    [Theory]
    [InlineData("ip saddr 10.10.0.35 counter drop", 2L, 0)]
    [InlineData("tcp dport 9697 counter drop", 30L, 0)]
    [InlineData("oifname \"qr-11111111-11\" counter drop", 30L, 0)]
    [InlineData("ip saddr 10.10.0.35 drop", null, 1)]
    public void RouterNftables_WithoutProof_IsNoCause(string rule, long? moved, int unknown)
    {
        var situation = new LabCase().Nft(LabCase.RouterSpace, "inet", "forward", rule, moved).LoseRequest(ProbeKind.EchoInternet, Qr);

        situation.AllFindings().Select(f => (f.Cause.Id, f.State)).ShouldBe(Enumerable.Repeat(("R6", CheckState.Unknown), unknown));
        situation.Diagnose().Verdict.Status.ShouldBe(DiagnosisStatus.Inconclusive);
    }
}
