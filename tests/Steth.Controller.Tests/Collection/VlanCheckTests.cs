using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Controller.Collection;
using Steth.Controller.Inventory;
using Steth.Controller.Tests.Agents;
using Steth.Diagnosis.Verdicts;
using Steth.Packets.Addresses;
using Steth.Packets.Building;

namespace Steth.Controller.Tests.Collection;

public class VlanCheckTests
{
    private static readonly MacAddress Mac = MacAddress.Parse("fa:16:3e:00:00:01");
    private static readonly DeviceName Nic = DeviceName.Parse("eth1");

    private readonly FakeAgents _agents = new();
    private readonly Captures _captures = new();
    private readonly Node _a = FakeAgents.Node("comp1");
    private readonly Node _b = FakeAgents.Node("net1");

    /// <summary>What the switch between the two does with a VLAN (null: untagged): the VLAN it comes out with, or false for nothing.</summary>
    private Func<string, int?, (bool Crosses, int? As)> _switch = (_, vlan) => (true, vlan);

    public VlanCheckTests()
    {
        foreach (var (node, peer) in new[] { (_a, _b), (_b, _a) })
        {
            _captures.Serve(_agents, node);
            _agents.On(node, AgentOperations.InterfaceList, _ => Interface(true, true));
            _agents.Refuse(node, AgentOperations.VlanAdd, OperationErrorCode.PermissionDenied, "eth1 is a port of br-phy.");
            _agents.On(node, AgentOperations.LeaseRelease, _ => new LeaseReleaseResult { Released = true });
            _agents.On(node, AgentOperations.FrameSend, p => Send(node, peer, p));
        }
    }

    private static InterfaceListResult Interface(bool up, bool carrier, long? received = null) => new()
    {
        Interfaces =
        [
            new InterfaceFacts
            {
                Name = "eth1",
                Index = 2,
                Mtu = 1500,
                AdminUp = up,
                Carrier = carrier,
                OperState = up ? "UP" : "DOWN",
                Addresses = [],
                Counters = received is null ? null : new InterfaceCounters
                {
                    RxBytes = 0, RxPackets = received.Value, RxErrors = 0, RxDropped = 0, TxBytes = 0, TxPackets = 0, TxErrors = 0, TxDropped = 0,
                },
            },
        ],
    };

    private FrameSendResult Send(Node node, Node peer, FrameSendParams sent)
    {
        var vlan = sent.Device.ToString() == "eth1.105" ? new VlanId(105) : sent.VlanId;
        for (uint i = 0; i < sent.Count; i++)
        {
            _captures.Cross(node.Name, "eth1", FrameDirection.Out, Probe(vlan?.Value));
            var (crosses, arrivesAs) = _switch(node.Name, vlan?.Value);
            if (!crosses)
                continue;
            _captures.Cross(peer.Name, "eth1", FrameDirection.In, Probe(arrivesAs));
            if (arrivesAs == 105)
                _captures.Cross(peer.Name, "eth1.105", FrameDirection.In, Probe(null));

            byte[] Probe(int? tag) => FrameBuilder.Probe(Mac, MacAddress.Broadcast, sent.Mark!.Value, i, tag is { } id ? new VlanId(id) : null);
        }
        return new FrameSendResult { Sent = sent.Count, Mark = sent.Mark!.Value };
    }

    private async Task<VlanCheckResult> RunAsync()
    {
        var result = await new VlanCheck(_agents.WithTimeout()).RunAsync(_a, _b, Nic, new VlanId(105), TestContext.Current.CancellationToken);
        _captures.Open.ShouldBe(0);
        return result;
    }

    private static void ShouldBe(VlanDirectionResult direction, string from, CheckState state, string? reason)
    {
        direction.From.ShouldBe(from);
        direction.VlanId.ShouldBe(new VlanId(105));
        direction.Reason.ShouldBe(reason);
        direction.State.ShouldBe(state);
    }

    [Fact]
    public async Task RunAsync_TrunkCarriesTheVlan_BothPass()
    {
        var result = await RunAsync();
        ShouldBe(result.Directions[0], "comp1", CheckState.Pass, null);
        ShouldBe(result.Directions[1], "net1", CheckState.Pass, null);
        result.Notes[0].ShouldBe("comp1: tagged probes were crafted on eth1, because no VLAN device could be made: eth1 is a port of br-phy.");
        result.Unreachable.ShouldBeEmpty();
    }

    [Fact]
    public async Task RunAsync_VlanDevicesPossible_ProbesGoThroughThemAndTheyAreTakenAway()
    {
        foreach (var node in new[] { _a, _b })
            _agents.On(node, AgentOperations.VlanAdd, p => new VlanAddResult { Interface = $"{p.Interface}.{p.VlanId}", Created = true, LeaseId = "L" + node.Name });
        var result = await RunAsync();
        result.Directions.ShouldAllBe(d => d.State == CheckState.Pass);
        result.Notes[1].ShouldBe("net1: probes went through the kernel's VLAN device eth1.105.");
        _agents.Asked.Select(a => a.Parameters).OfType<FrameSendParams>().Count(p => p.Device.ToString() == "eth1.105" && p.VlanId is null).ShouldBe(2);
        _agents.Asked.Select(a => a.Parameters).OfType<LeaseReleaseParams>().Select(p => p.LeaseId).Order().ShouldBe(["Lcomp1", "Lnet1"]);
    }

