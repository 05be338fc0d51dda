using Steth.Agent.Kernel;

namespace Steth.Agent.Tests.Kernel;

public class PlainTextTests
{
    [Theory]
    [InlineData("leaf-1a", "leaf-1a")]
    [InlineData("  two\r\nlines\t", "two  lines")]
    [InlineData("\u001b[31mred\u0007\u202e", "[31mred")]
    [InlineData("\u0000\u0008", "")]
    [InlineData("Zürich ☺", "Zürich ☺")]
    public void Of_Text_IsOneLineWithoutControls(string text, string plain) => PlainText.Of(text).ShouldBe(plain);

    [Fact]
    public void Of_LongText_IsCutBetweenCharacters()
    {
        PlainText.Of(new string('a', 300)).Length.ShouldBe(255);
        PlainText.Of(new string('a', 254) + "😀").ShouldBe(new string('a', 254));
    }
}
