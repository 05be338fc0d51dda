using Steth.Contracts.Operations;
using Steth.Diagnosis.Checks;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Tests.Checks.Flows;
using Steth.Diagnosis.Tests.Paths;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Tests.Checks.Fabric;

public sealed class FabricChecksTests
{
    [Fact]
    public void Causes_VlanLostUntaggedCrosses_IsTheTrunk()
    {
        var evidence = Lost(Fabric(101, 0), Fabric(null, 3));

        LabCase.Causes(evidence).ShouldBe(["F1 comp1 eth1"]);
        LabCase.Findings(evidence).Single().Evidence.ShouldBe(
        [
            "VLAN 101 from comp1 eth1 to comp2 eth1: 3 left, 0 arrived",
            "untagged frames from comp1 eth1 to comp2 eth1: 3 left, 3 arrived",
            "The switch ports of comp1 eth1 and comp2 eth1 were not told apart",
        ]);
    }

    [Fact]
    public void Causes_SenderReachesAThirdNode_IsTheReceiversSide()
    {
        var evidence = Lost(Fabric(101, 0), Fabric(null, 3), Fabric(101, 3) with { ToHost = "net1" });

        LabCase.Causes(evidence).ShouldBe(["F1 comp2 eth1"]);
        LabCase.Findings(evidence).Single().Remedy.ShouldBe("allow VLAN 101 on the switch port of comp2 eth1");
    }

    [Fact]
    public void Causes_OtherDirectionArrives_IsTheTrunk() =>
        LabCase.Causes(Lost(Fabric(101, 0), Fabric(101, 3) with { FromHost = "comp2", ToHost = "comp1" })).ShouldBe(["F1 comp1 eth1"]);

    [Fact]
    public void Causes_NothingCrossesTaggedOrNot_IsTheFabric() =>
        LabCase.Causes(Lost(Fabric(101, 0), Fabric(null, 0), Fabric(100, 0))).ShouldBe(["F5 comp1 eth1"]);

    // A trunk without a native VLAN carries no untagged frames: that they are lost as well says nothing of the cable.
    [Fact]
    public void Causes_OwnVlanAndUntaggedAreLostAndAThirdNodeHasTheVlan_IsTheVlan() =>
        LabCase.Causes(Lost(Fabric(101, 0), Fabric(null, 0), Fabric(101, 3) with { ToHost = "net1" })).ShouldBe(["F1 comp2 eth1"]);

    [Fact]
    public void Findings_OwnVlanAndUntaggedAreLostAndNobodyElseIsThere_Unknown()
    {
        States(Lost(Fabric(101, 0), Fabric(null, 0))).ShouldBe([("F1", CheckState.Unknown)]);
        LabCase.Findings(Lost(Fabric(101, 0), Fabric(null, 0))).Single().Evidence.ShouldBe(
        [
            "VLAN 101 from comp1 eth1 to comp2 eth1: 3 left, 0 arrived; nothing shows that other frames cross: untagged frames do not either, "
                + "no other VLAN and no third node were there to try",
        ]);
    }

    [Fact]
    public void Findings_NicIsDown_SaysNothingOfTheFabric()
    {
        var evidence = Lost(Fabric(101, 0), Fabric(null, 0));

        LabCase.Findings(evidence
            with
        { Hosts = [.. evidence.Hosts.Select(h => h with { Interfaces = [Nic("eth1", 1500, up: h.Name != "comp2")] })] })
            .ShouldBeEmpty();
    }

    [Fact]
    public void Findings_WithoutAControl_AreUnknown()
    {
        States(Lost(Fabric(101, 0))).ShouldBe([("F1", CheckState.Unknown)]);
        States(Lost(Fabric(101, 0) with { ListenerAlive = false }, Fabric(null, 3))).ShouldBe([("F1", CheckState.Unknown)]);
        States(Lost(Fabric(101, 0) with { Left = 0 }, Fabric(null, 3))).ShouldBe([("F1", CheckState.Unknown)]);
        States(Lost()).ShouldBe([("F1", CheckState.Unknown)]);
    }

