using System.Text.Json;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Cli.Tests.Commands;

public sealed class LeasesTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static LeaseFacts Lease(string id, string covers, string? holder, LeaseState state) =>
        new() { LeaseId = id, Covers = covers, Holder = holder, State = state, ExpiresAt = Noon };

    private static FakeAgents Agents(params LeaseFacts[] leases) =>
        new FakeAgents().Answer("comp1", AgentOperations.LeaseList, new LeaseListResult { Leases = leases });

    [Fact]
    public async Task Leases_OneAgentSilent_CostsItsRows()
    {
        var agents = Agents(
            Lease("a1", "VLAN device eth1.5", "alice", LeaseState.Held), Lease("a2", "address 10.0.0.1/24", null, LeaseState.Unconfirmed));

        var outcome = await Cli.RunAsync(agents, "leases", "-f", "json");

        outcome.Code.ShouldBe(2);
        outcome.Error.ShouldContain("comp2: No agent listens on 192.0.2.2:9698.");
        JsonDocument.Parse(outcome.Out).RootElement.EnumerateArray().Select(row => JsonSerializer.Serialize(row)).ShouldBe(
        [
            """{"node":"comp1","covers":"VLAN device eth1.5","holder":"alice","state":"held","expires_at":"2026-03-01T12:00:00Z","lease_id":"a1"}""",
            """{"node":"comp1","covers":"address 10.0.0.1/24","holder":null,"state":"unconfirmed","expires_at":"2026-03-01T12:00:00Z","lease_id":"a2"}""",
        ]);
    }

    [Fact]
    public async Task Leases_Stuck_SaysWhereToLook()
    {
        var stuck = Lease("a1", "VLAN device eth1.5", "alice", LeaseState.Stuck);
        var agents = Agents(stuck, stuck with { LeaseId = "a2" }).Answer("comp2", AgentOperations.LeaseList, new LeaseListResult { Leases = [stuck] });
        var outcome = await Cli.RunAsync(agents, "leases", "--node", "comp1", "--node", "comp2");
        outcome.Code.ShouldBe(0);
        outcome.Out.ShouldContain("| comp1 | VLAN device eth1.5 | alice  | stuck | 03-01 12:00:00 | a2    |");
        outcome.Error.ShouldBe("stuck: has ended and could not be undone yet; 'journalctl -u steth-agent' on comp1, comp2 says why\n");
    }

    [Fact]
    public async Task Leases_AllSilent_Is69() => (await Cli.RunAsync(new FakeAgents(), "leases")).Code.ShouldBe(69);

    [Fact]
    public async Task Leases_NodeThatIsNone_IsAUsageError() => (await Cli.RunAsync(new FakeAgents(), "leases", "--node", "comp9")).Code.ShouldBe(64);

    [Fact]
    public async Task EndLease_ThatIsThere_IsEnded()
    {
        var agents = new FakeAgents().Answer("comp1", AgentOperations.LeaseRelease, new LeaseReleaseResult { Released = true });
        var outcome = await Cli.RunAsync(agents, "end-lease", "comp1", "a1", "-f", "value");
        (outcome.Code, outcome.Out).ShouldBe((0, "a1\ntrue\n"));
        agents.Calls.ShouldBe(["""comp1 lease.release {"lease_id":"a1"}"""]);
    }

    [Fact]
    public async Task EndLease_ThatIsNotThere_SaysSo()
    {
        var agents = new FakeAgents().Answer("comp1", AgentOperations.LeaseRelease, new LeaseReleaseResult { Released = false });
        var outcome = await Cli.RunAsync(agents, "end-lease", "comp1", "a1");
        (outcome.Code, outcome.Out).ShouldBe((1, ""));
        outcome.Error.ShouldBe(
            "steth: comp1: There is no lease 'a1' on comp1: it has ended, or never was; 'steth leases' lists those there are.\n");
    }
}
