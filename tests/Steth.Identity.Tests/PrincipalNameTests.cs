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
    [InlineData("a..b")]
    [InlineData("a.")]
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
        PrincipalName.TryParse(new string('a', 63), out _).ShouldBeTrue();
        PrincipalName.TryParse(new string('a', 64), out _).ShouldBeFalse();
        PrincipalName.TryParse($"a.{new string('b', 62)}", out _).ShouldBeTrue();
        PrincipalName.TryParse($"a.{new string('b', 63)}", out _).ShouldBeFalse();
    }
}
