using Steth.Diagnosis.Checks;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Tests.Checks.Flows;

public sealed class TraceChecksTests
{
    [Theory]
    [InlineData(3L, SightMethod.Counter)]
    [InlineData(0L, SightMethod.Trace)]
    [InlineData(null, SightMethod.Trace)]
    public void Hops_BridgeWhereTheWayEnds_TellHowThatIsKnown(long? moved, SightMethod method)
    {
        var evidence = LabCase.Lost("comp1-vm1", "comp2-vm3", "comp1", LabCase.Qvo1)
            .WithTrace("foreign-br-int", "comp1", LabCase.Qvo1, "eth1", moved);
        HopReports.Of(new DiagnosisCase(evidence), ProbeKind.EchoPeer, []).Single(h => h is { Host: "comp1", Device: "br-int" })
            .Outbound.Method.ShouldBe(method);
    }

    [Theory]
    [InlineData("flows-gone", "I2 comp1 br-int")]
    [InlineData("foreign-br-int", "I6 comp1 br-int")]
    [InlineData("foreign-br-ex", "I6 comp1 br-ex")]
    [InlineData("provider-out-missing", "U2 comp1 br-ex")]
    [InlineData("provider-out-wrong", "U2 comp1 br-ex")]
    [InlineData("antispoof-mac", "I3 comp1 qvo4d130078-d0")]
    public void Causes_LostOnTheWayOutOfAVlanNetwork_IsWhatTheTraceEndsAt(string recorded, string expected) =>
        LabCase.Causes(Out(recorded)).ShouldBe([expected]);

    [Theory]
    [InlineData("flows-gone-in", "I2 comp1 br-int")]
    [InlineData("provider-in-missing", "U2 comp1 br-int")]
    public void Causes_LostOnTheWayIn_IsWhatTheTraceEndsAt(string recorded, string expected) =>
        LabCase.Causes(In(recorded)).ShouldBe([expected]);

    [Theory]
    [InlineData("firewall-egress", "no egress rule allows it")]
    [InlineData("firewall-invalid", "conntrack finds it invalid")]
    [InlineData("firewall-spoof", "no flow allows the port this MAC and IP address")]
    public void Causes_NativeFirewallDropsWhatTheGuestSends_NamesThePortAndTheReason(string recorded, string reason)
    {
        var evidence = LabCase.Lost("comp2-vm3", "comp1-vm1", "comp2", LabCase.Tap3)
            .WithTrace(recorded, "comp2", LabCase.Tap3, "eth1", moved: 3);

        LabCase.Causes(evidence).ShouldBe([$"I3 comp2 {LabCase.Tap3}"]);
        var finding = LabCase.Findings(evidence).Single();
        finding.Evidence[0].ShouldEndWith(reason);
        finding.Evidence[2].ShouldBe("The flow counted 3 more packets while the request was sent 3 times");
        (finding.IsObserved, finding.BreaksRequest).ShouldBe((true, true));
    }

    [Fact]
    public void Causes_NativeFirewallDropsBehindConntrackOnTheWayIn_IsTheReceivingPorts()
    {
        var evidence = LabCase.Lost("comp1-vm1", "comp2-vm3", "comp2", "eth1").WithTrace("firewall-ingress", "comp2", "eth1", LabCase.Tap3);

        LabCase.Causes(evidence).ShouldBe([$"I3 comp2 {LabCase.Tap3}"]);
        LabCase.Findings(evidence).Single().Evidence[0].ShouldEndWith("no ingress rule allows it");
    }

    [Theory]
    [InlineData("tunnel-flood-missing", "T2 comp1 br-tun")]
    [InlineData("tunnel-elsewhere", "T2 comp1 br-tun")]
    [InlineData("foreign-br-tun", "I6 comp1 br-tun")]
    public void Causes_LostOnTheWayIntoATunnel_IsWhatTheTraceEndsAt(string recorded, string expected) =>
        LabCase.Causes(Tunnel(recorded)).ShouldBe([expected]);

