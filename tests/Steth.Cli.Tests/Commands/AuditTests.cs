using System.Text.Json;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Cli.Tests.Commands;

public sealed class AuditTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static AuditEntry Entry(int second, string? who, string? method, AuditOutcome outcome, string? reason = null) => new()
    {
        At = Noon.AddSeconds(second),
        Id = $"ab12cd-{second}",
        Who = who,
        From = "192.0.2.7",
        Role = who is null ? null : "read",
        Method = method,
        Target = method is null ? null : "eth0",
        Params = method is null ? null : """{"interface":"eth0"}""",
        Outcome = outcome,
        Reason = reason,
        DurationMs = 2.5,
    };

    private static FakeAgents Agent(FakeAgents agents, string node, string? problem, params AuditEntry[] entries) =>
        agents.Stream(node, AgentOperations.AuditRead, (emit, _) =>
        {
            foreach (var entry in entries)
                emit(entry);
            return Task.FromResult(new AuditReadResult { Matched = entries.Length, Unreadable = 0, Lost = 0, Problem = problem });
        });

    [Fact]
    public async Task Audit_TwoAgents_AreMergedByTime()
    {
        var agents = Agent(new FakeAgents(), "comp1", null, Entry(1, "alice", "interface.list", AuditOutcome.Ok), Entry(5, "bob", "icmp.ping", AuditOutcome.Refused, "No."));
        Agent(agents, "comp2", null, Entry(3, "alice", "interface.list", AuditOutcome.Ok));

        var outcome = await Cli.RunAsync(agents, "audit", "-f", "json");

        outcome.Code.ShouldBe(0);
        var rows = JsonDocument.Parse(outcome.Out).RootElement;
        rows[0].EnumerateObject().Select(p => p.Name).ShouldBe(
            ["at", "node", "who", "from", "role", "method", "target", "outcome", "duration_ms", "reason", "id", "params"]);
        rows.EnumerateArray().Select(r => (r.GetProperty("at").GetString(), r.GetProperty("node").GetString(), r.GetProperty("outcome").GetString())).ShouldBe(
        [
            ("2026-03-01T12:00:01.000Z", "comp1", "ok"), ("2026-03-01T12:00:03.000Z", "comp2", "ok"), ("2026-03-01T12:00:05.000Z", "comp1", "refused"),
        ]);
    }

    [Fact]
    public async Task Audit_Table_HasWhatAReaderNeedsAndNoControlCharacter()
    {
        var agents = Agent(new FakeAgents(), "comp1", null, Entry(1, null, "x\u001b[2J", AuditOutcome.Refused, "There is no method."));

        var outcome = await Cli.RunAsync(agents, "audit", "--node", "comp1");

        outcome.Code.ShouldBe(0);
        outcome.Out.ShouldContain("03-01 12:00:01.000");
        outcome.Out.ShouldContain("| refused |");
        outcome.Out.ShouldContain("There is no method.");
        outcome.Out.ShouldNotContain("ab12cd-1");
        outcome.Out.ShouldNotContain("\u001b");
    }

    [Fact]
    public async Task Audit_OneAgentSilentAnotherWithAFullDisk_CostsTheirRowsAndIsSaid()
    {
        var agents = Agent(new FakeAgents(), "comp1", "The audit cannot be written to /x: No space left on device.", Entry(1, "alice", "interface.list", AuditOutcome.Ok));

        var outcome = await Cli.RunAsync(agents, "audit", "-f", "value", "-c", "id");

        (outcome.Code, outcome.Out).ShouldBe((2, "ab12cd-1\n"));
        outcome.Error.ShouldContain("comp1: The audit cannot be written to /x: No space left on device.");
        outcome.Error.ShouldContain("comp2: No agent listens on 192.0.2.2:9698.");
    }

    [Fact]
    public async Task Audit_AllSilent_Is69() => (await Cli.RunAsync(new FakeAgents(), "audit")).Code.ShouldBe(69);

    [Fact]
    public async Task Audit_MoreThanTheLimit_ShowsTheNewestAndSaysSo()
    {
        var agents = Agent(new FakeAgents(), "comp1", null, Entry(1, "a", "m", AuditOutcome.Ok), Entry(2, "a", "m", AuditOutcome.Ok));
        Agent(agents, "comp2", null, Entry(3, "a", "m", AuditOutcome.Ok));

        var outcome = await Cli.RunAsync(agents, "audit", "--limit", "2", "-f", "value", "-c", "id");

        outcome.Out.ShouldBe("ab12cd-2\nab12cd-3\n");
        outcome.Error.ShouldContain("the newest 2 of 3; --limit shows more");
    }

    [Fact]
    public async Task Audit_Filters_AreTheAgents()
    {
        var agents = Agent(new FakeAgents(), "comp1", null);
        await Cli.RunAsync(agents, "audit", "--node", "comp1", "--who", "alice", "--method", "icmp.ping", "--refused", "--since", "2026-03-01T12:00", "--until", "2026-03-02");
        agents.Calls.ShouldBe(
        [
            """comp1 audit.read {"since":"2026-03-01T12:00:00+00:00","until":"2026-03-02T00:00:00+00:00","who":"alice","method":"icmp.ping","outcome":"refused","limit":100}""",
        ]);
    }

    [Theory]
    [InlineData("1h", 3600)]
    [InlineData("90s", 90)]
    [InlineData("2d", 172_800)]
    public async Task Audit_Since_IsSoLongAgo(string since, int seconds)
    {
        var agents = Agent(new FakeAgents(), "comp1", null);
        var before = DateTimeOffset.UtcNow;
        await Cli.RunAsync(agents, "audit", "--node", "comp1", "--since", since);
        var call = agents.Calls.Single();
        var asked = JsonDocument.Parse(call[call.IndexOf('{', StringComparison.Ordinal)..]).RootElement.GetProperty("since").GetDateTimeOffset();
        asked.ShouldBeInRange(before.AddSeconds(-seconds), DateTimeOffset.UtcNow.AddSeconds(-seconds));
    }

    [Theory]
    [InlineData("--since", "yesterday", "--since: 'yesterday' is no time; expected how long ago, as 30s, 15m, 2h or 7d, or a time in UTC, as 2026-03-01T12:00.")]
    [InlineData("--node", "comp9", "--node: ")]
    [InlineData("--limit", "0", "--limit: '0' is not a whole number from 1 to 10000.")]
    public async Task Audit_WrongWords_AreOneSentence(string option, string value, string sentence)
    {
        var outcome = await Cli.RunAsync(new FakeAgents(), "audit", option, value);
        outcome.Code.ShouldBe(64);
        outcome.Error.ShouldContain(sentence);
    }
}
