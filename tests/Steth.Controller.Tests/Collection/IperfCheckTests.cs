using System.Net;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Collection;
using Steth.Controller.Inventory;
using Steth.Controller.Tests.Agents;
using Steth.Diagnosis.Verdicts;

namespace Steth.Controller.Tests.Collection;

public class IperfCheckTests
{
    private readonly FakeAgents _agents = new();
    private readonly Node _server = FakeAgents.Node("net1", Place("mgmt", "10.0.0.1"), Place("net", "10.1.0.1"), Place("backup", "10.2.0.1"));
    private readonly Node _client = FakeAgents.Node("comp1", Place("mgmt", "10.0.0.2"), Place("net", "10.1.0.2"));

    public IperfCheckTests()
    {
        _agents.On(_server, AgentOperations.IperfServe, p => new IperfServeResult { LeaseId = $"on {p.BindAddress}", Port = p.Port, Tool = "iperf3" });
        _agents.On(_server, AgentOperations.LeaseRelease, _ => new LeaseReleaseResult { Released = true });
        _agents.OnStream(_client, AgentOperations.IperfRun, (p, onEvent, _) =>
        {
            onEvent(new IperfInterval { EndSeconds = 1, BitsPerSecond = 9e9 });
            return Task.FromResult(Result(p, 1 << 20));
        });
    }

    private static NodeNetwork Place(string type, string address) => new(type, IPAddress.Parse(address), null);

    private static IperfRunResult Result(IperfRunParams p, long bytes) =>
        new() { Protocol = p.Protocol, Server = p.Server, BitsPerSecond = 8e9, Bytes = bytes, Seconds = p.Seconds, Tool = p.Tool! };

    private Task<IperfCheckResult> RunAsync(string network, Action<IperfProgress>? progress = null) => new IperfCheck(_agents.WithTimeout()).RunAsync(
        new IperfCheckRequest { Server = _server, Client = _client, Network = network, Seconds = 2 }, progress, TestContext.Current.CancellationToken);

    [Theory]
    [InlineData("mgmt", "mgmt")]
    [InlineData("others", "backup")]
    [InlineData("all", "mgmt net backup")]
    [InlineData("storage", "")]
    public void Choose_Name_IsTheNetworksOfTheServer(string choice, string types) =>
        string.Join(' ', IperfCheck.Choose(_server, choice).Select(n => n.Type)).ShouldBe(types);

    [Fact]
    public async Task RunAsync_AllNetworks_BindsBothEndsAndReleasesEachServer()
    {
        var progress = new List<IperfProgress>();
        var result = await RunAsync("all", progress.Add);
        result.Rows.Select(r => (r.Network, r.State, r.Result!.BitsPerSecond)).ShouldBe(
            [("mgmt", CheckState.Pass, 8e9), ("net", CheckState.Pass, 8e9), ("backup", CheckState.Pass, 8e9)]);
        _agents.Asked.Select(a => a.Parameters).OfType<IperfRunParams>().Select(p => $"{p.BindAddress}>{p.Server}").ShouldBe(
            ["10.0.0.2>10.0.0.1", "10.1.0.2>10.1.0.1", ">10.2.0.1"]);
        _agents.Asked.Select(a => a.Parameters).OfType<LeaseReleaseParams>().Select(p => p.LeaseId).ShouldBe(["on 10.0.0.1", "on 10.1.0.1", "on 10.2.0.1"]);
        progress.ShouldContain(new IperfProgress("net", 1, 3, 1, 2, 9e9));
    }

    [Fact]
    public async Task RunAsync_ClientCannotConnect_FailsAndStillReleases()
    {
        _agents.Refuse(_client, AgentOperations.IperfRun, OperationErrorCode.ToolFailed, "iperf3: unable to connect to server: No route to host");
        var row = (await RunAsync("mgmt")).Rows.ShouldHaveSingleItem();
        (row.State, row.Reason, row.Result).ShouldBe((CheckState.Fail, "iperf3: unable to connect to server: No route to host", null));
        _agents.Calls.ShouldContain("net1 lease.release");
    }

    [Fact]
    public async Task RunAsync_PortTaken_IsUnknown()
    {
        _agents.Refuse(_server, AgentOperations.IperfServe, OperationErrorCode.Busy, "Something listens on port 5001.");
        var row = (await RunAsync("mgmt")).Rows.ShouldHaveSingleItem();
        (row.State, row.Reason).ShouldBe((CheckState.Unknown, "Something listens on port 5001."));
    }

    [Fact]
    public async Task RunAsync_ServerSilent_IsAskedOnceAndAllRowsAreUnknown()
    {
        _agents.Kill(_server);
        var result = await RunAsync("all");
        result.Rows.Count.ShouldBe(3);
        result.Rows.ShouldAllBe(r => r.State == CheckState.Unknown);
        result.Unreachable.ShouldHaveSingleItem().Host.ShouldBe("net1");
        _agents.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task RunAsync_NothingArrived_Fails()
    {
        _agents.OnStream(_client, AgentOperations.IperfRun, (p, _, _) => Task.FromResult(Result(p, 0)));
        (await RunAsync("mgmt")).Rows[0].Reason.ShouldBe("nothing arrived at 10.0.0.1");
    }
}