    [Fact]
    public void Findings_VlanCrosses_Nothing() => LabCase.Findings(Lost(Fabric(101, 3), Fabric(null, 3))).ShouldBeEmpty();

    [Fact]
    public void Causes_EndpointsAnswerAndTunnelPacketsAreLost_IsAFilter() =>
        LabCase.Causes(Tunnel(new UnderlaySize(84, 3, 3, null))).ShouldBe(["T3 comp1 eth2"]);

    /// <summary>What is lost on the way to one node is no reason for what is lost on the way to another, though both leave by one NIC.</summary>
    [Theory]
    [InlineData("T3", "vxlan", 3)]
    [InlineData("T6", "vxlan", 0)]
    [InlineData("F1", "vlan", 3)]
    [InlineData("F5", "vlan", 0)]
    public void Causes_LostToThePeersNode_AreNotThoseOfALossToTheGateways(string cause, string type, int arrived)
    {
        var situation = new Cases.LabCase(type: type).WithPeer("comp2", peer => peer, type);
        situation.Evidence.Probes = [.. situation.Evidence.Probes, new ProbeEvidence { Kind = ProbeKind.EchoPeer, Host = "comp1", Attempts = 3 }];
        situation.LoseRequest(ProbeKind.EchoPeer, "eth1", "comp1").LoseRequest(ProbeKind.EchoGateway, "eth1", "comp1");
        situation.Evidence.Underlay = type == "vxlan" ? [Underlay(new UnderlaySize(84, 3, arrived, null))] : [];
        situation.Evidence.Fabric = type == "vlan" ? [Fabric(101, 0), Fabric(null, arrived), Fabric(100, 0)] : [];

        var found = situation.AllFindings();
        var lost = new DiagnosisCase(situation.Evidence);
        Chosen(ProbeKind.EchoPeer).ShouldBe([cause]);
        Chosen(ProbeKind.EchoGateway).ShouldBeEmpty();

        IEnumerable<string> Chosen(ProbeKind kind) => CauseSelection.Explain(kind, lost.Outcome(kind)!, found).Select(f => f.Cause.Id);
    }

    [Fact]
    public void Causes_EndpointsSilentAndTunnelPacketsLost_IsTheUnderlay() =>
        LabCase.Causes(Tunnel(new UnderlaySize(84, 3, 0, null), new UnderlaySize(1500, 3, 0, null))).ShouldBe(["T6 comp1 eth2"]);

    [Fact]
    public void Causes_NoNeighbourOnTheUnderlay_IsTheUnderlay()
    {
        // Nothing leaves the NIC before ARP has found the other end.
        var evidence = LabCase.Lost("comp1-vm5", "comp2-vm6", "comp1", LabCase.Qvo5);
        evidence.Underlay = [Underlay(new UnderlaySize(84, 3, 0, "Destination Host Unreachable"))];

        LabCase.Causes(evidence).ShouldBe(["T6 comp1 eth2"]);
    }

    [Fact]
    public void Findings_EndpointsSilentAndNothingElseShown_Unknown()
    {
        var evidence = LabCase.Lost("comp1-vm5", "comp2-vm6", "comp1", LabCase.Qvo5);
        evidence.Underlay = [Underlay(new UnderlaySize(84, 3, 0, null))];

        States(evidence).ShouldBe([("T6", CheckState.Unknown)]);
    }

    [Fact]
    public void Findings_EndpointsNotAsked_FilterIsUnknown() => States(Tunnel()).ShouldBe([("T3", CheckState.Unknown)]);

