using Steth.Diagnosis.Checks;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Tests.Checks;

public class VlanDirectionTests
{
    private static readonly VlanEndEvidence Sender = new() { Host = "comp1", Nic = "eth1", AdminUp = true, Carrier = true };
    private static readonly VlanEndEvidence Receiver = new() { Host = "net1", Nic = "eth1", AdminUp = true, Carrier = true };

    /// <summary>Left, heard, and never arrived; nor did the control.</summary>
    private static readonly VlanDirectionEvidence Lost = new()
    {
        Vlan = 105,
        Sender = Sender,
        Receiver = Receiver,
        TaggedLeft = 3,
        UntaggedLeft = 3,
        ReceiverSawItself = true,
    };

    private static void ShouldJudge(VlanDirectionEvidence evidence, CheckState state, string? reason) =>
        VlanDirection.Judge(evidence).ShouldBe(new Verdict(state, reason));

    [Fact]
    public void Judge_AllArrived_Passes() => ShouldJudge(Lost with { TaggedArrived = 3 }, CheckState.Pass, null);

    [Fact]
    public void Judge_SomeArrived_PassesAndSaysSo() =>
        ShouldJudge(Lost with { TaggedArrived = 1 }, CheckState.Pass, "1 of 3 probes arrived: the path loses frames");

    [Fact]
    public void Judge_ArrivedThoughCaptureDropped_Passes() =>
        ShouldJudge(
            Lost with { TaggedArrived = 3, Receiver = Receiver with { CaptureProblem = "the kernel dropped 4 frames of the capture" } }, CheckState.Pass, null);

    [Fact]
    public void Judge_LostWhileUntaggedCrosses_BlamesTheVlan() =>
        ShouldJudge(
            Lost with { UntaggedArrived = 3 },
            CheckState.Fail,
            "left comp1 eth1 tagged 105, never reached net1 eth1; untagged frames do cross: VLAN 105 is not allowed on the switch path");

    [Fact]
    public void Judge_LostWhileNothingCrosses_BlamesTheLink() =>
        ShouldJudge(
            Lost,
            CheckState.Fail,
            "left comp1 eth1 tagged 105, never reached net1 eth1; untagged frames do not cross either: cable, switch port or NIC, or VLAN 105 is not allowed on a trunk that has no native VLAN");

    [Fact]
    public void Judge_LostWhileOtherFramesArrive_BlamesTheVlan() =>
        ShouldJudge(
            Lost with { OtherFramesArrived = 12 },
            CheckState.Fail,
            "left comp1 eth1 tagged 105, never reached net1 eth1; untagged probes do not cross either, but other frames do arrive at net1 eth1: most likely VLAN 105 is not allowed on the switch path");

    [Fact]
    public void Judge_LostWhileNothingWasCounted_BlamesTheLink() =>
        VlanDirection.Judge(Lost with { OtherFramesArrived = 0 }).ShouldBe(VlanDirection.Judge(Lost));

    [Fact]
    public void Judge_LostOneWayOnly_BlamesAOneWayFilter() =>
        ShouldJudge(
            Lost with { OtherDirectionWorks = true },
            CheckState.Fail,
            "left comp1 eth1 tagged 105, never reached net1 eth1; the other direction does cross: VLAN 105 is filtered one way on the switch path");

    [Fact]
    public void Judge_LostWithoutControl_SaysThatItWasNotMeasured() =>
        ShouldJudge(
            Lost with { UntaggedLeft = 0 },
            CheckState.Fail,
            "left comp1 eth1 tagged 105, never reached net1 eth1; whether anything else crosses was not measured");

    [Fact]
    public void Judge_ArrivedWithOtherTag_Fails() =>
        ShouldJudge(
            Lost with { OtherTags = [200, null] },
            CheckState.Fail,
            "left comp1 eth1 tagged 105, reached net1 eth1 tagged 200 and untagged: the switch path changes the tag");

    [Fact]
    public void Judge_SenderDown_FailsNamingIt() =>
        ShouldJudge(
            Lost with { Sender = Sender with { AdminUp = false, Carrier = false }, TaggedLeft = 0 },
            CheckState.Fail,
            "comp1 eth1 is down: bring it up (ip link set eth1 up)");

    [Fact]
    public void Judge_ReceiverWithoutCarrier_FailsNamingIt() =>
        ShouldJudge(
            Lost with { Receiver = Receiver with { Carrier = false }, TaggedLeft = 0 }, CheckState.Fail, "net1 eth1 has no carrier: cable, switch port or NIC");

    [Fact]
    public void Judge_AgentSilent_IsUnknown() =>
        ShouldJudge(
            Lost with { Receiver = new VlanEndEvidence { Host = "net1", Nic = "eth1", Silent = "No agent listens on 192.0.2.1:9698." } },
            CheckState.Unknown,
            "No agent listens on 192.0.2.1:9698.");

    [Fact]
    public void Judge_SendRefused_IsUnknown() =>
        ShouldJudge(
            Lost with { Sender = Sender with { SendProblem = "not permitted" }, TaggedLeft = 0 },
            CheckState.Unknown,
            "No probe could be sent by comp1 eth1: not permitted");

    [Fact]
    public void Judge_SenderCaptureBroken_IsUnknown() =>
        ShouldJudge(
            Lost with { Sender = Sender with { CaptureProblem = "libpcap is missing" } },
            CheckState.Unknown,
            "Whether probes left comp1 eth1 could not be seen: libpcap is missing");

    [Fact]
    public void Judge_NotSeenLeaving_IsUnknown() =>
        ShouldJudge(Lost with { TaggedLeft = 0 }, CheckState.Unknown, "The kernel of comp1 took the probes, but none was seen leaving eth1.");

    [Fact]
    public void Judge_ReceiverCaptureBroken_IsUnknown() =>
        ShouldJudge(
            Lost with { Receiver = Receiver with { CaptureProblem = "the kernel dropped 4 frames of the capture" } },
            CheckState.Unknown,
            "left comp1 eth1 tagged 105; whether it reached net1 eth1 could not be seen: the kernel dropped 4 frames of the capture");

    [Fact]
    public void Judge_ReceiverSawNotEvenItself_IsUnknown() =>
        ShouldJudge(
            Lost with { ReceiverSawItself = false },
            CheckState.Unknown,
            "left comp1 eth1 tagged 105; the capture on net1 eth1 saw nothing, not even what net1 sent itself, so it proves nothing");
}
