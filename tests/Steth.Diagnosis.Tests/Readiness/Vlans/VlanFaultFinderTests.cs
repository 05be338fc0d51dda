using FsCheck;
using FsCheck.Fluent;
using Steth.Diagnosis.Readiness.Vlans;

namespace Steth.Diagnosis.Tests.Readiness.Vlans;

/// <summary>Reasons and groups over random matrices.</summary>
public class VlanFaultFinderTests
{
    private static readonly Gen<(int Nodes, VlanPairState[] States)> _matrices =
        from nodes in Gen.Choose(1, 9)
        from broken in Gen.Choose(0, 100)
        from open in Gen.Frequency((3, Gen.Constant(0)), (1, Gen.Choose(0, 60)))
        from numbers in Gen.Choose(0, 99).ArrayOf(nodes * nodes)
        from openNumbers in Gen.Choose(0, 99).ArrayOf(nodes * nodes)
        select (nodes, numbers.Zip(openNumbers, (number, openNumber) => openNumber < open ? VlanPairState.Open
            : number < broken ? VlanPairState.Broken : VlanPairState.Good).ToArray());

    [Fact]
    public void Find_RandomMatrix_ExplainsEveryBrokenPairAndNoGoodOne() => Holds((nodes, state) =>
    {
        var faults = VlanFaultFinder.Find([.. Enumerable.Range(0, nodes)], state);
        return Pairs(nodes).All(pair => state(pair.From, pair.To) switch
        {
            VlanPairState.Broken => faults.Any(fault => fault.Explains(pair.From, pair.To)),
            VlanPairState.Good => !faults.Any(fault => fault.Explains(pair.From, pair.To)),
            _ => true,
        });
    });

    [Fact]
    public void Of_RandomMatrix_TwoNodesShareAGroupExactlyWhenTheyHearEachOther() => Holds((nodes, state) =>
    {
        bool Mutual(int a, int b) => state(a, b) == VlanPairState.Good && state(b, a) == VlanPairState.Good;
        var groups = VlanGroups.Of([.. Enumerable.Range(0, nodes)], Mutual);
        return Pairs(nodes).All(pair => groups.Any(group => group.Contains(pair.From) && group.Contains(pair.To)) == Mutual(pair.From, pair.To))
            && Enumerable.Range(0, nodes).All(node => groups.Any(group => group.Contains(node)));
    });

    [Theory]
    [InlineData("", "")]
    [InlineData("0>1 1>0 0>2 2>0 0>3 3>0", "Missing 0")]
    [InlineData("0>1 1>0 0>2 2>0 0>3 3>0 1>2", "Missing 0; OneWay 1|2")]
    [InlineData("0>1 1>0 0>2 2>0 0>3 3>0 1>2 2>1 1>3 3>1", "Missing 0; Missing 1")]
    [InlineData("0>2 0>3 1>2 1>3 2>0 3>0 2>1 3>1", "Split 0,1|2,3")]
    [InlineData("0>1 0>2 0>3", "Mute 0|1,2,3")]
    [InlineData("1>0 2>0 3>0", "Deaf 0|1,2,3")]
    [InlineData("0>1 0>2 0>3 1>3 2>3", "Mute 0|1,2,3; Deaf 3|1,2")]
    [InlineData("0>1", "OneWay 0|1")]
    [InlineData("0>1 1>0", "Pair 0|1")]
    [InlineData("0>1 2>3", "OneWay 0|1; OneWay 2|3")]
    public void Find_FourNodes_NamesAsFewReasonsAsThereAre(string broken, string faults)
    {
        var pairs = broken.Split(' ').ToHashSet();

        string.Join("; ", VlanFaultFinder.Find([0, 1, 2, 3], (from, to) => State(pairs, from, to)).Select(fault => fault.Key)).ShouldBe(faults);
    }

    [Theory]
    [InlineData("0>1 1>0", "Nowhere ")]
    [InlineData("0>1", "OneWay 0|1")]
    public void Find_TwoNodes_DoesNotGuessWhichOne(string broken, string faults)
    {
        var pairs = broken.Split(' ').ToHashSet();

        string.Join("; ", VlanFaultFinder.Find([0, 1], (from, to) => State(pairs, from, to)).Select(fault => fault.Key)).ShouldBe(faults);
    }

    private static VlanPairState State(HashSet<string> broken, int from, int to) =>
        broken.Contains($"{from}>{to}") ? VlanPairState.Broken : VlanPairState.Good;

    private static IEnumerable<(int From, int To)> Pairs(int nodes) =>
        Enumerable.Range(0, nodes).SelectMany(from => Enumerable.Range(0, nodes).Where(to => to != from).Select(to => (from, to)));

    private static void Holds(Func<int, Func<int, int, VlanPairState>, bool> property) => Prop.ForAll(
        _matrices.ToArbitrary(), matrix => property(matrix.Nodes, (from, to) => matrix.States[from * matrix.Nodes + to]))
        .Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(1000));
}
