using Microsoft.Extensions.Time.Testing;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;

namespace Steth.Controller.Tests.Agents;

public class LeaseKeeperTests
{
    private readonly Node _node = FakeAgents.Node("comp1");
    private readonly FakeAgents _agents = new();
    private readonly FakeTimeProvider _time = new();

    private IEnumerable<string> Released => _agents.Asked.Select(a => a.Parameters).OfType<LeaseReleaseParams>().Select(p => p.LeaseId);

    private int Renewals => _agents.Asked.Count(a => a.Parameters is LeaseRenewParams { LeaseId: "a", Seconds: 30 });

    [Fact]
    public async Task DisposeAsync_Held_ReleasesTheYoungestFirst()
    {
        _agents.On(_node, AgentOperations.LeaseRelease, _ => new LeaseReleaseResult { Released = true });
        await using (var keeper = new LeaseKeeper(_agents.WithTimeout(time: _time)))
        {
            keeper.Hold(_node, "a", 30);
            keeper.Hold(_node, "b", 30);
        }
        Released.ShouldBe(["b", "a"]);
    }

    [Fact]
    public async Task DisposeAsync_AgentDead_DoesNotThrow()
    {
        _agents.Kill(_node);
        var keeper = new LeaseKeeper(_agents.WithTimeout(time: _time));
        keeper.Hold(_node, "a", 30);
        await keeper.DisposeAsync();
        Released.ShouldBe(["a"]);
    }

    [Fact]
    public async Task Hold_TimePasses_RenewsAtAThirdUntilTheLeaseIsGone()
    {
        _agents.On(_node, AgentOperations.LeaseRenew, _ => new LeaseRenewResult { ExpiresAt = _time.GetUtcNow() });
        await using var keeper = new LeaseKeeper(_agents.WithTimeout(time: _time));
        keeper.Hold(_node, "a", 30);
        await AdvanceAsync(9);
        Renewals.ShouldBe(0);
        await AdvanceAsync(1);
        await UntilAsync(() => Renewals == 1);
        _agents.Kill(_node);
        await AdvanceAsync(10);
        await UntilAsync(() => Renewals == 2);
        _agents.Refuse(_node, AgentOperations.LeaseRenew, OperationErrorCode.NoSuchDevice, "There is no lease 'a' here.");
        await AdvanceAsync(10);
        await UntilAsync(() => Renewals == 3);
        await AdvanceAsync(60);
        Renewals.ShouldBe(3);
    }

    private async Task AdvanceAsync(int seconds)
    {
        // Lets the continuation of the beat before run up to its next wait.
        await Task.Delay(50, TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(seconds));
        await Task.Delay(50, TestContext.Current.CancellationToken);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var i = 0; i < 500 && !condition(); i++)
            await Task.Delay(10, TestContext.Current.CancellationToken);
        condition().ShouldBeTrue();
    }
}
