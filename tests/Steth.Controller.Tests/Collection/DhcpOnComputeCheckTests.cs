using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Controller.Collection;
using Steth.Diagnosis.Verdicts;

namespace Steth.Controller.Tests.Collection;

public class DhcpOnComputeCheckTests
{
    private readonly PathWorld _world = new();

    private async Task<PathCheckResult> RunAsync(string? type = null)
    {
        var result = await new DhcpOnComputeCheck(_world.Agents.WithTimeout()).RunAsync(
            _world.Nodes,
            new PathCheckRequest { Port = OvsHost.GuestPort.ToString(), NetworkType = type, WaitSeconds = 1 },
            TestContext.Current.CancellationToken);
        _world.Captures.Open.ShouldBe(0);
        return result;
    }

    private static string[] Rows(PathCheckResult result) =>
        [.. result.Rows.Select(r => $"{r.Host} {r.Device} {r.Direction}: {string.Join(',', r.Seen ?? ["?"])}")];

    [Fact]
    public async Task RunAsync_Healthy_PassesAndShowsEveryDevice()
    {
        var result = await RunAsync("vlan");
        result.Verdict.ShouldBe(Verdict.Pass());
        result.PortId.ShouldBe(OvsHost.GuestPort);
        Rows(result).ShouldBe(
        [
            "comp1 tap4e9b9f3c-00 Outbound: DHCPDISCOVER", "comp1 tap4e9b9f3c-00 Inbound: DHCPOFFER",
            "comp1 eth1 Outbound: DHCPDISCOVER", "comp1 eth1 Inbound: DHCPOFFER",
            "net1 eth1 Outbound: DHCPDISCOVER", "net1 eth1 Inbound: DHCPOFFER",
            "net1 tap9a1c0d2e-00 Outbound: DHCPDISCOVER", "net1 tap9a1c0d2e-00 Inbound: DHCPOFFER",
        ]);
        result.Notes.ShouldBeEmpty();
        result.Unreachable.ShouldBeEmpty();
        var order = _world.Agents.Calls.ToList();
        order.LastIndexOf("net1 capture.run").ShouldBeLessThan(order.IndexOf("comp1 dhcp.trace"));
    }

    [Fact]
    public async Task RunAsync_TrunkLacksTheVlan_NamesTheDeviceAndTheTag()
    {
        _world.Reach = 2;
        var result = await RunAsync();
        result.Verdict.ShouldBe(Verdict.Fail("last seen: DHCPDISCOVER leaving comp1 eth1, tagged 101; next expected at net1 eth1"
            + "; to do: see that the switch ports between comp1 and net1 allow VLAN 101 ('steth check-vlan-interface comp1 net1 eth1 101' tells more)"));
        Rows(result)[4].ShouldBe("net1 eth1 Outbound: ");
    }

    [Fact]
    public async Task RunAsync_OfferLostOnTheWayBack_NamesTheDevice()
    {
        _world.AnswerReach = 2;
        (await RunAsync()).Verdict.ShouldBe(Verdict.Fail("last seen: DHCPOFFER leaving net1 eth1, tagged 101; next expected at comp1 eth1"
            + "; to do: see that the switch ports between net1 and comp1 allow VLAN 101 ('steth check-vlan-interface net1 comp1 eth1 101' tells more)"));
    }

    [Fact]
    public async Task RunAsync_ServerSilent_BlamesIt()
    {
        _world.AnswerReach = 0;
        (await RunAsync()).Verdict.ShouldBe(Verdict.Fail(
            "DHCPDISCOVER reached the DHCP server on net1 (net1 tap9a1c0d2e-00), which sent no DHCPOFFER: is dnsmasq alive there, and does its host file know fa:16:3e:8d:3c:2b? If not, restart neutron-dhcp-agent"));
    }

    [Fact]
    public async Task RunAsync_WiringProblem_IsNamedFirst()
    {
        _world.Reach = 1;
        _world.GuestDevices[0] = _world.GuestDevices[0] with { Problem = "tag 4095 (dead VLAN)" };
        var result = await RunAsync();
        result.Verdict.ShouldBe(Verdict.Fail(
            "comp1 tap4e9b9f3c-00: tag 4095 (dead VLAN); last seen: DHCPDISCOVER at comp1 tap4e9b9f3c-00; next expected at comp1 eth1; "
            + "to do: on comp1 look in the log of neutron-openvswitch-agent why it did not wire the port, then restart neutron-openvswitch-agent"));
        result.Notes.ShouldNotContain("comp1 tap4e9b9f3c-00: tag 4095 (dead VLAN)");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("missing")]
    public async Task RunAsync_NicNamedByMistake_IsLeftOutAndNoted(string? problem)
    {
        _world.GuestDevices = [.. _world.GuestDevices, new PortDevice { Device = "eth9", Kind = PortDeviceKind.Nic, Problem = problem }];
        var result = await new DhcpOnComputeCheck(_world.Agents.WithTimeout()).RunAsync(
            _world.Nodes,
            new PathCheckRequest { Port = OvsHost.GuestPort.ToString(), PhysicalInterface = DeviceName.Parse("eth9"), WaitSeconds = 1 },
            TestContext.Current.CancellationToken);
        result.Verdict.ShouldBe(Verdict.Pass());
        result.Notes.ShouldBe(["The port's network leaves comp1 by eth1, not by eth9: eth1 was looked at."]);
        Rows(result).ShouldNotContain(r => r.Contains("eth9", StringComparison.Ordinal));
    }

