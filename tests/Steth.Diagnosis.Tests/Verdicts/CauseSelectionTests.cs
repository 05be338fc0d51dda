using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Paths;
using Steth.Diagnosis.Tests.Cases;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Tests.Verdicts;

/// <summary>Which of the findings explain a loss, and in what order.</summary>
public sealed class CauseSelectionTests
{
    private const string Qvo = "qvo75e9329b-9c";
    private static readonly ProbeOutcome _lostBehindQvo = Outcome(new LabCase().LoseRequest(ProbeKind.Dhcp, Qvo));
    private static readonly Finding _near = At(CauseCatalogue.NicDown, "comp1", "eth1");
    private static readonly Finding _behind = At(CauseCatalogue.DhcpPortDown, "net1", "tap0f265733-84", LabCase.DhcpSpace);
    private static readonly Finding _before = At(CauseCatalogue.QbrBroken, "comp1", "qbr75e9329b-9c");

    [Fact]
    public void Explain_NearAndBehind_NamesTheNearFirst() => Ids(_behind, _near).ShouldBe(["F4", "D5"]);

    [Fact]
    public void Explain_OnlyBehind_ExplainsNothing() => Ids(_behind).ShouldBeEmpty();

    [Fact]
    public void Explain_BeforeTheLastThatSawIt_IsContradicted() => Ids(_before, _near).ShouldBe(["F4"]);

    [Fact]
    public void Explain_SeveralNear_ComeInTheOrderOfTheWay() =>
        Ids(_near, At(CauseCatalogue.PatchBroken, "comp1", "br-int"), At(CauseCatalogue.TunnelFlowMissing, "comp1", "br-tun")).ShouldBe(["U1", "T2", "F4"]);

    [Fact]
    public void Explain_AtOnePlace_TheObservedComesFirst() =>
        Ids(At(CauseCatalogue.PatchBroken, "comp1", "br-int"), At(CauseCatalogue.FirewallDrop, "comp1", "br-int") with { IsObserved = true })
            .ShouldBe(["I3", "U1"]);

    [Fact]
    public void Explain_WholePath_ComesBeforePlaces() => Ids(_near, _near with { Cause = CauseCatalogue.BindingFailed, At = [] }).ShouldBe(["P1", "F4"]);

    [Fact]
    public void Explain_UnknownOrForAnotherProbe_IsNoCause() =>
        Ids(_near with { State = CheckState.Unknown }, _near with { Breaks = [ProbeKind.EchoGateway] }).ShouldBeEmpty();

    [Fact]
    public void Explain_FaultOfTheOtherLeg_IsNoCauseOfThis()
    {
        Ids(_near with { BreaksRequest = false }).ShouldBeEmpty();
        Ids(_near with { BreaksRequest = true }).ShouldBe(["F4"]);
        // With the request lost, the whole way back is as unknown.
        Ids(_near, At(CauseCatalogue.FilterDrop, "comp1", "qvb75e9329b-9c") with { BreaksRequest = false }).ShouldBe(["F4", "Q2"]);
    }

    [Fact]
    public void Explain_AnswerLost_TakesTheFaultOfItsLeg()
    {
        var outcome = Outcome(new LabCase().LoseAnswer(ProbeKind.Dhcp, "eth1", "net1"));
        Ids(outcome, _near with { BreaksRequest = false }, _near with { Cause = CauseCatalogue.FabricLoss, BreaksRequest = true }).ShouldBe(["F4"]);
        // Behind the lost answer the request has passed: what stops everything there is contradicted, what stops answers alone is not.
        var behind = At(CauseCatalogue.PortNotWired, "comp1", Qvo);
        Ids(outcome, _near with { BreaksRequest = false }, behind).ShouldBe(["F4"]);
        Ids(outcome, _near with { BreaksRequest = false }, behind with { BreaksRequest = false }).ShouldBe(["F4", "I1"]);
    }