    [Fact]
    public void Causes_SegmentUnknownWhereTheTunnelEnds_IsThatTunnelBridge() =>
        LabCase.Causes(LabCase.Lost("comp1-vm5", "net1-dhcp", "net1", "eth2").WithTrace(
            "tunnel-vni-missing", "net1", "vxlan-0a580015", "tapd8ddeccc-1f")).ShouldBe(["T2 net1 br-tun"]);

    [Fact]
    public void Findings_TunnelLeadsElsewhere_NamesBothEnds() =>
        LabCase.Findings(Tunnel("tunnel-elsewhere")).Single().Evidence[0]
            .ShouldEndWith("it goes to 10.88.0.31, not to comp2 (10.88.0.22)");

    [Fact]
    public void Findings_ForeignFlow_SaysWhoseItIsNotAndHowToTakeItAway()
    {
        var finding = LabCase.Findings(Out("foreign-br-ex")).Single();

        finding.Evidence[0].ShouldContain("priority=60000");
        finding.Remedy.ShouldNotBeNull()
            .ShouldContain("ovs-ofctl del-flows br-ex \"cookie=0x77/-1,table=0,in_port=phy-br-ex,dl_src=fa:16:3e:ef:bd:0f\"");
    }

    [Fact]
    public void Findings_HealthyTraces_Nothing()
    {
        LabCase.Findings(Out("vlan-out-healthy")).ShouldBeEmpty();
        LabCase.Findings(In("vlan-in-healthy")).ShouldBeEmpty();
        LabCase.Findings(Tunnel("tunnel-unicast-healthy")).ShouldBeEmpty();
        LabCase.Findings(Tunnel("tunnel-out-healthy")).ShouldBeEmpty();
        LabCase.Findings(LabCase.Lost("comp1-vm1", "comp2-vm3", "comp2", "eth1")
            .WithTrace("native-in-healthy", "comp2", "eth1", LabCase.Tap3))
            .ShouldBeEmpty();
        LabCase.Findings(LabCase.Lost("comp2-vm3", "comp1-vm1", "comp2", LabCase.Tap3)
            .WithTrace("native-out-healthy", "comp2", LabCase.Tap3, "eth1")).ShouldBeEmpty();
    }

    [Fact]
    public void Findings_Answered_TracesSayNothing() =>
        LabCase.Findings(LabCase.Lost("comp1-vm1", "comp2-vm3", null, null)
            .WithTrace("flows-gone", "comp1", LabCase.Qvo1, "eth1")).ShouldBeEmpty();

    [Fact]
    public void Findings_FlowDidNotCountThePackets_Unknown()
    {
        var finding = LabCase.Findings(
            LabCase.Lost("comp1-vm1", "comp2-vm3", "comp1", LabCase.Qvo1)
                .WithTrace("foreign-br-int", "comp1", LabCase.Qvo1, "eth1", moved: 0)).Single();

        (finding.Cause.Id, finding.State).ShouldBe(("I6", CheckState.Unknown));
    }

    [Fact]
    public void Findings_SeveralExchangesEndAlike_AreOne()
    {
        var evidence = LabCase.Lost("comp1-vm1", "comp2-vm3", "comp1", LabCase.Qvo1, ProbeKind.ArpPeer, ProbeKind.EchoPeer)
            .WithTrace("provider-out-missing", "comp1", LabCase.Qvo1, "eth1");
        evidence.Traces = [.. evidence.Traces, evidence.Traces[0] with { Probe = ProbeKind.ArpPeer }];

        LabCase.Findings(evidence).Single().Breaks.ShouldBe([ProbeKind.EchoPeer, ProbeKind.ArpPeer]);
    }

    private static DiagnosisEvidence Out(string recorded) =>
        LabCase.Lost("comp1-vm1", "comp2-vm3", "comp1", LabCase.Qvo1).WithTrace(recorded, "comp1", LabCase.Qvo1, "eth1");

    private static DiagnosisEvidence In(string recorded) =>
        LabCase.Lost("comp2-vm3", "comp1-vm1", "comp1", "eth1").WithTrace(recorded, "comp1", "eth1", LabCase.Qvo1);

    private static DiagnosisEvidence Tunnel(string recorded) =>
        LabCase.Lost("comp1-vm5", "comp2-vm6", "comp1", LabCase.Qvo5).WithTrace(recorded, "comp1", LabCase.Qvo5, "eth2");
}
