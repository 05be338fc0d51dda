using Steth.Contracts.Operations;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Tests.Cases;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Tests.Checks;

/// <summary>What no check may claim.</summary>
public sealed class HealthyCaseTests
{
    [Theory]
    [InlineData(PortPlug.Hybrid, "vxlan", true)]
    [InlineData(PortPlug.Hybrid, "vlan", true)]
    [InlineData(PortPlug.Native, "vxlan", true)]
    [InlineData(PortPlug.Native, "vlan", true)]
    [InlineData(PortPlug.Hybrid, "vlan", false)]
    [InlineData(PortPlug.Native, "vxlan", false)]
    public void Judge_Healthy_FindsNothing(PortPlug plug, string type, bool routed)
    {
        var healthy = new LabCase(plug, type, routed);
        healthy.AllFindings().ShouldBeEmpty();
    }

    [Fact]
    public void Diagnose_HealthyWithAllSymptoms_IsHealthy() => new LabCase().Diagnose().Verdict.Status.ShouldBe(DiagnosisStatus.Healthy);

    [Theory]
    [InlineData("comp1", PortPlug.Hybrid)]
    [InlineData("comp2", PortPlug.Native)]
    [InlineData("net1", PortPlug.Hybrid)]
    [InlineData("net1", PortPlug.Native)]
    public void Judge_SilentHost_ClaimsNothing(string host, PortPlug plug)
    {
        var situation = new LabCase(plug).Silent(host);
        foreach (var probe in situation.Evidence.Probes)
            situation.LoseRequest(probe.Kind, null);
        situation.AllFindings().ShouldAllBe(f => f.State == CheckState.Unknown);
        situation.AllFindings().ShouldContain(f => f.Host == host && f.Evidence.Any(e => e.Contains("connection refused")));
        situation.Diagnose().Verdict.Status.ShouldBe(DiagnosisStatus.Inconclusive);
    }

    [Fact]
    public void Diagnose_AskedInVainAndTheTraceFailed_BlamesNobody()
    {
        var lost = new LabCase().Namespace(LabCase.RouterSpace, n => n with { Neighbours = [n.Neighbours![0] with { State = "FAILED" }] })
            .AsksOutside("br-ex", "NORMAL", "eth2").LoseRequest(ProbeKind.EchoInternet, "qr-5cb04847-d0");
        var evidence = lost.Evidence with { Traces = [lost.Evidence.Traces[0] with { Result = null, Problem = "ovs-appctl failed" }] };

        var verdict = DiagnosisEngine.Diagnose(evidence).Verdict;

        (verdict.Status, verdict.Causes.Count).ShouldBe((DiagnosisStatus.Inconclusive, 0));
    }

    [Fact]
    public void Diagnose_OvsThatDoesNotAnswer_IsSaid()
    {
        const string reason = "Open vSwitch's database did not answer within 5 s; look at the service ovsdb-server.";
        var report = new LabCase().Host("comp1", h => h with { Ovs = h.Ovs! with { Running = false, Reason = reason, Bridges = [] } }).Diagnose();

        report.Notes.ShouldContain($"comp1: {reason}");
    }

    [Fact]
    public void Judge_LossWithoutAnyFault_ClaimsNothing()
    {
        var situation = new LabCase().LoseRequest(ProbeKind.Dhcp, "eth1", "comp1").LoseRequest(ProbeKind.EchoInternet, "eth1", "comp1");
        situation.AllFindings().ShouldAllBe(f => f.State == CheckState.Unknown);
    }

    [Fact]
    public void Judge_CountersNotRead_SaysWhatIsMissing()
    {
        var finding = new LabCase().Host("comp1", h => h with { OwnAfter = null }).LoseRequest(ProbeKind.Dhcp, "tap75e9329b-9c")
            .AllFindings().ShouldHaveSingleItem();
        finding.State.ShouldBe(CheckState.Unknown);
        finding.Evidence[0].ShouldContain("counters");
    }

    [Fact]
    public void Judge_HybridPortWithoutChains_IsUnknown()
    {
        var situation = new LabCase().Host("comp1", h => h with
        {
            Own = h.Own! with { Rules = [] },
            OwnAfter = h.Own! with { Rules = [] },
        });
        situation.AllFindings().ShouldBeEmpty();
        situation.LoseRequest(ProbeKind.Dhcp, "tap75e9329b-9c").AllFindings().ShouldHaveSingleItem().State.ShouldBe(CheckState.Unknown);
    }

    [Fact]
    public void Judge_BridgeFilterOff_IsARemarkOnly()
    {
        var situation = new LabCase().Host("comp1", h => h with { Own = h.Own! with { BridgeNfCallIptables = false } });
        situation.AllFindings().ShouldHaveSingleItem().IsRemark.ShouldBeTrue();
        situation.Diagnose().Verdict.Status.ShouldBe(DiagnosisStatus.Healthy);
    }

    [Theory]
    [InlineData("neutron-openvswitch-agent", "comp1", 1)]
    [InlineData("neutron-openvswitch-agent", "comp2", 0)]
    [InlineData("neutron-metadata-agent", "net1", 1)]
    [InlineData("neutron-l3-agent", "net1", 1)]
    public void Diagnose_AgentDeadAndPacketsPass_IsARemarkOfTheHostsOnTheWay(string binary, string host, int remarks)
    {
        var situation = new LabCase().Port(p => p with
        {
            Agents = [.. p.Agents!.Select(a => a.Host == host && a.Binary == binary ? a with { Alive = false } : a)],
        });
        situation.AllFindings().Count(f => f.IsRemark && f.Host == host && f.Device == binary).ShouldBe(remarks);
        situation.AllFindings().Count.ShouldBe(remarks);
        situation.Diagnose().Verdict.Status.ShouldBe(DiagnosisStatus.Healthy);
    }

    [Fact]
    public void Judge_TwoDhcpServersOfNeutron_IsNoRogue()
    {
        var second = LabIntent.InsideMac;
        var situation = new LabCase().Port(p => p with
        {
            DhcpPorts = [.. p.DhcpPorts, p.DhcpPorts[0] with { PortId = Guid.NewGuid(), Mac = second, Host = null }],
        });
        situation.Change(ProbeKind.Dhcp, p => p with
        {
            Sightings = [.. p.Sightings, .. p.Sightings.Where(s => !s.IsRequest).Select(s => s with { SourceMac = second })],
        });
        situation.AllFindings().ShouldBeEmpty();
    }

    [Fact]
    public void Judge_RouterThatDoesNotTranslate_IsLeftAlone()
    {
        var situation = new LabCase()
            .Port(p => p with { Router = p.Router! with { SnatEnabled = false }, FloatingIps = [] })
            .Namespace(LabCase.RouterSpace, n => n with { Rules = [.. n.Rules!.Where(r => !r.Text.Contains("SNAT"))] });
        situation.AllFindings().ShouldBeEmpty();
    }

    [Fact]
    public void Judge_BackgroundTrafficDroppedInTheRouter_IsNotBlamedForALossBeforeIt()
    {
        var situation = new LabCase().Host("net1", h => h with
        {
            NamespacesAfter =
            [
                .. h.NamespacesAfter.Select(n => n with { Rules = [.. n.Rules!.Select(r => r with { Packets = r.Packets + 5 })] }),
            ],
        });
        situation.LoseRequest(ProbeKind.EchoInternet, "tap75e9329b-9c").AllFindings().ShouldBeEmpty();
    }
}
