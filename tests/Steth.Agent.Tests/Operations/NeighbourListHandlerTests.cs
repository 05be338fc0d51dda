using Steth.Agent.Operations;
using Steth.Agent.Rpc;
using Steth.Agent.Tests.Tools;
using Steth.Agent.Tests.Tools.Ip;
using Steth.Agent.Tools.Ip;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tests.Operations;

public class NeighbourListHandlerTests
{
    private static readonly CallContext Call = new() { CorrelationId = "test" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task List_TablesOfTheKernel_AreBothFamilies()
    {
        await using var network = await PrivateNetwork.CreateAsync();
        await network.Ip.RunAsync(["link", "set", "eth1", "up"], Token);
        await network.Ip.RunAsync(["neigh", "add", "10.1.2.3", "lladdr", "fa:16:3e:00:00:03", "dev", "eth1", "nud", "permanent"], Token);
        await network.Ip.RunAsync(["neigh", "add", "2001:db8::3", "lladdr", "fa:16:3e:00:00:04", "dev", "eth1", "nud", "permanent"], Token);
        await network.Ip.RunAsync(["neigh", "add", "10.1.2.9", "dev", "eth1", "nud", "failed"], Token);

        var result = await new NeighbourListHandler(network.Ip).HandleAsync(new NeighbourListParams(), Call, Token);

        result.Neighbours.Select(n => $"{n.Address} {n.Device} {n.Mac} {n.State}").Order().ShouldBe(
        [
            "10.1.2.3 eth1 fa:16:3e:00:00:03 PERMANENT", "10.1.2.9 eth1  FAILED", "2001:db8::3 eth1 fa:16:3e:00:00:04 PERMANENT",
        ]);
    }

    [Fact]
    public async Task List_IpPrintsSomethingElse_IsAToolFailure()
    {
        using var tools = new StandInTools();
        tools.Add("ip", "echo 'neighbours: none'");

        var e = await Should.ThrowAsync<OperationException>(
            () => new NeighbourListHandler(new IpTool(tools.Runner)).HandleAsync(new NeighbourListParams(), Call, Token));

        e.Code.ShouldBe(OperationErrorCode.ToolFailed);
        e.Message.ShouldBe("The neighbours of this host cannot be read: ip printed something else than a list in JSON.");
    }
}
