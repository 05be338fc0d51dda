using System.Globalization;
using Steth.Agent.Operations;
using Steth.Agent.Rpc;
using Steth.Agent.Tests.Tools;
using Steth.Agent.Tests.Tools.Ip;
using Steth.Agent.Tools;
using Steth.Agent.Tools.Ip;
using Steth.Agent.Tools.Ovs;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tests.Operations;

public class InterfaceListHandlerTests
{
    private static readonly CallContext Call = new() { CorrelationId = "test" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Task<InterfaceListResult> ListAsync(InterfaceListParams parameters)
    {
        var tools = new ToolRunner();
        return new InterfaceListHandler(new IpTool(tools), new OvsDatabase(tools)).HandleAsync(parameters, Call, Token);
    }

    [Fact]
    public async Task List_ThisHost_HasLoopbackAndSysfsSpeed()
    {
        var interfaces = (await ListAsync(new InterfaceListParams())).Interfaces;
        var lo = interfaces.Single(i => i.Name == "lo");
        (lo.Index, lo.AdminUp, lo.Addresses[0].Address.ToString(), lo.SpeedMbps, lo.Duplex).ShouldBe((1, true, "127.0.0.1/8", null, null));
        foreach (var physical in interfaces.Where(i => i.Carrier && File.Exists($"/sys/class/net/{i.Name}/device/uevent")))
        {
            var speed = int.Parse(await File.ReadAllTextAsync($"/sys/class/net/{physical.Name}/speed", Token), CultureInfo.InvariantCulture);
            physical.SpeedMbps.ShouldBe(speed < 0 ? null : speed);
        }
    }

    [Fact]
    public async Task List_NamedNamespace_ShowsItsInterfacesOnly()
    {
        await using var network = await PrivateNetwork.CreateAsync();
        await network.Ip.RunAsync(["address", "add", "10.1.2.3/24", "brd", "+", "dev", "eth1"], Token);
        var result = await ListAsync(new InterfaceListParams { Namespace = NamespaceName.Parse(network.Name) });
        result.Interfaces.Select(i => i.Name).Order().ShouldBe(["eth0", "eth1", "eth2", "lo", "p0", "p1", "p2"]);
        var eth1 = result.Interfaces.Single(i => i.Name == "eth1");
        (eth1.Kind, eth1.Link, eth1.AdminUp).ShouldBe(("veth", "p1", false));
        eth1.Addresses.ShouldHaveSingleItem().Broadcast!.ToString().ShouldBe("10.1.2.255");
    }

    [Fact]
    public async Task List_OneInterface_IsAlone()
    {
        var interfaces = (await ListAsync(new InterfaceListParams { Interface = DeviceName.Parse("lo") })).Interfaces;
        interfaces.ShouldHaveSingleItem().Name.ShouldBe("lo");
    }

    [Fact]
    public async Task List_UnknownInterface_NamesThoseThere()
    {
        var e = await Should.ThrowAsync<OperationException>(() => ListAsync(new InterfaceListParams { Interface = DeviceName.Parse("nope0") }));
        e.Code.ShouldBe(OperationErrorCode.NoSuchDevice);
        e.Message.ShouldStartWith("There is no interface 'nope0' here; there are: lo, ");
    }

    [Fact]
    public async Task List_UnknownNamespace_SaysSo()
    {
        var e = await Should.ThrowAsync<OperationException>(() => ListAsync(new InterfaceListParams { Namespace = NamespaceName.Parse("qdhcp-nope") }));
        e.Code.ShouldBe(OperationErrorCode.NoSuchDevice);
        e.Message.ShouldContain("qdhcp-nope");
    }

    [Fact]
    public async Task List_PortOfUserspaceOvs_NamesItsBridge()
    {
        await using var network = (await PrivateNetwork.CreateAsync()).WithOvs();
        var result = await new InterfaceListHandler(network.Ip, network.Ovs).HandleAsync(new InterfaceListParams(), Call, Token);
        result.Interfaces.Single(i => i.Name == "eth1").OvsBridge.ShouldBe("br-ex");
        result.Interfaces.Single(i => i.Name == "eth0").OvsBridge.ShouldBeNull();
    }

    [Fact]
    public async Task List_WithoutIp_NamesThePackage()
    {
        using var tools = new StandInTools();
        var handler = new InterfaceListHandler(new IpTool(tools.Runner), new OvsDatabase(tools.Runner));
        var e = await Should.ThrowAsync<OperationException>(() => handler.HandleAsync(new InterfaceListParams(), Call, Token));
        e.Code.ShouldBe(OperationErrorCode.ToolMissing);
        e.Message.ShouldContain("iproute2");
    }
}
