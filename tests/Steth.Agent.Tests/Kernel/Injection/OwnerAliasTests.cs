using Steth.Agent.Kernel.Injection;

namespace Steth.Agent.Tests.Kernel.Injection;

public sealed class OwnerAliasTests
{
    [Fact]
    public void IsLeftover_OfThisProcess_IsNot()
    {
        OwnerAlias.Own.ShouldStartWith($"steth/{Environment.ProcessId}/");
        OwnerAlias.IsLeftover(OwnerAlias.Own).ShouldBeFalse();
    }

    [Theory]
    [InlineData("steth/2147483646/1", true)]
    [InlineData("steth/1/99999999999", true)]
    [InlineData("steth", false)]
    [InlineData("steth/1", false)]
    [InlineData("steth/x/1", false)]
    [InlineData("steth lease", false)]
    [InlineData(null, false)]
    public void IsLeftover_OthersAlias_WhenItsProcessIsNoMore(string? alias, bool leftover) =>
        OwnerAlias.IsLeftover(alias).ShouldBe(leftover);
}