    [Fact]
    public async Task RunAsync_TrunkLacksTheVlan_BothFailNamingIt()
    {
        _switch = (_, vlan) => (vlan is null, null);
        var result = await RunAsync();
        ShouldBe(
            result.Directions[0],
            "comp1",
            CheckState.Fail,
            "left comp1 eth1 tagged 105, never reached net1 eth1; untagged frames do cross: VLAN 105 is not allowed on the switch path");
        ShouldBe(
            result.Directions[1],
            "net1",
            CheckState.Fail,
            "left net1 eth1 tagged 105, never reached comp1 eth1; untagged frames do cross: VLAN 105 is not allowed on the switch path");
    }

    [Fact]
    public async Task RunAsync_ProbesLost_EndsTheCapturesInsteadOfWaitingForThem()
    {
        _switch = (_, _) => (false, null);
        _captures.Endless = true;
        (await RunAsync()).Directions.ShouldAllBe(d => d.State == CheckState.Fail);
        _agents.Calls.Count(c => c.EndsWith(" capture.end", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public async Task RunAsync_CaptureCannotBeEnded_WaitsForItsEnd()
    {
        _switch = (_, _) => (false, null);
        _agents.Refuse(_b, AgentOperations.CaptureEnd, OperationErrorCode.ToolFailed, "no");
        _captures.Dropped[("net1", "eth1")] = 2;
        var result = await RunAsync();
        result.Directions[0].State.ShouldBe(CheckState.Unknown);
        result.Directions[0].Reason.ShouldNotBeNull().ShouldContain("the kernel dropped 2 frames of the capture");
    }

    [Fact]
    public async Task RunAsync_OnlyOtherFramesArrive_TellsByTheCounters()
    {
        _switch = (_, _) => (false, null);
        var received = 100;
        _agents.On(_b, AgentOperations.InterfaceList, _ => Interface(true, true, received += 5));
        (await RunAsync()).Directions[0].Reason.ShouldBe(
            "left comp1 eth1 tagged 105, never reached net1 eth1; untagged probes do not cross either, but other frames do arrive at net1 eth1: most likely VLAN 105 is not allowed on the switch path");
    }

    [Fact]
    public async Task RunAsync_NothingComesBack_OnlyThatDirectionFails()
    {
        _switch = (from, vlan) => (from == "comp1", vlan);
        var result = await RunAsync();
        ShouldBe(result.Directions[0], "comp1", CheckState.Pass, null);
        ShouldBe(
            result.Directions[1],
            "net1",
            CheckState.Fail,
            "left net1 eth1 tagged 105, never reached comp1 eth1; the other direction does cross: VLAN 105 is filtered one way on the switch path");
    }

    [Fact]
    public async Task RunAsync_SwitchTakesTheTagOff_SaysSo()
    {
        _switch = (_, _) => (true, null);
        ShouldBe(
            (await RunAsync()).Directions[0],
            "comp1",
            CheckState.Fail,
            "left comp1 eth1 tagged 105, reached net1 eth1 untagged: the switch path changes the tag");
    }

    [Fact]
    public async Task RunAsync_NicDown_FailsWithoutSending()
    {
        _agents.On(_b, AgentOperations.InterfaceList, _ => Interface(false, false));
        var result = await RunAsync();
        result.Directions.ShouldAllBe(d => d.State == CheckState.Fail && d.Reason == "net1 eth1 is down: bring it up (ip link set eth1 up)");
        _agents.Calls.ShouldNotContain(c => c.EndsWith("frame.send", StringComparison.Ordinal));
    }

    [Fact]
    public async Task RunAsync_AgentDead_IsUnknownAndListed()
    {
        _agents.Kill(_b);
        var result = await RunAsync();
        result.Directions.ShouldAllBe(d => d.State == CheckState.Unknown);
        result.Unreachable.ShouldBe([new Unreachable("net1", "No agent listens on 192.0.2.1:9698: is steth-agent running there?")]);
    }

    [Fact]
    public async Task RunAsync_NicMissing_IsUnknownButNotUnreachable()
    {
        _agents.Refuse(_a, AgentOperations.InterfaceList, OperationErrorCode.NoSuchDevice, "There is no interface 'eth1'.");
        var result = await RunAsync();
        ShouldBe(result.Directions[0], "comp1", CheckState.Unknown, "comp1: There is no interface 'eth1'.");
        result.Unreachable.ShouldBeEmpty();
    }

    [Fact]
    public async Task RunAsync_ReceiverDroppedFrames_ALossIsUnknown()
    {
        _switch = (_, _) => (false, null);
        _captures.Dropped[("net1", "eth1")] = 7;
        var result = await RunAsync();
        result.Directions[0].State.ShouldBe(CheckState.Unknown);
        result.Directions[0].Reason.ShouldBe("left comp1 eth1 tagged 105; whether it reached net1 eth1 could not be seen: the kernel dropped 7 frames of the capture");
    }

    [Fact]
    public async Task RunAsync_ReceiverCannotCapture_OnlyThatDirectionIsUnknown()
    {
        _captures.Missing.Add(("net1", "eth1"));
        var result = await RunAsync();
        ShouldBe(
            result.Directions[0],
            "comp1",
            CheckState.Unknown,
            "left comp1 eth1 tagged 105; whether it reached net1 eth1 could not be seen: There is no device 'eth1'.");
        ShouldBe(result.Directions[1], "net1", CheckState.Pass, null);
    }

    [Fact]
    public async Task RunAsync_SendRefused_IsUnknownWithItsReason()
    {
        _agents.Refuse(_a, AgentOperations.FrameSend, OperationErrorCode.PermissionDenied, "CAP_NET_RAW is missing.");
        ShouldBe(
            (await RunAsync()).Directions[0], "comp1", CheckState.Unknown, "No probe could be sent by comp1 eth1: CAP_NET_RAW is missing.");
    }
}
