using Steth.Agent.Limits;

namespace Steth.Agent.Tests.Limits;

public class QuotaTests
{
    [Fact]
    public void Take_BeyondOnesOwn_IsRefusedWhileOthersAreServed()
    {
        var quota = new Quota(10, 6);
        quota.Take(6, "a").ShouldBe(Shortage.None);
        quota.Take(1, "a").ShouldBe(Shortage.Own);
        quota.Take(4, "b").ShouldBe(Shortage.None);
        quota.Take(1, "b").ShouldBe(Shortage.All);
        quota.Held.ShouldBe(10);
        quota.GiveBack(6, "a");
        quota.Take(2, "b").ShouldBe(Shortage.None);
        quota.Take(1, "b").ShouldBe(Shortage.Own);
    }

    [Fact]
    public void Take_ThatIsRefused_TakesNothing()
    {
        var quota = new Quota(10);
        quota.Take(11).ShouldBe(Shortage.All);
        quota.Take(long.MaxValue).ShouldBe(Shortage.All);
        quota.Held.ShouldBe(0);
        quota.Take(10).ShouldBe(Shortage.None);
    }

    [Fact]
    public async Task Take_FromManyThreads_NeverExceedsTheBound()
    {
        var quota = new Quota(8, 4);
        var most = 0L;
        await Parallel.ForEachAsync(Enumerable.Range(0, 4000), TestContext.Current.CancellationToken, async (i, _) =>
        {
            var holder = $"{i % 5}";
            if (quota.Take(3, holder) != Shortage.None)
                return;
            InterlockedMax(ref most, quota.Held);
            await Task.Yield();
            quota.GiveBack(3, holder);
        });
        most.ShouldBeInRange(3, 8);
        quota.Held.ShouldBe(0);
    }

    private static void InterlockedMax(ref long most, long value)
    {
        for (var seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most))
            Interlocked.CompareExchange(ref most, value, seen);
    }
}
