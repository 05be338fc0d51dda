using System.Net;
using Steth.Agent.Operations;
using Steth.Agent.Rpc;
using Steth.Agent.Tests.Recorded;
using Steth.Agent.Tests.Tools;
using Steth.Agent.Tests.Tools.Ip;
using Steth.Agent.Tools.Ip;
using Steth.Agent.Tools.Ovs;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tests.Operations;

public class InterfaceTeardownHandlerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Task<InterfaceTeardownResult> TeardownAsync(IpTool ip, OvsDatabase ovs, string device, string? local = null, bool force = false) =>
        new InterfaceTeardownHandler(ip, ovs).HandleAsync(
            new InterfaceTeardownParams { Interface = DeviceName.Parse(device), Force = force },
            new CallContext { CorrelationId = "test", LocalAddress = local is null ? null : IPAddress.Parse(local) },
            Token);

    [Fact]
    public async Task Teardown_InterfaceAnAgentMade_IsDeleted()
    {
        await using var network = await PrivateNetwork.CreateAsync();
        await network.Ip.RunAsync(["link", "set", "eth1", "alias", "steth"], Token);
        (await TeardownAsync(network.Ip, network.Ovs, "eth1")).Interface.ShouldBe("eth1");
        (await network.FactsAsync("eth1")).ShouldBeNull();
    }

    [Fact]
    public async Task Teardown_InterfaceNoAgentMade_NeedsForce()
    {
        await using var network = await PrivateNetwork.CreateAsync();
        var e = await Should.ThrowAsync<OperationException>(() => TeardownAsync(network.Ip, network.Ovs, "eth1"));
        e.Code.ShouldBe(OperationErrorCode.PermissionDenied);
        e.Message.ShouldBe("Interface 'eth1' was not made by an agent of steth (its alias is not 'steth') and is left alone; force it where it really is to go.");
        (await network.FactsAsync("eth1")).ShouldNotBeNull();
        (await TeardownAsync(network.Ip, network.Ovs, "eth1", force: true)).Interface.ShouldBe("eth1");
        (await network.FactsAsync("eth1")).ShouldBeNull();
    }

    [Fact]
    public async Task Teardown_PortOfABridge_IsRefusedAlsoByForce()
    {
        await using var network = await PrivateNetwork.CreateAsync();
        await network.Ip.RunAsync(["link", "add", "br9", "type", "bridge"], Token);
        await network.Ip.RunAsync(["link", "set", "eth1", "master", "br9"], Token);
        foreach (var device in new[] { "br9", "eth1" })
        {
            (await Should.ThrowAsync<OperationException>(() => TeardownAsync(network.Ip, network.Ovs, device, force: true)))
                .Code.ShouldBe(OperationErrorCode.PermissionDenied, device);
        }
    }

    [Fact]
    public async Task Teardown_TheCallersInterface_IsRefused()
    {
        await using var network = await PrivateNetwork.CreateAsync();
        await network.Ip.RunAsync(["address", "add", "fd00::5/64", "dev", "eth1"], Token);
        foreach (var device in new[] { "eth1", "p1" })
        {
            (await Should.ThrowAsync<OperationException>(() => TeardownAsync(network.Ip, network.Ovs, device, "fd00::5")))
                .Code.ShouldBe(OperationErrorCode.PermissionDenied, device);
        }
        (await network.FactsAsync("eth1")).ShouldNotBeNull();
        (await TeardownAsync(network.Ip, network.Ovs, "eth1", "fd00::5", force: true)).Interface.ShouldBe("eth1");
    }

    [Fact]
    public async Task Teardown_Loopback_IsRefused()
    {
        await using var network = await PrivateNetwork.CreateAsync();
        (await Should.ThrowAsync<OperationException>(() => TeardownAsync(network.Ip, network.Ovs, "lo"))).Code.ShouldBe(OperationErrorCode.PermissionDenied);
    }

    [Theory]
    [InlineData("comp1.address.json", "eth0")]
    [InlineData("guest.address.json", "d0")]
    public async Task Teardown_Hardware_IsRefused(string recording, string device)
    {
        // eth0 of the first has no kind; d0 of the second has one, and the kernel says no.
        using var tools = new StandInTools();
        await File.WriteAllTextAsync(tools.PathOf("list.json"), Recording.Read("ip/" + recording), Token);
        tools.Add("ip", $"case $* in *show) exec /bin/cat {tools.PathOf("list.json")};; esac; echo 'RTNETLINK answers: Operation not supported' >&2; exit 2");
        var e = await Should.ThrowAsync<OperationException>(() => TeardownAsync(new IpTool(tools.Runner), new OvsDatabase(tools.Runner), device, force: true));
        e.Code.ShouldBe(OperationErrorCode.PermissionDenied);
        e.Message.ShouldBe($"Interface '{device}' is hardware or built into the kernel and cannot be deleted; only virtual interfaces can.");
    }

    [Fact]
    public async Task Teardown_WithoutPrivilege_SaysWhichOneIsMissing()
    {
        using var tools = new StandInTools();
        await File.WriteAllTextAsync(tools.PathOf("list.json"), Recording.Read("ip/guest.address.json"), Token);
        tools.Add("ip", $"case $* in *show) exec /bin/cat {tools.PathOf("list.json")};; esac; echo 'RTNETLINK answers: Operation not permitted' >&2; exit 2");
        var e = await Should.ThrowAsync<OperationException>(() => TeardownAsync(new IpTool(tools.Runner), new OvsDatabase(tools.Runner), "d0.7", force: true));
        e.Code.ShouldBe(OperationErrorCode.PermissionDenied);
        e.Message.ShouldBe("'ip link del dev d0.7' failed on this host: RTNETLINK answers: Operation not permitted; the agent needs CAP_NET_ADMIN.");
    }
}