    [Fact]
    public void Explain_ConsequenceOfAnother_IsNotNamed() =>
        Ids(_near, At(CauseCatalogue.PatchBroken, "comp1", "br-int") with { Explains = [CauseCatalogue.NicDown] }).ShouldBe(["U1"]);

    [Fact]
    public void Explain_ConsequenceOnAnotherHost_IsNamed() =>
        Ids(_near, At(CauseCatalogue.PatchBroken, "net1", "br-int") with { Explains = [CauseCatalogue.NicDown] }).ShouldBe(["F4", "U1"]);

    /// <summary>What leads packets to another VM astray is not why those to the gateway are lost, whatever else it may explain.</summary>
    [Fact]
    public void Explain_RootThatSparesTheProbe_DoesNotTakeItsPlace()
    {
        var root = At(CauseCatalogue.PatchBroken, "comp1", "br-int") with { Explains = [CauseCatalogue.NicDown] };
        Ids(_near, root with { Breaks = [ProbeKind.EchoPeer] }).ShouldBe(["F4"]);
        Ids(_near, root with { Breaks = [ProbeKind.Dhcp, ProbeKind.EchoPeer] }).ShouldBe(["U1"]);
    }

    [Fact]
    public void Explain_RemarkThatExplainsACause_TakesItsPlace()
    {
        var dead = new Finding
        {
            Cause = CauseCatalogue.AgentDead,
            Host = "comp1",
            IsRemark = true,
            Explains = [CauseCatalogue.NicDown],
            Evidence = ["it is dead"],
        };
        Ids(dead).ShouldBeEmpty();
        Ids(dead, _near).ShouldBe(["P2"]);
        Ids(dead with { Host = "comp2" }, _near).ShouldBe(["F4"]);
        Ids(dead with { State = CheckState.Unknown }, _near).ShouldBe(["F4"]);
    }

    [Fact]
    public void Explain_ChainOfRoots_EndsAtTheDeepest() =>
        Ids(
            _near,
            At(CauseCatalogue.PatchBroken, "comp1", "br-int") with { Explains = [CauseCatalogue.NicDown] },
            At(CauseCatalogue.FlowsGone, "comp1", "br-int") with { Explains = [CauseCatalogue.PatchBroken] }).ShouldBe(["I2"]);

    [Fact(Timeout = 10_000)]
    public async Task Explain_CausesThatExplainEachOther_ComesToAnEnd()
    {
        // The two explain each other, and both explain the third: whoever follows them must not go round for ever.
        var one = At(CauseCatalogue.PatchBroken, "comp1", "br-int") with { Explains = [CauseCatalogue.FlowsGone] };
        var two = At(CauseCatalogue.FlowsGone, "comp1", "br-int") with { Explains = [CauseCatalogue.PatchBroken, CauseCatalogue.NicDown] };
        var ids = await Task.Run(() => Ids(_near, one, two), TestContext.Current.CancellationToken);
        ids.ShouldNotBeEmpty();
        ids.ShouldNotContain("F4");
    }

    [Fact]
    public void Explain_Answered_TakesTheDecisiveAlone()
    {
        var answered = Outcome(new LabCase());
        Ids(answered, _near, _near with { Cause = CauseCatalogue.RogueDhcpServer, IsDecisive = true }).ShouldBe(["D3"]);
    }

    private static string[] Ids(params Finding[] findings) => Ids(_lostBehindQvo, findings);

    private static string[] Ids(ProbeOutcome outcome, params Finding[] findings) =>
        [.. CauseSelection.Explain(ProbeKind.Dhcp, outcome, findings).Select(f => f.Cause.Id)];

    private static ProbeOutcome Outcome(LabCase situation) =>
        ProbeReader.Read(situation.Evidence, situation.Evidence.Probes.Single(p => p.Kind == ProbeKind.Dhcp));

    private static Finding At(Cause cause, string host, string device, string? space = null) => new()
    {
        Cause = cause,
        Host = host,
        Device = device,
        At = [new PathHop { Host = host, Device = device, Namespace = space, Kind = HopKind.Nic }],
        Evidence = ["it is so"],
    };
}