    [Fact]
    public void Causes_LargeEchoLostWhereTheUnderlayStops_IsItsMtu()
    {
        var evidence = Large(smallPasses: true);
        evidence.Underlay = [Underlay(new UnderlaySize(84, 3, 3, null), new UnderlaySize(1400, 3, 3, null),
            new UnderlaySize(1500, 3, 0, null))];

        LabCase.Causes(evidence, ProbeKind.EchoLarge).ShouldBe(["T4 comp1 eth2"]);
        LabCase.Findings(evidence).Single().Evidence[0]
            .ShouldBe("Packets of 1450 bytes need 1500 between comp1 eth2 and comp2 eth2; small ones pass");
    }

    [Fact]
    public void Causes_OneNicIsNarrower_IsThatNic()
    {
        var evidence = Large(smallPasses: true);
        evidence = evidence with
        {
            Hosts = [.. evidence.Hosts
            .Select(h => h with { Interfaces = [Nic("eth2", h.Name == "comp2" ? 1400 : 1500)] })]
        };

        LabCase.Causes(evidence, ProbeKind.EchoLarge).ShouldBe(["T4 comp2 eth2"]);
    }

    [Fact]
    public void Findings_SmallEchoesAreLostToo_IsNotCertainlyTheMtu()
    {
        var evidence = Large(smallPasses: false);
        evidence.Underlay = [Underlay(new UnderlaySize(84, 3, 3, null), new UnderlaySize(1500, 3, 0, null))];

        States(evidence).ShouldBe([("T3", CheckState.Fail), ("T4", CheckState.Unknown)]);
    }

    [Fact]
    public void Findings_UnderlayTakesTheSize_Nothing()
    {
        var evidence = Large(smallPasses: true);
        evidence.Underlay = [Underlay(new UnderlaySize(84, 3, 3, null), new UnderlaySize(1500, 3, 3, null))];

        LabCase.Findings(evidence).ShouldBeEmpty();
    }

    private static IEnumerable<(string, CheckState)> States(DiagnosisEvidence evidence) =>
        LabCase.Findings(evidence).Select(f => (f.Cause.Id, f.State));

    private static DiagnosisEvidence Lost(params FabricEvidence[] fabric)
    {
        var evidence = LabCase.Lost("comp1-vm1", "comp2-vm3", "comp1", "eth1");
        evidence.Fabric = fabric;
        return evidence;
    }

    private static DiagnosisEvidence Tunnel(params UnderlaySize[] sizes)
    {
        var evidence = LabCase.Lost("comp1-vm5", "comp2-vm6", "comp1", "eth2");
        evidence.Underlay = sizes.Length == 0 ? [] : [Underlay(sizes)];
        return evidence;
    }

    private static DiagnosisEvidence Large(bool smallPasses)
    {
        var evidence = LabCase.Lost("comp1-vm5", "comp2-vm6", "comp1", "eth2", ProbeKind.EchoPeer, ProbeKind.EchoLarge);
        var hops = LabCase.Hops(evidence);
        if (smallPasses)
            evidence.Probes = [LabCase.Probe(ProbeKind.EchoPeer, hops, hops.Count), evidence.Probes[1]];
        return evidence;
    }

    private static FabricEvidence Fabric(int? vlan, int arrived) => new()
    {
        FromHost = "comp1",
        FromNic = "eth1",
        ToHost = "comp2",
        ToNic = "eth1",
        Vlan = vlan,
        Left = 3,
        Arrived = arrived,
        ListenerAlive = true,
    };

    private static UnderlayEvidence Underlay(params UnderlaySize[] sizes) => new()
    {
        FromHost = "comp1",
        ToHost = "comp2",
        Target = System.Net.IPAddress.Parse("10.88.0.22"),
        Sizes = sizes,
    };

    private static InterfaceFacts Nic(string name, int mtu, bool up = true) => new()
    {
        Name = name,
        Index = 2,
        Mtu = mtu,
        AdminUp = up,
        Carrier = up,
        OperState = up ? "UP" : "DOWN",
        Addresses = [],
    };
}