    [Fact]
    public async Task RunAsync_DeviceCannotBeListenedOn_IsSkippedAndNoted()
    {
        _world.Reach = 2;
        _world.Captures.Missing.Add(("net1", "eth1"));
        var result = await RunAsync();
        result.Verdict.ShouldBe(Verdict.Fail(
            "last seen: DHCPDISCOVER leaving comp1 eth1, tagged 101; next expected at net1 tap9a1c0d2e-00; net1 eth1 was skipped (There is no device 'eth1')"));
        result.Notes.ShouldBe(["net1: eth1 could not be listened on: There is no device 'eth1'."]);
        Rows(result).Where(r => r.StartsWith("net1 eth1", StringComparison.Ordinal)).ShouldBe(["net1 eth1 Outbound: ?", "net1 eth1 Inbound: ?"]);
    }

    [Fact]
    public async Task RunAsync_CaptureDroppedFrames_ClaimsNoLossThere()
    {
        _world.Reach = 2;
        _world.Captures.Dropped[("net1", "eth1")] = 3;
        _world.Captures.Dropped[("net1", "tap9a1c0d2e-00")] = 1;
        (await RunAsync()).Verdict.State.ShouldBe(CheckState.Unknown);
    }

    [Fact]
    public async Task RunAsync_NetworkNodeDead_IsUnknownAndSaysWhereTheServerMayBe()
    {
        _world.Agents.Kill(_world.Net);
        _world.Reach = 2;
        var result = await RunAsync();
        result.Verdict.ShouldBe(Verdict.Unknown($"no agent that answers has a DHCP server for network {OvsHost.Network}; it may be on net1"));
        result.Unreachable.ShouldHaveSingleItem().Host.ShouldBe("net1");
        Rows(result).Length.ShouldBe(4);
    }

    [Fact]
    public async Task RunAsync_NetworkNodeDeadButOfferCame_PassesSayingWhoWasNotAsked()
    {
        _world.Agents.Kill(_world.Net);
        (await RunAsync()).Verdict.ShouldBe(Verdict.Pass("DHCPOFFER came back, though no agent that answers knows a DHCP server of this network"));
    }

    [Fact]
    public async Task RunAsync_NoServerAnywhere_FailsSayingSo()
    {
        _world.Agents.On(_world.Net, AgentOperations.OvsShow, _ => OvsHost.With());
        _world.Reach = 2;
        (await RunAsync()).Verdict.ShouldBe(Verdict.Fail(
            $"no agent has a DHCP server for network {OvsHost.Network}: is DHCP enabled on its subnet, and a DHCP agent up that hosts it?"));
    }

    [Fact]
    public async Task RunAsync_ComputeDies_IsUnknown()
    {
        _world.Agents.Refuse(_world.Comp, AgentOperations.DhcpTrace, OperationErrorCode.PermissionDenied, "CAP_NET_ADMIN is missing.");
        (await RunAsync()).Verdict.ShouldBe(Verdict.Unknown("CAP_NET_ADMIN is missing."));
    }

    [Fact]
    public async Task RunAsync_TraceRefusedOverAWiringProblem_FailsNamingTheProblem()
    {
        _world.GuestDevices[0] = _world.GuestDevices[0] with { Problem = "missing" };
        _world.Agents.Refuse(_world.Comp, AgentOperations.DhcpTrace, OperationErrorCode.NoSuchDevice, "There is no tap4e9b9f3c-00.");
        (await RunAsync()).Verdict.ShouldBe(Verdict.Fail("comp1 tap4e9b9f3c-00: missing; There is no tap4e9b9f3c-00. "
            + "To do: on comp1 see whether the guest runs, and reboot it hard, so that Nova plugs it again"));
    }

    [Fact]
    public async Task RunAsync_OtherNetworkType_IsNoted() =>
        (await RunAsync("vxlan")).Notes.ShouldBe(["The network is of type vlan, not vxlan."]);

    [Fact]
    public async Task RunAsync_ServerOnTheSameHost_LeavesTheNicOutOfThePath()
    {
        _world.Agents.On(_world.Comp, AgentOperations.OvsShow, _ => OvsHost.With(OvsHost.Guest(), OvsHost.Dhcp()));
        _world.Agents.On(_world.Net, AgentOperations.OvsShow, _ => OvsHost.With());
        _world.Agents.On(_world.Comp, AgentOperations.PortWiring, p => new PortWiringResult
        {
            PortId = p.PortId,
            Plug = p.PortId == OvsHost.GuestPort ? PortPlug.Native : PortPlug.Internal,
            NetworkType = "vlan",
            Devices = p.PortId == OvsHost.GuestPort ? _world.GuestDevices : _world.ServerDevices,
        });
        _world.Reach = 2;
        (await RunAsync()).Verdict.ShouldBe(Verdict.Fail("last seen: DHCPDISCOVER at comp1 tap4e9b9f3c-00; next expected at comp1 tap9a1c0d2e-00"));
    }
}
