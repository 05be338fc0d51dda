using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Steth.Packets.Addresses;

namespace Steth.Packets.Tests.Addresses;

public class VlanSetTests
{
    private static readonly Gen<int[]> _numbers =
        from length in Gen.Choose(0, 200)
        from width in Gen.Elements(5, 70, 4094)
        from numbers in Gen.Choose(0, width).ArrayOf(length)
        select numbers;

    [Theory]
    [InlineData("1-4094", "1-4094", 4094)]
    [InlineData("200,100-105", "100-105,200", 7)]
    [InlineData(" 5 , 4 , 6 ", "4-6", 3)]
    [InlineData("7,7,6-8", "6-8", 3)]
    [InlineData("100,untagged", "untagged,100", 2)]
    [InlineData("untagged", "untagged", 1)]
    [InlineData("63-65", "63-65", 3)]
    public void Parse_AsAnOperatorWrites_IsWrittenTheShortestWay(string text, string shortest, int count)
    {
        var set = VlanSet.Parse(text);

        set.ToString().ShouldBe(shortest);
        set.Count.ShouldBe(count);
    }

    [Theory]
    [InlineData("")]
    [InlineData(",")]
    [InlineData("0")]
    [InlineData("4095")]
    [InlineData("5-4")]
    [InlineData("1-2-3")]
    [InlineData("-5")]
    [InlineData("1-")]
    [InlineData("all")]
    [InlineData("0-5")]
    [InlineData("untagged-5")]
    [InlineData("1;2")]
    [InlineData(null)]
    public void TryParse_NoList_IsRefused(string? text) => VlanSet.TryParse(text, null, out _).ShouldBeFalse();

    [Fact]
    public void Json_IsTheText_EmptyForNone()
    {
        JsonSerializer.Serialize(VlanSet.Parse("1-3")).ShouldBe("\"1-3\"");
        JsonSerializer.Serialize(VlanSet.Empty).ShouldBe("\"\"");
        JsonSerializer.Deserialize<VlanSet>("\"\"").ShouldBe(VlanSet.Empty);
        foreach (var wrong in (string[])["5", "\"0\"", "[1]", "\"x\""])
            Should.Throw<JsonException>(() => JsonSerializer.Deserialize<VlanSet>(wrong));
    }

    [Fact]
    public void Text_OfAnySet_ParsesToTheSame() => Prop.ForAll(_numbers.ToArbitrary(), numbers =>
    {
        var set = new VlanSet(numbers);
        return numbers.Length == 0 ? set.IsEmpty : VlanSet.Parse(set.ToString()).Equals(set) && VlanSet.Parse(set.ToString()).GetHashCode() == set.GetHashCode();
    }).ShouldHold();

    [Fact]
    public void Operations_OnAnySets_AreThoseOfSets() => Prop.ForAll(_numbers.ToArbitrary(), _numbers.ToArbitrary(), (one, other) =>
    {
        var (a, b) = (new VlanSet(one), new VlanSet(other));
        return a.Union(b).Members().SequenceEqual(one.Union(other).Order())
            && a.Intersect(b).Members().SequenceEqual(one.Intersect(other).Order())
            && a.Except(b).Members().SequenceEqual(one.Except(other).Order())
            && a.Count == one.Distinct().Count() && one.All(a.Contains) && a.Ids.Count == one.Distinct().Count(number => number != 0);
    }).ShouldHold();

    [Fact]
    public void OfBits_LeavesOut4095()
    {
        var words = new ulong[64];
        Array.Fill(words, ulong.MaxValue);

        VlanSet.OfBits(words).ToString().ShouldBe("untagged,1-4094");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(4095)]
    public void Constructor_OutsideTheRange_IsRefused(int number) =>
        Should.Throw<ArgumentOutOfRangeException>(() => new VlanSet(new[] { number }));
}
