using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Collection;
using Steth.Controller.Inventory;
using Steth.Controller.Tests.Agents;

namespace Steth.Controller.Tests.Collection;

public class PortLocatorTests
{
    private readonly FakeAgents _agents = new();
    private readonly Node _comp = FakeAgents.Node("comp1");
    private readonly Node _net = FakeAgents.Node("net1");
    private readonly Node _ctl = FakeAgents.Node("ctl");

    public PortLocatorTests()
    {
        _agents.On(_comp, AgentOperations.OvsShow, _ => OvsHost.With(OvsHost.Guest()));
        _agents.On(_net, AgentOperations.OvsShow, _ => OvsHost.With(
            OvsHost.Dhcp(), OvsHost.Port(Guid.NewGuid(), "qr-11111111-11", "internal"), OvsHost.Port(Guid.NewGuid(), "tap22222222-22", "internal", network: Guid.NewGuid())));
        _agents.On(_ctl, AgentOperations.OvsShow, _ => OvsHost.Without());
    }

    private Task<PortLocation> LocateAsync(string port) =>
        new PortLocator(_agents.WithTimeout()).LocateAsync([_ctl, _comp, _net], port, TestContext.Current.CancellationToken);

    [Theory]
    [InlineData("4e9b9f3c-0000-4000-8000-000000000001")]
    [InlineData("4E9B9F3C-0000-4000-8000-000000000001")]
    [InlineData("4e9b9f3c")]
    public async Task LocateAsync_Known_FindsTheHostAndTheServersOfItsNetwork(string port)
    {
        var location = await LocateAsync(port);
        location.Problem.ShouldBeNull();
        location.Hosts.ShouldHaveSingleItem().Host.ShouldBe("comp1");
        location.DhcpServers.ShouldHaveSingleItem().Device.ShouldBe("tap9a1c0d2e-00");
        location.Unreachable.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("4e9b9f3", "'4e9b9f3' is not a port id; expected a UUID, or at least its first 8 characters.")]
    [InlineData("port-one-of-many", "'port-one-of-many' is not a port id; expected a UUID, or at least its first 8 characters.")]
    [InlineData("deadbeef", "No agent knows the port deadbeef: no OVS interface has it as external_ids:iface-id. Is it bound, and is its host configured here?")]
    public async Task LocateAsync_Unknown_SaysWhy(string port, string problem) => (await LocateAsync(port)).Problem.ShouldBe(problem);

    [Fact]
    public async Task LocateAsync_UnknownWhileAnAgentIsDead_SaysWhereItMayBe()
    {
        _agents.Kill(_net);
        var location = await LocateAsync("deadbeef");
        location.Problem.ShouldBe("No agent that answers knows the port deadbeef; it may be on net1, which did not answer.");
        location.Unreachable.ShouldHaveSingleItem().Host.ShouldBe("net1");
    }

    [Fact]
    public async Task LocateAsync_AmbiguousBeginning_NamesBoth()
    {
        var other = Guid.Parse("4e9b9f3c-0000-4000-8000-00000000000f");
        _agents.On(_net, AgentOperations.OvsShow, _ => OvsHost.With(OvsHost.Port(other, "tap4e9b9f3c-01")));
        (await LocateAsync("4e9b9f3c")).Problem.ShouldBe($"'4e9b9f3c' could be {OvsHost.GuestPort} or {other}; give more of it.");
    }

    [Fact]
    public async Task RunAsync_Survey_TellsPlugsAndRoles()
    {
        _agents.On(_comp, AgentOperations.OvsShow, _ => OvsHost.With(OvsHost.Guest(), OvsHost.Port(Guid.NewGuid(), "qvo33333333-33")));
        var survey = await new PortSurvey(_agents.WithTimeout()).RunAsync([_comp, _net], TestContext.Current.CancellationToken);
        survey.Ports.Select(p => (p.Device[..3], p.Plug, p.Role)).ShouldBe(
        [
            ("tap", PortPlug.Native, PortRole.Guest), ("qvo", PortPlug.Hybrid, PortRole.Guest), ("tap", PortPlug.Internal, PortRole.Dhcp),
            ("qr-", PortPlug.Internal, PortRole.Router), ("tap", PortPlug.Internal, PortRole.Dhcp),
        ]);
        var guest = survey.Ports[0];
        (guest.Mac.ToString(), guest.NetworkId, guest.NetworkType, guest.SegmentationId, guest.Tag).ShouldBe(
            ("fa:16:3e:8d:3c:2b", OvsHost.Network, "vlan", 101, 1));
    }
}
