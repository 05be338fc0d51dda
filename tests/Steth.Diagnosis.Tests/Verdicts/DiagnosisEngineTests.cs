using Steth.Contracts.Operations;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Intent;
using Steth.Diagnosis.Tests.Cases;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Tests.Verdicts;

/// <summary>From evidence to a report, where it is not the checks that decide.</summary>
public sealed class DiagnosisEngineTests
{
    private const string Qvo = "qvo75e9329b-9c";

    [Fact]
    public void Diagnose_CheckThatThrows_IsUnknownAndCostsNoOther()
    {
        var situation = new LabCase().LoseRequest(ProbeKind.Dhcp, Qvo).LoseRequest(ProbeKind.EchoInternet, "qg-2ddac085-23")
            .Namespace(LabCase.RouterSpace, n => n with { Rules = [null!] })
            .Device("comp1", "eth1", WiringProblem.Down);
        var report = situation.Diagnose();
        var failed = report.Findings.Where(f => f.Evidence[0].StartsWith("The check failed: ", StringComparison.Ordinal)).ToList();
        failed.ShouldNotBeEmpty();
        failed.ShouldAllBe(f => f.State == CheckState.Unknown);
        report.Verdict.Causes[0].Id.ShouldBe("F4");
        report.RuledOut.ShouldNotContain(failed[0].Id + " " + failed[0].Slug);
    }

    [Fact]
    public void Diagnose_NoProbeAtAll_IsInconclusive()
    {
        var report = DiagnosisEngine.Diagnose(new LabCase().Evidence with { Probes = [], Listeners = [] });
        report.Verdict.ShouldBe(new DiagnosisVerdict(DiagnosisStatus.Inconclusive, [], "nothing could be tried"));
        report.Symptoms.ShouldAllBe(s => s.Status == DiagnosisStatus.Inconclusive && s.Note == "nothing could be tried");
        report.Hops.ShouldBeEmpty();
        report.Injection.ShouldBe("none");
    }

    [Fact]
    public void Diagnose_NoSymptomAtAll_IsNotHealthy() =>
        DiagnosisEngine.Diagnose(new LabCase().Evidence with { Symptoms = [] }).Verdict
            .ShouldBe(new DiagnosisVerdict(DiagnosisStatus.Inconclusive, [], "no symptom was looked for"));

    [Fact]
    public void Diagnose_NobodyAnswers_NamesThemAll()
    {
        var situation = new LabCase();
        foreach (var host in new[] { "comp1", "comp2", "net1" })
            situation.Silent(host);
        situation.Evidence.Probes = [.. situation.Evidence.Probes.Select(p => p with { NotRun = "no node that answers has the port", Sightings = [] })];
        var report = situation.Diagnose();
        report.Verdict.Status.ShouldBe(DiagnosisStatus.Inconclusive);
        report.Verdict.Missing.ShouldBe("no node that answers has the port");
        report.Unreachable.ShouldBe(new[] { "comp1", "comp2", "net1" }.Select(h => new UnreachableHost(h, "connection refused")));
    }

    [Fact]
    public void Diagnose_OneProbeNotRun_IsNotHealthy()
    {
        var report = new LabCase().Change(ProbeKind.EchoGateway, p => p with { NotRun = "the MAC of the gateway is not known", Sightings = [] }).Diagnose();
        report.Verdict.Status.ShouldBe(DiagnosisStatus.Inconclusive);
        report.Symptoms.Single(s => s.Status != DiagnosisStatus.Healthy)
            .ShouldBe(new SymptomResult(Symptom.NoGateway, DiagnosisStatus.Inconclusive, "the MAC of the gateway is not known"));
    }

