using Steth.Contracts.Configuration;

namespace Steth.Contracts.Tests.Configuration;

public class IniFileTests
{
    private static IReadOnlyList<IniEntry> Entries(string text)
    {
        var file = IniFile.Parse(text);
        file.Errors.ShouldBeEmpty();
        return file.Entries;
    }

    [Fact]
    public void Parse_WithoutHeader_IsTheDefaultSection() =>
        Entries("node_name_prefix=server-\nnodes_id = 39,233\n").ShouldBe(
        [
            new IniEntry("DEFAULT", "node_name_prefix", "server-", 1),
            new IniEntry("DEFAULT", "nodes_id", "39,233", 2),
        ]);

    [Fact]
    public void Parse_SectionsCommentsAndBlankLines_KeepLineNumbers() =>
        Entries("# a\n\n[agent]\n; b\nport: 9698\n[nodes]\r\nnode-1 = mgmt:192.0.2.1, net:198.51.100.1\r\n").ShouldBe(
        [
            new IniEntry("agent", "port", "9698", 5),
            new IniEntry("nodes", "node-1", "mgmt:192.0.2.1, net:198.51.100.1", 7),
        ]);

    [Theory]
    [InlineData("a = x", "x")]
    [InlineData("a=", "")]
    [InlineData("a = \"x y\"", "x y")]
    [InlineData("a = 'x'", "x")]
    [InlineData("a = \"x'", "\"x'")]
    [InlineData("a = \"", "\"")]
    [InlineData("a = http://192.0.2.1:5000/v3", "http://192.0.2.1:5000/v3")]
    [InlineData("a: b=c", "b=c")]
    [InlineData("a = x # not a comment", "x # not a comment")]
    [InlineData("\ufeffa = x", "x")]
    public void Parse_Value_IsTrimmedAndUnquoted(string text, string value) => Entries(text).ShouldBe([new IniEntry("DEFAULT", "a", value, 1)]);

    [Fact]
    public void Parse_LineBeginningWithWhiteSpace_ContinuesTheValue() =>
        Entries("network_types = mgmt:eth0:1.1.1.,\n    net:eth1:2.2.2.\n\tx\nb = 1").ShouldBe(
        [
            new IniEntry("DEFAULT", "network_types", "mgmt:eth0:1.1.1.,\nnet:eth1:2.2.2.\nx", 1),
            new IniEntry("DEFAULT", "b", "1", 4),
        ]);

    [Fact]
    public void Parse_SameKeyTwice_KeepsBoth() =>
        Entries("[a]\nk = 1\n[b]\n[a]\nk = 2").ShouldBe([new IniEntry("a", "k", "1", 2), new IniEntry("a", "k", "2", 5)]);

    [Fact]
    public void Parse_SeveralBrokenLines_NamesAllAndKeepsTheRest()
    {
        var file = IniFile.Parse("good = 1\nno assignment\n= 2\n\n  stray\n   # an indented comment\n[open\nlost = 3\n  more\n[]\n[ok]\nk = v");
        file.Errors.Select(e => e.Line).ShouldBe([2, 3, 5, 7, 10]);
        file.Errors[0].Message.ShouldBe("'no assignment' is not an assignment; expected key = value");
        file.Errors[3].Message.ShouldBe("'[open' is not a section header; expected [name]");
        file.Entries.ShouldBe([new IniEntry("DEFAULT", "good", "1", 1), new IniEntry("ok", "k", "v", 12)]);
    }

    [Fact]
    public void Parse_Nothing_IsEmpty() => Entries("").ShouldBeEmpty();
}
