using System.Net;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Collection;
using Steth.Diagnosis.Verdicts;
using Steth.Packets.Addresses;

namespace Steth.Controller.Tests.Collection;

public class DhcpOnNetworkCheckTests
{
    private readonly PathWorld _world = new();

    private async Task<PathCheckResult> RunAsync(IPAddress? ip = null)
    {
        var result = await new DhcpOnNetworkCheck(_world.Agents.WithTimeout()).RunAsync(
            _world.Nodes, new PathCheckRequest { Port = OvsHost.GuestPort.ToString(), WaitSeconds = 1 }, ip, TestContext.Current.CancellationToken);
        _world.Captures.Open.ShouldBe(0);
        return result;
    }

    private IPAddress AskedFor => _world.Agents.Asked.Select(a => a.Parameters).OfType<ArpTraceParams>().ShouldHaveSingleItem().TargetIp;

    [Fact]
    public async Task RunAsync_Healthy_FindsTheAddressInTheFlowsAndPasses()
    {
        var result = await RunAsync();
        result.Verdict.ShouldBe(Verdict.Pass());
        AskedFor.ShouldBe(PathWorld.GuestIp);
        result.Rows.Select(r => $"{r.Host} {r.Device} {r.Direction}: {string.Join(',', r.Seen ?? ["?"])}").ShouldBe(
        [
            "comp1 tap4e9b9f3c-00 Outbound: REPLY", "comp1 tap4e9b9f3c-00 Inbound: REQUEST",
            "comp1 eth1 Outbound: REPLY", "comp1 eth1 Inbound: REQUEST",
            "net1 eth1 Outbound: REPLY", "net1 eth1 Inbound: REQUEST",
            "net1 tap9a1c0d2e-00 Outbound: REPLY", "net1 tap9a1c0d2e-00 Inbound: REQUEST",
        ]);
    }

    [Fact]
    public async Task RunAsync_AddressGiven_IsAskedForWithoutLookingItUp()
    {
        await RunAsync(IPAddress.Parse("10.10.0.99"));
        AskedFor.ShouldBe(IPAddress.Parse("10.10.0.99"));
        _world.Agents.Calls.ShouldNotContain("comp1 ovs.flows");
    }

    [Fact]
    public async Task RunAsync_RequestLost_NamesTheDevice()
    {
        _world.Reach = 2;
        (await RunAsync()).Verdict.ShouldBe(Verdict.Fail("last seen: REQUEST leaving net1 eth1, tagged 101; next expected at comp1 eth1"
            + "; to do: see that the switch ports between net1 and comp1 allow VLAN 101 ('steth check-vlan-interface net1 comp1 eth1 101' tells more)"));
    }

    [Fact]
    public async Task RunAsync_ReplyLost_NamesTheDevice()
    {
        _world.AnswerReach = 2;
        (await RunAsync()).Verdict.ShouldBe(Verdict.Fail("last seen: REPLY leaving comp1 eth1, tagged 101; next expected at net1 eth1"
            + "; to do: see that the switch ports between comp1 and net1 allow VLAN 101 ('steth check-vlan-interface comp1 net1 eth1 101' tells more)"));
    }

    [Fact]
    public async Task RunAsync_GuestSilent_BlamesTheGuest()
    {
        _world.AnswerReach = 0;
        (await RunAsync()).Verdict.ShouldBe(Verdict.Fail(
            "REQUEST reached the guest (comp1 tap4e9b9f3c-00), which sent no REPLY: is it running, and does it have 10.10.0.35?"));
    }

    [Fact]
    public async Task RunAsync_TwoAnswer_IsADuplicateAddress()
    {
        _world.Answers.Add(MacAddress.Parse("52:54:00:00:00:09"));
        (await RunAsync()).Verdict.ShouldBe(Verdict.Fail("10.10.0.35 is answered for by fa:16:3e:8d:3c:2b and 52:54:00:00:00:09: a duplicate address"));
    }

    [Fact]
    public async Task RunAsync_SomebodyElseAnswers_Fails()
    {
        _world.Answers[0] = MacAddress.Parse("52:54:00:00:00:09");
        (await RunAsync()).Verdict.ShouldBe(Verdict.Fail(
            "10.10.0.35 is answered for by 52:54:00:00:00:09, but the port's MAC is fa:16:3e:8d:3c:2b: somebody else has its address"));
    }

    [Fact]
    public async Task RunAsync_AddressInNoFlow_AsksForIt()
    {
        _world.Agents.On(_world.Comp, AgentOperations.OvsFlows, _ => new OvsFlowsResult { Flows = [] });
        (await RunAsync()).Verdict.ShouldBe(Verdict.Unknown(
            "the address of the port is in no flow of comp1's br-int (is port security off?): give it by --ip"));
    }

    [Fact]
    public async Task RunAsync_TraceRefused_IsUnknown()
    {
        _world.Agents.Refuse(_world.Net, AgentOperations.ArpTrace, OperationErrorCode.NoSuchDevice, "There is no namespace qdhcp.");
        (await RunAsync()).Verdict.ShouldBe(Verdict.Unknown("There is no namespace qdhcp."));
    }

    [Fact]
    public async Task RunAsync_PortUnknown_IsUnknownWithoutAPort()
    {
        _world.Agents.On(_world.Comp, AgentOperations.OvsShow, _ => OvsHost.Without());
        var result = await RunAsync();
        result.PortId.ShouldBeNull();
        result.Verdict.State.ShouldBe(CheckState.Unknown);
    }
}
