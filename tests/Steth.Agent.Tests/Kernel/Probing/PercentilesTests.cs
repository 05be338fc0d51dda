using Steth.Agent.Kernel.Probing;

namespace Steth.Agent.Tests.Kernel.Probing;

public class PercentilesTests
{
    [Theory]
    [InlineData("10000", 50, 1)]
    [InlineData("10000 20000", 50, 1)]
    [InlineData("10000 20000 30000", 50, 2)]
    [InlineData("10000 20000 30000 40000 50000 60000 70000 80000 90000 100000", 99, 10)]
    [InlineData("10000 20000 30000 40000 50000 60000 70000 80000 90000 100000", 50, 5)]
    public void Of_Values_IsTheNearestRank(string sorted, double percent, double milliseconds) =>
        Percentiles.Of(sorted.Split(' ').Select(long.Parse).ToArray(), percent).ShouldBe(milliseconds);

    [Fact]
    public void Of_HundredValues_LeavesTheLongestOut() =>
        Percentiles.Of(Enumerable.Range(1, 100).Select(i => i * TimeSpan.TicksPerMillisecond).ToArray(), 99).ShouldBe(99);

    [Fact]
    public void Of_Nothing_IsNotMeasured() => Percentiles.Of([], 50).ShouldBeNull();
}
