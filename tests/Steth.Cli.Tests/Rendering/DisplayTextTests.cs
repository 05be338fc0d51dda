using Steth.Cli.Rendering;

namespace Steth.Cli.Tests.Rendering;

public sealed class DisplayTextTests
{
    [Theory]
    [InlineData("plain text", "plain text")]
    [InlineData("é 漢 😀", "é 漢 😀")]
    [InlineData("a\u001b[2Jb", "a\uFFFD[2Jb")]
    [InlineData("a\u009b2Jb", "a\uFFFD2Jb")]
    [InlineData("a\u007fb", "a\uFFFDb")]
    [InlineData("a\r\nb\tc", "a  b c")]
    [InlineData("a\u202eb\u2066c\u200f", "a\uFFFDb\uFFFDc\uFFFD")]
    [InlineData("a\u2028b", "a\uFFFDb")]
    [InlineData("", "")]
    public void Clean_Text_HasNothingATerminalWouldObey(string text, string expected) => DisplayText.Clean(text).ShouldBe(expected);

    [Fact]
    public void Clean_LoneSurrogate_IsReplaced() => DisplayText.Clean("a\ud800b").ShouldBe("a\uFFFDb");
}