    [Fact]
    public void Diagnose_UnexplainedLoss_SaysBetweenWhatAndThatNothingExplainsIt() =>
        new LabCase().LoseRequest(ProbeKind.Dhcp, "eth1", "comp1").Diagnose().Verdict.Missing.ShouldStartWith(
            "the packet was lost between comp1 eth1 and net1 eth1 (last seen: DHCPDISCOVER leaving comp1 eth1), and nothing that was read there "
                + "explains it");

    [Fact]
    public void Diagnose_FaultThatStopsNothing_IsANote()
    {
        var report = new LabCase().Device("comp1", "eth1", WiringProblem.Down).Diagnose();
        report.Verdict.Status.ShouldBe(DiagnosisStatus.Healthy);
        report.Notes.ShouldContain(n => n.StartsWith("F4 nic-down at comp1 eth1 does not stop these packets", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("dvr", "the network's router is distributed (DVR), which this version does not follow")]
    [InlineData("l3-ha", "the network's router is highly available (VRRP), which this version does not follow")]
    [InlineData("ovn", "comp1 is an OVN chassis (Open_vSwitch external_ids:ovn-remote), which this version does not follow")]
    [InlineData("linux-bridge", "the port is wired by the Linux bridge agent, which this version does not follow")]
    [InlineData("sr-iov", "the port's vnic_type is direct: its packets bypass Open vSwitch, and this version does not follow them")]
    [InlineData("ml2-ovs hybrid vxlan", "the port is a subport of a trunk, which this version does not follow")]
    public void Diagnose_WhatIsNotFollowed_IsNamedAndNeverACause(string architecture, string reason)
    {
        var situation = new LabCase().LoseRequest(ProbeKind.Dhcp, Qvo).Device("comp1", "eth1", WiringProblem.Down);
        situation.Diagnose().Verdict.Status.ShouldBe(DiagnosisStatus.Fault);
        if (architecture == "ovn")
        {
            situation.Host("comp1", h => h with
            {
                Ovs = h.Ovs! with { ExternalIds = new Dictionary<string, string> { ["ovn-remote"] = "tcp:192.0.2.1:6642" } },
            });
        }
        else
        {
            situation.Port(p => Foreign(p, architecture));
        }
        var report = situation.Diagnose();
        report.Architecture.ShouldBe(architecture);
        report.Verdict.Status.ShouldBe(DiagnosisStatus.Inconclusive);
        report.Verdict.Causes.ShouldBeEmpty();
        report.Verdict.Missing.ShouldBe(reason);
        report.Findings.ShouldBeEmpty();
        report.Symptoms.ShouldAllBe(s => s.Status == DiagnosisStatus.Inconclusive && s.Note == reason);
    }

    [Theory]
    [InlineData(PortPlug.Hybrid, "vxlan", "ml2-ovs hybrid vxlan")]
    [InlineData(PortPlug.Native, "vlan", "ml2-ovs native vlan")]
    public void Diagnose_WhatIsFollowed_IsNamed(PortPlug plug, string type, string architecture)
    {
        var report = new LabCase(plug, type).Diagnose();
        (report.Architecture, report.Injection).ShouldBe((architecture, "tap"));
    }

    [Fact]
    public void Diagnose_TwoFaultsOnOneWay_NamesBothTheNearerFirst() =>
        new LabCase().LoseRequest(ProbeKind.Dhcp, Qvo).Device("comp1", "eth1", WiringProblem.Down).Dhcp(d => d with { Process = null })
            .Diagnose().Verdict.Causes.Select(c => $"{c.Id} {c.Host}").ShouldBe(["F4 comp1", "D1 net1"]);

    private static PortIntent Foreign(PortIntent port, string what) => what switch
    {
        "dvr" => port with { Router = port.Router! with { Distributed = true } },
        "l3-ha" => port with { Router = port.Router! with { HighlyAvailable = true } },
        "linux-bridge" => port with { VifType = "bridge" },
        "sr-iov" => port with { VnicType = "direct" },
        _ => port with { Unsupported = "the port is a subport of a trunk, which this version does not follow" },
    };
}
