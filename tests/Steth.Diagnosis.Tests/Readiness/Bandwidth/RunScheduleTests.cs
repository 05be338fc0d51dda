using FsCheck;
using FsCheck.Fluent;
using Steth.Diagnosis.Readiness.Bandwidth;

namespace Steth.Diagnosis.Tests.Readiness.Bandwidth;

public class RunScheduleTests
{
    private static string[] Nodes(int count) => [.. Enumerable.Range(1, count).Select(i => $"n{i}")];

    private static NodePair Ordered(NodePair pair) =>
        string.CompareOrdinal(pair.One, pair.Other) < 0 ? pair : new NodePair(pair.Other, pair.One);

    private static NodePair[] Flat(IReadOnlyList<IReadOnlyList<NodePair>> rounds) => [.. rounds.SelectMany(round => round)];

    private static bool NobodyIsTwiceInARound(IReadOnlyList<IReadOnlyList<NodePair>> rounds) => rounds.All(
        round => round.SelectMany(pair => (string[])[pair.One, pair.Other]).Distinct().Count() == 2 * round.Count);

    private static bool EachOnce(IReadOnlyList<IReadOnlyList<NodePair>> rounds, IEnumerable<NodePair> expected) =>
        Flat(rounds).Select(Ordered).Order(Comparer<NodePair>.Create((a, b) => string.CompareOrdinal($"{a}", $"{b}")))
            .SequenceEqual(expected.Select(Ordered).Distinct().Order(Comparer<NodePair>.Create((a, b) => string.CompareOrdinal($"{a}", $"{b}"))));

    private static void Hold(Property property) => property.Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(300));

    [Fact]
    public void All_AnyNumberOfNodes_HasEachPairOnceInTheFewestRounds()
    {
        for (var count = 0; count <= 101; count++)
        {
            var nodes = Nodes(count);
            var rounds = RunSchedule.All(nodes);

            rounds.Count.ShouldBe(count < 2 ? 0 : count % 2 == 0 ? count - 1 : count);
            NobodyIsTwiceInARound(rounds).ShouldBeTrue();
            EachOnce(rounds, nodes.Index().SelectMany(one => nodes.Skip(one.Index + 1).Select(other => new NodePair(one.Item, other)))).ShouldBeTrue();
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 3)]
    [InlineData(4, 2)]
    [InlineData(5, 3)]
    [InlineData(100, 2)]
    [InlineData(101, 3)]
    public void Ring_OfNodes_HasEachNeighbourOnceInTheFewestRounds(int count, int expected)
    {
        var nodes = Nodes(count);
        var rounds = RunSchedule.Ring(nodes);

        rounds.Count.ShouldBe(expected);
        NobodyIsTwiceInARound(rounds).ShouldBeTrue();
        EachOnce(rounds, count < 2 ? [] : nodes.Index().Select(node => new NodePair(node.Item, nodes[(node.Index + 1) % count]))).ShouldBeTrue();
    }

    [Fact]
    public void Of_AnyPairs_HasEachOnceAndAtMostOneRoundMoreThanTheBusiestNodeHasPairs() => Hold(Prop.ForAll(
        ArbMap.Default.ArbFor<(byte One, byte Other)[]>(), numbers =>
        {
            // Few nodes, so that many pairs meet; some come twice, either way round, or are one node.
            NodePair[] pairs = [.. numbers.Select(n => new NodePair($"n{n.One % 9}", $"n{n.Other % 9}"))];
            NodePair[] real = [.. pairs.Where(pair => pair.One != pair.Other).Select(Ordered).Distinct()];
            var rounds = RunSchedule.Of(pairs);
            var busiest = real.SelectMany(pair => (string[])[pair.One, pair.Other]).CountBy(node => node).Select(node => node.Value).DefaultIfEmpty().Max();
            return NobodyIsTwiceInARound(rounds) && EachOnce(rounds, real) && rounds.Count >= busiest && rounds.Count <= busiest + 1
                && rounds.All(round => round.Count > 0);
        }));

    [Fact]
    public void Of_EveryPairOfManyNodes_HasAtMostOneRoundMoreThanAll()
    {
        foreach (var count in (int[])[10, 31, 60])
            RunSchedule.Of(Flat(RunSchedule.All(Nodes(count)))).Count.ShouldBeLessThanOrEqualTo(count);
    }

    [Fact]
    public void Of_PairsThatDoNotMeet_IsOneRound() =>
        RunSchedule.Of([new NodePair("a", "b"), new NodePair("c", "d"), new NodePair("b", "a")]).ShouldHaveSingleItem()
            .ShouldBe([new NodePair("a", "b"), new NodePair("c", "d")]);

    [Fact]
    public void Of_AStar_TakesARoundAPair() =>
        RunSchedule.Of([new NodePair("a", "b"), new NodePair("a", "c"), new NodePair("d", "a")]).Count.ShouldBe(3);
}
