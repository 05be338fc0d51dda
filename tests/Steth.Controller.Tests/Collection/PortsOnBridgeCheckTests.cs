using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Collection;
using Steth.Controller.Inventory;
using Steth.Controller.Tests.Agents;

namespace Steth.Controller.Tests.Collection;

public class PortsOnBridgeCheckTests
{
    private readonly FakeAgents _agents = new();
    private readonly Node _node = FakeAgents.Node("comp1");

    public PortsOnBridgeCheckTests()
    {
        _agents.On(_node, AgentOperations.OvsShow, _ => OvsHost.With(OvsHost.Guest()));
        _agents.On(_node, AgentOperations.InterfaceList, _ => new InterfaceListResult
        {
            Interfaces = [Interface("qbr1", "bridge", null), Interface("tap1", "tun", "qbr1"), Interface("eth0", null, null)],
        });
    }

    private static InterfaceFacts Interface(string name, string? kind, string? master) => new()
    {
        Name = name,
        Index = 1,
        Kind = kind,
        Master = master,
        Mtu = 1500,
        AdminUp = true,
        Carrier = true,
        OperState = "UP",
        Addresses = [],
    };

    private Task<IReadOnlyList<PortOnBridge>> RunAsync(string bridge, params string[] ports) => new PortsOnBridgeCheck(_agents.WithTimeout()).RunAsync(
        _node, DeviceName.Parse(bridge), [.. ports.Select(p => DeviceName.Parse(p))], TestContext.Current.CancellationToken);

    [Fact]
    public async Task RunAsync_OvsBridge_TellsEachPort() =>
        (await RunAsync("br-int", "eth9", "tap4e9b9f3c-00")).ShouldBe([new PortOnBridge("eth9", false), new PortOnBridge("tap4e9b9f3c-00", true)]);

    [Fact]
    public async Task RunAsync_LinuxBridge_TellsEachPort() =>
        (await RunAsync("qbr1", "tap1", "eth0")).ShouldBe([new PortOnBridge("tap1", true), new PortOnBridge("eth0", false)]);

    [Fact]
    public async Task RunAsync_NoSuchBridge_SaysSo()
    {
        var failure = await Should.ThrowAsync<AgentException>(RunAsync("eth0", "tap1"));
        failure.Code.ShouldBe(OperationErrorCode.NoSuchDevice);
        failure.Message.ShouldBe("There is no bridge eth0 on comp1, neither of Open vSwitch nor of Linux.");
    }

    [Fact]
    public async Task RunAsync_OvsDoesNotAnswer_IsNotTakenForNoBridge()
    {
        _agents.On(_node, AgentOperations.OvsShow, _ => OvsHost.Without());
        var failure = await Should.ThrowAsync<AgentException>(RunAsync("br-int", "tap1"));
        failure.Message.ShouldBe("There is no Linux bridge br-int on comp1, and of Open vSwitch's nothing is known: not installed");
    }
}
