using FsCheck;
using FsCheck.Fluent;
using Steth.Diagnosis.Readiness.Pairs;

namespace Steth.Diagnosis.Tests.Readiness.Pairs;

public sealed class PairFoldingTests
{
    private static readonly Gen<(DirectedPair[] Measured, HashSet<DirectedPair> Bad)> _matrices =
        from nodes in Gen.Choose(2, 7)
        from seed in Gen.Choose(0, int.MaxValue - 1)
        select Matrix(nodes, new Random(seed));

    [Theory]
    [InlineData("a b c", "", "")]
    [InlineData("a b c", "a>b", "OneWay a b")]
    [InlineData("a b c", "a>b b>a", "Between a b")]
    [InlineData("a b", "a>b b>a", "Between a b")]
    [InlineData("a b c", "c>a c>b a>c b>c", "Node c")]
    [InlineData("a b c", "c>a c>b", "NodeSends c")]
    [InlineData("a b c", "a>c b>c", "NodeReceives c")]
    [InlineData("a b c", "a>b a>c b>a b>c c>a c>b", "Everywhere a b c")]
    [InlineData("a b c d", "c>a a>c c>b b>c c>d d>c a>b", "Node c | OneWay a b")]
    [InlineData("a b c d", "a>c c>a a>d d>a b>c c>b b>d d>b", "Parts a b c d")]
    // Three deaf nodes of four: that the fourth seems not to send is no finding of its own.
    [InlineData("a b c d", "a>b a>c a>d b>c b>d c>b c>d d>b d>c", "NodeReceives b | NodeReceives c | NodeReceives d")]
    public void Fold_KnownShapes_AreNamed(string nodes, string bad, string expected)
    {
        var found = PairFolding.Fold(All(nodes.Split(' ')), Pairs(bad));

        string.Join(" | ", found.Select(p => $"{p.Kind} {string.Join(' ', p.Nodes)}").Order(StringComparer.Ordinal)).ShouldBe(expected);
    }

    [Fact]
    public void Fold_Parts_AreTold()
    {
        var found = PairFolding.Fold(All(["a", "b", "c", "d"]), Pairs("a>c c>a a>d d>a b>c c>b b>d d>b")).ShouldHaveSingleItem();

        found.Parts.Select(p => string.Join(' ', p)).ShouldBe(["a b", "c d"]);
        found.Pairs.Count.ShouldBe(8);
    }

    [Fact]
    public void Fold_OneNodeOfAHundred_IsOnePattern()
    {
        var measured = All([.. Enumerable.Range(1, 100).Select(i => $"n{i}")]);

        var found = PairFolding.Fold(measured, measured.Where(p => p.From == "n7" || p.To == "n7").ToHashSet()).ShouldHaveSingleItem();

        (found.Kind, found.Nodes[0], found.Pairs.Count).ShouldBe((PairPatternKind.Node, "n7", 198));
    }

    [Fact]
    public void Fold_WhateverIsBad_ExplainsEveryBadPairAndNoGoodOne() => Prop.ForAll(_matrices.ToArbitrary(), matrix =>
        PairFolding.Fold(matrix.Measured, matrix.Bad).SelectMany(p => p.Pairs).ToHashSet().SetEquals(matrix.Bad))
        .Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(2000));

    [Fact]
    public void Fold_WhateverIsBad_NamesNoPatternThatOthersExplain() => Prop.ForAll(_matrices.ToArbitrary(), matrix =>
    {
        var found = PairFolding.Fold(matrix.Measured, matrix.Bad);
        return found.All(p => !p.Pairs.All(pair => found.Any(other => other != p && other.Pairs.Contains(pair))));
    }).Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(2000));

    internal static HashSet<DirectedPair> Pairs(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(p => new DirectedPair(p.Split('>')[0], p.Split('>')[1]))];

    internal static DirectedPair[] All(string[] nodes) =>
        [.. from one in nodes from other in nodes where one != other select new DirectedPair(one, other)];

    /// <summary>Some pairs measured, some of them bad; whole nodes as often as single pairs.</summary>
    private static (DirectedPair[], HashSet<DirectedPair>) Matrix(int nodes, Random random)
    {
        string[] names = [.. Enumerable.Range(0, nodes).Select(i => $"n{i}")];
        DirectedPair[] measured = [.. All(names).Where(_ => random.Next(10) > 0)];
        var deaf = names.Where(_ => random.Next(4) == 0).ToHashSet();
        var mute = names.Where(_ => random.Next(4) == 0).ToHashSet();
        var split = random.Next(2) == 0 ? random.Next(nodes) : 0;
        return (measured, [.. measured.Where(p => deaf.Contains(p.To) || mute.Contains(p.From) || random.Next(8) == 0
            || (split > 0 && (Array.IndexOf(names, p.From) < split) != (Array.IndexOf(names, p.To) < split)))]);
    }
}
