using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Tests.Cases;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Tests.Checks.Filters;

/// <summary>When a table of tracked connections is a cause, when a remark, when nothing.</summary>
public sealed class ConntrackChecksTests
{
    private const string Tap = "tap75e9329b-9c";

    [Theory]
    [InlineData(94_000, 0)]
    [InlineData(95_000, 1)]
    [InlineData(100_000, 1)]
    public void Host_NearlyFullWhileAllPasses_IsARemark(long count, int remarks)
    {
        var situation = new LabCase().Conntrack(null, count, 100_000, 0);

        situation.AllFindings().Select(f => (f.Cause.Id, f.IsRemark)).ShouldBe(Enumerable.Repeat(("Q5", true), remarks));
        situation.Diagnose().Verdict.Status.ShouldBe(DiagnosisStatus.Healthy);
    }

    [Theory]
    [InlineData(100_000, 2L)] // fewer than the probe was sent: the kernel made room for the others
    [InlineData(100_000, 0L)]
    [InlineData(99_999, 30L)]
    [InlineData(99_999, null)]
    public void Host_LossThatTheTableDoesNotExplain_IsARemark(long count, long? dropped)
    {
        var situation = new LabCase().Conntrack(null, count, 100_000, dropped).LoseRequest(ProbeKind.Dhcp, Tap);

        var finding = situation.AllFindings().ShouldHaveSingleItem();
        (finding.Cause.Id, finding.IsRemark).ShouldBe(("Q5", true));
        situation.Diagnose().Verdict.Status.ShouldBe(DiagnosisStatus.Inconclusive);
    }

    [Fact]
    public void Host_FullAndDropping_TellsHowFullAndWhatToDo()
    {
        var cause = new LabCase().Conntrack(null, 65_536, 65_536, 3).LoseRequest(ProbeKind.Dhcp, Tap).Diagnose().Verdict.Causes[0];

        cause.Evidence.ShouldBe(
        [
            "comp1: the host has 65536 of at most 65536 tracked connections (net.netfilter.nf_conntrack_max); packets of new ones are dropped",
            "comp1: 3 packets could not be tracked and were dropped while the probe was sent 3 times",
        ]);
        cause.Remedy.ShouldBe("on comp1 run 'sysctl -w net.netfilter.nf_conntrack_max=131072' in the host's own namespace, "
            + "and see what fills the table ('conntrack -L')");
    }

    [Fact]
    public void Host_LossOfArp_IsARemark() => new LabCase().Conntrack(null, 100, 100, 30).LoseRequest(ProbeKind.ArpGateway, Tap)
        .AllFindings().ShouldHaveSingleItem().IsRemark.ShouldBeTrue();

    [Fact]
    public void Host_LossElsewhere_IsNoCause() => new LabCase().Conntrack(null, 100, 100, 30).LoseRequest(ProbeKind.Dhcp, "eth1", "comp1")
        .Diagnose().Verdict.Causes.ShouldBeEmpty();

    [Fact]
    public void Host_AnyNumberAllowed_IsNoFinding() => new LabCase().Conntrack(null, 100, 0, 0).AllFindings().ShouldBeEmpty();

    [Fact]
    public void Host_BridgedPacketsAreNotTracked_IsNoFinding() => new LabCase().Conntrack(null, 100, 100, 30)
        .Space(null, (n, _) => n with { BridgeNfCallIptables = null }).LoseRequest(ProbeKind.Dhcp, Tap).AllFindings().ShouldBeEmpty();

    [Fact]
    public void Router_FullOfAnotherNamespace_IsNoFinding() => new LabCase().Conntrack(LabCase.DhcpSpace, 100, 100, 30)
        .LoseRequest(ProbeKind.EchoInternet, "qr-5cb04847-d0").AllFindings().ShouldBeEmpty();

    [Fact]
    public void Router_Full_IsNotTakenForADeadGateway() => new LabCase().Conntrack(LabCase.RouterSpace, 100, 100, 3)
        .Namespace(LabCase.RouterSpace, n => n with { Neighbours = [n.Neighbours![0] with { State = "FAILED" }] })
        .LoseRequest(ProbeKind.EchoInternet, "qr-5cb04847-d0").Diagnose().Verdict.Causes.Select(c => c.Id).ShouldBe(["R7"]);
}
