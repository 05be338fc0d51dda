namespace Steth.Identity.Tests;

public class PrincipalNameTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("comp-1.example.org")]
    [InlineData("Alice_2")]
    public void TryParse_Name_IsTaken(string text)
    {
        PrincipalName.TryParse(text, out var name).ShouldBeTrue();
        name.ToString().ShouldBe(text);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("../x")]
    [InlineData("-dir")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("a\n")]
    [InlineData("ä")]
    [InlineData("a,OU=change")]
    public void TryParse_WhatIsNoFileName_IsRefused(string? text) => PrincipalName.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void TryParse_TooLong_IsRefused()
    {
        PrincipalName.TryParse(new string('a', 64), out _).ShouldBeTrue();
        PrincipalName.TryParse(new string('a', 65), out _).ShouldBeFalse();
    }
}
