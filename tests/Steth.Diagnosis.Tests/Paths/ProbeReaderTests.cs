using Steth.Contracts.Operations;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Paths;
using Steth.Diagnosis.Tests.Cases;

namespace Steth.Diagnosis.Tests.Paths;

/// <summary>How far a probe came, by what the captures saw and by what they could have seen.</summary>
public sealed class ProbeReaderTests
{
    private const string Qvo = "qvo75e9329b-9c";
    private const string Tap = "tap75e9329b-9c";
    private const string DhcpTap = "tap0f265733-84";

    [Fact]
    public void Read_Answered_HasNoSuspects()
    {
        var outcome = Read(new LabCase());
        (outcome.State, outcome.IsRequest, outcome.NotSeen).ShouldBe((ProbeState.Answered, false, null));
        outcome.Suspects.ShouldBeEmpty();
        outcome.Beyond.ShouldBeEmpty();
        outcome.LastSeenText.ShouldBe($"DHCPOFFER at comp1 {Tap}");
    }

    [Fact]
    public void Read_RequestLost_SuspectsAllFromTheLastThatSawItToTheFirstThatDidNot()
    {
        var outcome = Read(new LabCase().LoseRequest(ProbeKind.Dhcp, Qvo));
        (outcome.State, outcome.IsRequest).ShouldBe((ProbeState.Lost, true));
        outcome.Suspects.Select(h => $"{h}").ShouldBe([$"comp1 {Qvo}", "comp1 br-int", "comp1 br-tun", "comp1 eth1"]);
        outcome.Beyond.Select(h => $"{h}").ShouldBe(["net1 eth1", "net1 br-tun", "net1 br-int", $"net1 {DhcpTap}"]);
        outcome.LastSeenText.ShouldBe($"DHCPDISCOVER at comp1 {Qvo}");
    }

    [Fact]
    public void Read_AnswerLost_IsTheAnswersLeg()
    {
        var outcome = Read(new LabCase().LoseAnswer(ProbeKind.Dhcp, "eth1", "net1"));
        (outcome.State, outcome.IsRequest).ShouldBe((ProbeState.Lost, false));
        outcome.Suspects.Select(h => $"{h}").ShouldBe(["net1 eth1", "comp1 eth1"]);
        outcome.LastSeenText.ShouldBe("DHCPOFFER leaving net1 eth1");
    }

    [Fact]
    public void Read_RequestAtTheServerAndNoAnswer_SuspectsTheServer()
    {
        var outcome = Read(new LabCase().NoAnswer(ProbeKind.Dhcp));
        outcome.State.ShouldBe(ProbeState.Unanswered);
        outcome.Suspects.ShouldHaveSingleItem().Device.ShouldBe(DhcpTap);
    }

    [Fact]
    public void Read_SeenNowhere_SuspectsTheFirstHops()
    {
        var outcome = Read(new LabCase().LoseRequest(ProbeKind.Dhcp, null));
        (outcome.State, outcome.LastSeen, outcome.NotSeen, outcome.LastSeenText).ShouldBe((ProbeState.Lost, -1, 0, null));
        outcome.Suspects.ShouldHaveSingleItem().Device.ShouldBe(Tap);
    }

    [Theory]
    [InlineData("The capture dropped 3 frames.")]
    [InlineData("No such device exists")]
    public void Read_HopThatCouldNotSee_IsNeverBlamed(string problem)
    {
        var situation = new LabCase().LoseRequest(ProbeKind.Dhcp, Qvo).Listener("comp1", "eth1", problem);
        var outcome = Read(situation);
        outcome.Leg[outcome.NotSeen!.Value].ToString().ShouldBe("net1 eth1");
        outcome.Suspects.Select(h => $"{h}").ShouldBe([$"comp1 {Qvo}", "comp1 br-int", "comp1 br-tun", "comp1 eth1", "net1 eth1"]);
    }

    [Fact]
    public void Read_NothingBehindCouldSee_IsOutOfSight()
    {
        var situation = new LabCase().LoseRequest(ProbeKind.Dhcp, Qvo);
        foreach (var (host, device) in new[] { ("comp1", "eth1"), ("net1", "eth1"), ("net1", DhcpTap) })
            situation.Listener(host, device, "not listened on");
        var outcome = Read(situation);
        (outcome.State, outcome.NotSeen).ShouldBe((ProbeState.OutOfSight, null));
        outcome.Suspects[^1].Device.ShouldBe(DhcpTap);
        outcome.Beyond.ShouldBeEmpty();
    }

    [Fact]
    public void Read_ServerThatCouldNotBeWatched_IsNotUnanswered() =>
        Read(new LabCase().NoAnswer(ProbeKind.Dhcp).Listener("net1", DhcpTap, "The capture dropped 1 frames.")).State.ShouldBe(ProbeState.OutOfSight);

    [Fact]
    public void Read_NotSent_IsNotLost()
    {
        var situation = new LabCase().LoseRequest(ProbeKind.Dhcp, null).Change(ProbeKind.Dhcp, p => p with { NotRun = "no tap" });
        Read(situation).State.ShouldBe(ProbeState.NotSent);
    }

