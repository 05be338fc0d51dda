using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Checks;
using Steth.Controller.Inventory;
using Steth.Controller.Tests.Agents;
using Steth.Diagnosis.Readiness.Clocks;
using Steth.Diagnosis.Verdicts;

namespace Steth.Controller.Tests.Checks;

public class ClockCheckTests
{
    private readonly FakeAgents _agents = new();
    private readonly Node[] _nodes = [FakeAgents.Node("a"), FakeAgents.Node("b"), FakeAgents.Node("c"), FakeAgents.Node("d")];

    private void Set(Node node, TimeSpan ahead) => _agents.On(node, AgentOperations.AgentClock, _ => new AgentClockResult
    {
        UnixNanoseconds = (TimeProvider.System.GetUtcNow() + ahead - DateTimeOffset.UnixEpoch).Ticks * 100,
        Synchronized = true,
    });

    private Task<ClockReport> RunAsync(ClockRequest? request = null, Action<CheckProgress>? progress = null) =>
        new ClockCheck(_agents.WithTimeout()).RunAsync(_nodes, request ?? new ClockRequest(), progress, TestContext.Current.CancellationToken);

    [Fact]
    public async Task RunAsync_OneAhead_IsMeasuredAgainstTheOthers()
    {
        foreach (var node in _nodes)
            Set(node, node.Name == "c" ? TimeSpan.FromSeconds(90) : TimeSpan.Zero);
        var progress = new List<CheckProgress>();
        var report = await RunAsync(new ClockRequest { Rounds = 3 }, progress.Add);
        report.Findings.ShouldHaveSingleItem().Nodes.ShouldBe(["c"]);
        report.Results[2].SkewMs!.Value.ShouldBe(90_000, report.Results[2].UncertaintyMs!.Value);
        _agents.Calls.Count(c => c == "a agent.clock").ShouldBe(4);
        progress.Max(p => p.Fraction).ShouldBe(1);
    }

    [Fact]
    public async Task RunAsync_SilentOldAndLyingAgents_CostTheirOwnRows()
    {
        Set(_nodes[0], TimeSpan.Zero);
        _agents.Kill(_nodes[1]);
        Set(_nodes[2], TimeSpan.Zero);
        _agents.On(_nodes[3], AgentOperations.AgentClock, _ => new AgentClockResult { UnixNanoseconds = long.MinValue });
        var report = await RunAsync();
        report.Results.Select(r => (r.Node, r.State)).ShouldBe(
            [("a", CheckState.Pass), ("b", CheckState.Unknown), ("c", CheckState.Pass), ("d", CheckState.Fail)]);
        report.Unreachable.ShouldHaveSingleItem().Host.ShouldBe("b");
        report.Status.ShouldBe(CheckState.Fail);
    }

    [Fact]
    public async Task RunAsync_OldAgents_AreUnknownAndNotUnreachable()
    {
        var report = await RunAsync();
        report.Unreachable.ShouldBeEmpty();
        report.Status.ShouldBe(CheckState.Unknown);
        report.Findings.ShouldHaveSingleItem().Evidence[0].ShouldBe("a: a does not know agent.clock.");
    }
}
