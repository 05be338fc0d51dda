using Steth.Diagnosis.Readiness;

namespace Steth.Diagnosis.Tests.Readiness;

public class NodeNamesTests
{
    [Theory]
    [InlineData("a", 9, "a")]
    [InlineData("a b", 9, "a and b")]
    [InlineData("a b", 2, "a and b")]
    [InlineData("a b c d", 9, "a, b, c and d")]
    [InlineData("a b c d e", 9, "a, b, c and 2 more nodes")]
    [InlineData("a b c", 3, "all 3 nodes")]
    [InlineData("a b c d e", 5, "all 5 nodes")]
    public void Say_Names_AreFolded(string names, int of, string said) => NodeNames.Say(names.Split(' '), of).ShouldBe(said);
}