    [Fact]
    public void Read_FrameInTheWrongDirection_ProvesNothing()
    {
        // A frame that leaves by the tap is going to the guest, whoever made it.
        var situation = new LabCase().LoseRequest(ProbeKind.Dhcp, Tap).Change(ProbeKind.Dhcp, p => p with
        {
            Sightings = [.. p.Sightings.Select(s => s with { Direction = FrameDirection.Out })],
        });
        Read(situation).LastSeen.ShouldBe(-1);
    }

    [Fact]
    public void Read_SameDeviceInAnotherNamespaceOrHost_ProvesNothing()
    {
        var situation = new LabCase().NoAnswer(ProbeKind.Dhcp).Change(ProbeKind.Dhcp, p => p with
        {
            Sightings = [.. p.Sightings.Select(s => s with { Namespace = "qdhcp-other", Host = s.Device == DhcpTap ? s.Host : "comp9" })],
        });
        Read(situation).LastSeen.ShouldBe(-1);
    }

    [Fact]
    public void Read_Refusal_IsNoAnswer() => Read(new LabCase().Refuse(ProbeKind.SynMetadata), ProbeKind.SynMetadata).State.ShouldBe(ProbeState.Unanswered);

    [Theory]
    [InlineData("eth1")]
    [InlineData("eth3")]
    public void Read_EitherOfTwoNics_Carries(string nic)
    {
        var situation = TwoNics().Change(ProbeKind.Dhcp, p => p with
        {
            Sightings = [.. p.Sightings.Select(s => s is { Host: "comp2", Device: "eth1" } ? s with { Device = nic } : s)],
        });
        Read(situation).State.ShouldBe(ProbeState.Answered);
        Read(situation.LoseRequest(ProbeKind.Dhcp, "eth1", "comp2").Change(ProbeKind.Dhcp, p => p with
        {
            Sightings = [.. p.Sightings.Select(s => s.Device == "eth1" ? s with { Device = nic } : s)],
        })).LastSeenText.ShouldBe($"DHCPDISCOVER leaving comp2 {nic}");
    }

    [Fact]
    public void Read_OneOfTwoNicsNotListenedOn_IsNotReliable()
    {
        var situation = TwoNics().LoseRequest(ProbeKind.Dhcp, Tap);
        Read(situation).Suspects[^1].ToString().ShouldBe("net1 eth1");
        situation.Evidence.Listeners = [.. situation.Evidence.Listeners, new ListenerEvidence { Host = "comp2", Device = "eth3" }];
        Read(situation).Suspects[^1].ToString().ShouldBe("comp2 eth1/eth3");
    }

    [Fact]
    public void Read_FloatingIp_EndsAtTheGuest()
    {
        var delivered = Read(new LabCase().NoAnswer(ProbeKind.EchoFloating), ProbeKind.EchoFloating);
        (delivered.State, delivered.IsRequest).ShouldBe((ProbeState.Answered, true));
        Read(new LabCase().LoseRequest(ProbeKind.EchoFloating, Qvo), ProbeKind.EchoFloating).Suspects[^1].Device.ShouldBe("qvb75e9329b-9c");
    }

    [Theory]
    [InlineData(null, null, "DHCPDISCOVER leaving comp1 eth1")]
    [InlineData(101, null, "DHCPDISCOVER leaving comp1 eth1, tagged 101")]
    [InlineData(null, 809, "DHCPDISCOVER leaving comp1 eth1 in a tunnel, VNI 809")]
    public void LastSeenText_TellsTheSegment(int? vlan, int? vni, string text)
    {
        var situation = new LabCase().LoseRequest(ProbeKind.Dhcp, "eth1", "comp1").Change(ProbeKind.Dhcp, p => p with
        {
            Sightings = [.. p.Sightings.Select(s => s.Device == "eth1" ? s with { Vlan = vlan, Vni = vni } : s)],
        });
        Read(situation).LastSeenText.ShouldBe(text);
    }

    [Fact]
    public void Read_SecondServerAnswers_IsAnswered()
    {
        var second = Guid.NewGuid();
        var situation = new LabCase().NoAnswer(ProbeKind.Dhcp);
        situation.Plug("comp1", second, "vxlan").Port(p => p with { DhcpPorts = [.. p.DhcpPorts, p.DhcpPorts[0] with { PortId = second, Host = "comp1" }] });
        Read(situation).State.ShouldBe(ProbeState.Unanswered);
        situation.Answer(ProbeKind.Dhcp);
        Read(situation).State.ShouldBe(ProbeState.Answered);
    }

    private static LabCase TwoNics()
    {
        var situation = new LabCase(PortPlug.Native, "vlan");
        return situation.Plug("comp2", LabCase.Guest, "vlan", "eth1", "eth3").Listener("comp2", "eth3", "gone").Answer(ProbeKind.Dhcp);
    }

    private static ProbeOutcome Read(LabCase situation, ProbeKind kind = ProbeKind.Dhcp) =>
        ProbeReader.Read(situation.Evidence, situation.Evidence.Probes.Single(p => p.Kind == kind));
}
