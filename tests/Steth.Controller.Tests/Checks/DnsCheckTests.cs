using System.Net;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Checks;
using Steth.Controller.Inventory;
using Steth.Controller.Tests.Agents;
using Steth.Diagnosis.Readiness.Dns;
using Steth.Diagnosis.Verdicts;

namespace Steth.Controller.Tests.Checks;

public class DnsCheckTests
{
    private readonly FakeAgents _agents = new();

    private readonly Node[] _nodes =
    [
        FakeAgents.Node("a", new NodeNetwork("mgmt", IPAddress.Parse("10.0.0.1"), null)),
        FakeAgents.Node("10.0.0.2:9698", new NodeNetwork("mgmt", IPAddress.Parse("10.0.0.2"), null)),
        FakeAgents.Node("c", new NodeNetwork("mgmt", IPAddress.Parse("10.0.0.3"), null)),
    ];

    private Task<DnsReport> RunAsync() => new DnsCheck(_agents.WithTimeout()).RunAsync(
        _nodes, new DnsRequest { Patience = TimeSpan.FromSeconds(2) }, null, TestContext.Current.CancellationToken);

    private void Answer(Node node, params string[] addresses) => _agents.On(node, AgentOperations.NameResolve, p => new NameResolveResult
    {
        Names = [.. p.Names.Zip(addresses, (n, a) => new ResolvedName { Name = n, Addresses = [IPAddress.Parse(a)], TookMs = 1 })],
    });

    [Fact]
    public async Task RunAsync_NamedNodes_AreResolvedOnAllNodes()
    {
        foreach (var node in _nodes)
            Answer(node, "10.0.0.1", "10.0.0.3");
        var report = await RunAsync();
        report.Status.ShouldBe(CheckState.Pass);
        report.Results.Select(r => $"{r.Node} {r.Name}").ShouldBe(["a a", "a c", "10.0.0.2:9698 a", "10.0.0.2:9698 c", "c a", "c c"]);
        _agents.Asked.Select(a => a.Parameters).OfType<NameResolveParams>().ShouldAllBe(p => p.TimeoutMs == 2000 && p.Names.Count == 2);
    }

    [Fact]
    public async Task RunAsync_SilentAgent_CostsItsOwnRows()
    {
        Answer(_nodes[0], "127.0.1.1", "10.0.0.3");
        _agents.Kill(_nodes[1]);
        _agents.Refuse(_nodes[2], AgentOperations.NameResolve, OperationErrorCode.ToolMissing, "'getent' is not installed on this host.");
        var report = await RunAsync();
        report.Status.ShouldBe(CheckState.Fail);
        report.Findings.Select(f => f.Id).ShouldBe(["dns-loopback", "dns-not-asked"]);
        report.Unreachable.ShouldHaveSingleItem().Host.ShouldBe("10.0.0.2:9698");
    }
}
