using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Collection;
using Steth.Controller.Inventory;
using Steth.Controller.Tests.Agents;

namespace Steth.Controller.Tests.Collection;

public class AuditSurveyTests
{
    private readonly FakeAgents _agents = new();

    /// <summary>Who is not held to what he was asked for could fill our memory.</summary>
    [Fact]
    public async Task RunAsync_AgentThatSendsMoreThanAskedFor_CostsItsOwnEntriesOnly()
    {
        var (honest, liar) = (Audits("comp1", 2), Audits("comp2", 3));
        var survey = await new AuditSurvey(_agents.WithTimeout()).RunAsync(
            [honest, liar], new AuditReadParams { Limit = 2 }, TestContext.Current.CancellationToken);
        survey.Rows.Select(row => row.Node).ShouldBe(["comp1", "comp1"]);
        survey.Unreachable.ShouldHaveSingleItem().ShouldBe(new Unreachable(
            "comp2", "The agent on 192.0.2.1:9698 sends more than the 2 entries that were asked for: none of them is taken."));
    }

    private Node Audits(string name, int entries)
    {
        var node = FakeAgents.Node(name);
        _agents.OnStream(node, AgentOperations.AuditRead, (_, onEvent, _) =>
        {
            for (var i = 0; i < entries; i++)
                onEvent(new AuditEntry { At = DateTimeOffset.UnixEpoch, Id = "t-1", Outcome = AuditOutcome.Ok, DurationMs = 1 });
            return Task.FromResult(new AuditReadResult { Matched = entries, Unreadable = 0, Lost = 0 });
        });
        return node;
    }
}
