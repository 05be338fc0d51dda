using Steth.Agent.Operations;
using Steth.Agent.Rpc;
using Steth.Agent.Tests.Tools;
using Steth.Agent.Tests.Tools.Ovs;
using Steth.Agent.Tools.Ip;
using Steth.Agent.Tools.Ovs;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tests.Operations;

public sealed class OvsHandlersTests(PrivateOvs ovs) : IClassFixture<PrivateOvs>
{
    private static readonly CallContext Call = new() { CorrelationId = "test" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private OvsFlowsHandler Flows => new(ovs.Runner, new OvsDatabase(ovs.Runner));

    private Task<OvsFlowsResult> FlowsAsync(string bridge, int? table = null) =>
        Flows.HandleAsync(new OvsFlowsParams { Bridge = DeviceName.Parse(bridge), Table = table }, Call, Token);

    private static void NeedOvs() => Assert.SkipWhen(PrivateOvs.Missing is not null, PrivateOvs.Missing ?? "");

    [Fact]
    public async Task Show_RealOpenVSwitch_IsTyped()
    {
        NeedOvs();
        var shown = await new OvsShowHandler(new OvsDatabase(ovs.Runner)).HandleAsync(new OvsShowParams(), Call, Token);
        shown.Running.ShouldBeTrue();
        shown.Bridges.Select(b => (b.Name, b.DatapathType, b.FailMode)).ShouldBe([("brn", "netdev", "secure"), ("brp", "netdev", null)]);
        shown.Bridges[0].Ports.Select(p => p.Name).ShouldBe(["brn", "gone0", "tapx"]);
        var lost = shown.Bridges[0].Ports[1].Interfaces.ShouldHaveSingleItem();
        (lost.Ofport, lost.Error).ShouldBe((-1, "could not open network device gone0 (No such device)"));
        shown.Bridges[0].Ports[2].Tag.ShouldBe(7);
        shown.Bridges[0].Ports[2].Interfaces[0].ExternalIds["iface-id"].ShouldBe("x");
    }

    [Fact]
    public async Task InterfaceList_PortOvsMadeInANamespace_NamesItsBridge()
    {
        NeedOvs();
        var result = await new InterfaceListHandler(new IpTool(ovs.Runner), new OvsDatabase(ovs.Runner)).HandleAsync(
            new InterfaceListParams { Interface = DeviceName.Parse("tapx"), Namespace = NamespaceName.Parse(ovs.Namespace) }, Call, Token);
        var tap = result.Interfaces.ShouldHaveSingleItem();
        (tap.Kind, tap.OvsBridge, tap.Master).ShouldBe(("tun", "brn", null));
    }

    [Fact]
    public async Task Flows_PlainBridge_HasTheNormalFlow()
    {
        NeedOvs();
        var flow = (await FlowsAsync("brp")).Flows.ShouldHaveSingleItem();
        (flow.Table, flow.Priority, flow.Match, flow.Actions).ShouldBe((0, 0, "", "NORMAL"));
    }

    [Fact]
    public async Task Flows_BridgeWithNeutronsVersions_AndOneTable()
    {
        NeedOvs();
        await ovs.RunAsync("ovs-ofctl", "-O", "OpenFlow13", "add-flow", "brn", "cookie=0x5,table=60,priority=9,in_port=1 actions=set_field:7->reg6,resubmit(,73)");
        var flow = (await FlowsAsync("brn", 60)).Flows.ShouldHaveSingleItem();
        (flow.Cookie, flow.Table, flow.Priority, flow.Match, flow.Actions).ShouldBe(("0x5", 60, 9, "in_port=1", "set_field:0x7->reg6,resubmit(,73)"));
        (await FlowsAsync("brn", 61)).Flows.ShouldBeEmpty();
    }

    [Fact]
    public async Task Flows_UnknownBridge_NamesTheKnown()
    {
        NeedOvs();
        var e = await Should.ThrowAsync<OperationException>(() => FlowsAsync("br-int"));
        e.Code.ShouldBe(OperationErrorCode.NoSuchDevice);
        e.Message.ShouldBe("Open vSwitch on this host has no bridge 'br-int'; there are: brn, brp.");
    }

    [Fact]
    public async Task Flows_TableOutOfRange_IsRefused() =>
        (await Should.ThrowAsync<OperationException>(() => FlowsAsync("brn", 255))).Code.ShouldBe(OperationErrorCode.InvalidParams);

    [Fact]
    public async Task Flows_WithoutOpenVSwitch_NamesThePackage()
    {
        using var tools = new StandInTools();
        var handler = new OvsFlowsHandler(tools.Runner, new OvsDatabase(tools.Runner));
        var e = await Should.ThrowAsync<OperationException>(() => handler.HandleAsync(new OvsFlowsParams { Bridge = DeviceName.Parse("b") }, Call, Token));
        e.Code.ShouldBe(OperationErrorCode.ToolMissing);
        e.Message.ShouldContain("openvswitch-switch");
    }
}
