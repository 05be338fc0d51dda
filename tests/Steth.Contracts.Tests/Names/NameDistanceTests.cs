using Steth.Contracts.Names;

namespace Steth.Contracts.Tests.Names;

public class NameDistanceTests
{
    [Theory]
    [InlineData("ping", "ping", 0)]
    [InlineData("", "ping", 4)]
    [InlineData("pnig", "ping", 2)]
    [InlineData("comp1", "comp12", 1)]
    [InlineData("comp", "Comp", 1)]
    [InlineData("kitten", "sitting", 3)]
    public void Between_TwoNames_CountsTheLettersToChange(string a, string b, int distance)
    {
        NameDistance.Between(a, b).ShouldBe(distance);
        NameDistance.Between(b, a).ShouldBe(distance);
    }
}
