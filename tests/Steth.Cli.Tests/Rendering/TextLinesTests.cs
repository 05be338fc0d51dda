using Steth.Cli.Rendering;

namespace Steth.Cli.Tests.Rendering;

public sealed class TextLinesTests
{
    [Theory]
    [InlineData("", 10, "")]
    [InlineData("one two three", 7, "one two|three")]
    [InlineData("a verylongword b", 6, "a|verylo|ngword|b")]
    [InlineData("run 'ip link set eth1 up' now", 24, "run|'ip link set eth1 up'|now")]
    [InlineData("run 'ip link set eth1 up' now", 10, "run 'ip|link set|eth1 up'|now")]
    [InlineData("the guests' rules and the nodes' own", 15, "the guests'|rules and the|nodes' own")]
    [InlineData("'tis not closed", 8, "'tis not|closed")]
    [InlineData("漢漢漢", 4, "漢漢|漢")]
    [InlineData("a\u001b[2Jb", 80, "a\uFFFD[2Jb")]
    public void Wrap_Text_BreaksWhereAReaderWould(string text, int width, string lines) =>
        string.Join('|', TextLines.Wrap(text, width)).ShouldBe(lines);
}
