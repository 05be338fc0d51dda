using System.Text.Json;
using Steth.Cli.Rendering;
using YamlDotNet.RepresentationModel;

namespace Steth.Cli.Tests.Rendering;

public sealed class SheetTextTests
{
    [Fact]
    public void Write_TableInAPipe_IsPlainAscii()
    {
        RenderedText.Of(RenderedText.Hard, OutputFormat.Table).ShouldBe("""
            +---------------------+-----------+-------+-----+----------------+
            | Name                |       RTT | Count | Up  | Seen           |
            +---------------------+-----------+-------+-----+----------------+
            | plain               |  0.214 ms |     3 | yes | A, B           |
            | comma, "quote"      |         - |     - | -   | -              |
            | [red]é漢�[31m line� | 12.000 ms |    -1 | no  | true, 12, a: b |
            +---------------------+-----------+-------+-----+----------------+

            """);
    }

    [Fact]
    public void Write_TableOfOneObject_IsFieldAndValue()
    {
        RenderedText.Of(RenderedText.Single(("a", Cell.Text("x")), ("long", Cell.Whole(12))), OutputFormat.Table).ShouldBe("""
            +-------+-------+
            | Field | Value |
            +-------+-------+
            | a     | x     |
            | long  | 12    |
            +-------+-------+

            """);
    }

    [Fact]
    public void Write_TableInAPipe_NeitherWrapsNorCuts()
    {
        var text = RenderedText.Of(RenderedText.Single(("a", Cell.Text(new string('x', 3000)))), OutputFormat.Table);

        text.Split('\n').ShouldContain(line => line.Contains(new string('x', 3000), StringComparison.Ordinal));
    }

    [Fact]
    public void Write_TableOnATerminal_FitsItsWidth()
    {
        var text = RenderedText.Of(
            RenderedText.Single(("a", Cell.Text(string.Join(' ', Enumerable.Repeat("word", 50))))),
            OutputFormat.Table,
            streams => streams with { OutIsTerminal = true, Width = 40 });

        text.Split('\n').ShouldAllBe(line => line.Length <= 40);
        text.ShouldNotContain("\u001b");
    }

    [Fact]
    public void Write_TableOnATerminal_BreaksSentencesBeforeAddresses()
    {
        var sheet = new Sheet(["a", "b"], ["Address", "Reason"], [[Cell.Text("198.51.100.123"), Cell.Text("No agent listens there: is one running?")]], IsSingle: false);

        RenderedText.Of(sheet, OutputFormat.Table, streams => streams with { OutIsTerminal = true, Width = 45 }).ShouldBe("""
            ┌────────────────┬──────────────────────────┐
            │ Address        │ Reason                   │
            ├────────────────┼──────────────────────────┤
            │ 198.51.100.123 │ No agent listens there:  │
            │                │ is one running?          │
            └────────────────┴──────────────────────────┘

            """);
    }

    [Fact]
    public void Write_TableOnATooNarrowTerminal_WritesOneForEachRow()
    {
        IReadOnlyList<Cell> first = [Cell.Text("198.51.100.123"), Cell.Text("198.51.100.124")];
        IReadOnlyList<Cell> second = [Cell.Text("198.51.100.125"), Cell.Absent];
        var sheet = new Sheet(["a", "b"], ["Address", "Other"], [first, second], IsSingle: false);

        RenderedText.Of(sheet, OutputFormat.Table, streams => streams with { OutIsTerminal = true, Width = 30 }).ShouldBe("""
            ┌─────────┬────────────────┐
            │ Field   │ Value          │
            ├─────────┼────────────────┤
            │ Address │ 198.51.100.123 │
            │ Other   │ 198.51.100.124 │
            └─────────┴────────────────┘
            ┌─────────┬────────────────┐
            │ Field   │ Value          │
            ├─────────┼────────────────┤
            │ Address │ 198.51.100.125 │
            │ Other   │ -              │
            └─────────┴────────────────┘

            """);
    }

    [Fact]
    public void Write_EmptyListWithAWordForIt_ShowsTheWord() =>
        RenderedText.Of(RenderedText.Single(("seen", Cell.List([]).ShownAs("nothing")), ("other", Cell.List([]))), OutputFormat.Table).ShouldBe("""
            +-------+---------+
            | Field | Value   |
            +-------+---------+
            | seen  | nothing |
            | other | -       |
            +-------+---------+

            """);

    [Fact]
    public void Write_TableOnAColourTerminal_ColoursJudgementsOnly()
    {
        var text = RenderedText.Of(
            RenderedText.Single(("good", Cell.Text("PASS").Toned(CellTone.Good)), ("bad", Cell.Text("FAIL").Toned(CellTone.Bad)), ("plain", Cell.Text("x"))),
            OutputFormat.Table,
            streams => streams with { OutIsTerminal = true, UseColour = true });

        text.ShouldContain("\u001b[32mPASS\u001b[0m");
        text.ShouldContain("\u001b[91mFAIL\u001b[0m");
        text.Split('\u001b').Length.ShouldBe(5);
    }

    [Fact]
    public void Write_EmptyListAsTable_IsTheHead()
    {
        RenderedText.Of(new Sheet(["a"], ["A"], [], IsSingle: false), OutputFormat.Table).ShouldBe("""
            +---+
            | A |
            +---+

            """);
    }

    [Fact]
    public void Write_Csv_QuotesWhatNeedsIt()
    {
        RenderedText.Of(RenderedText.Hard, OutputFormat.Csv).ShouldBe(""""
            name,rtt_ms,count,up,seen
            plain,0.214,3,true,"A,B"
            "comma, ""quote""",,,,
            [red]é漢�[31m line�,12,-1,false,"true,12,a: b"

            """");
    }

    [Fact]
    public void Write_Value_SeparatesByBlanksWithoutHead()
    {
        RenderedText.Of(RenderedText.Hard, OutputFormat.Value).ShouldBe("""
            plain 0.214 3 true A,B
            comma, "quote" None None None 
            [red]é漢�[31m line� 12 -1 false true,12,a: b

            """);
    }

    [Fact]
    public void Write_ValueOfOneObject_IsAValueALine()
    {
        RenderedText.Of(RenderedText.Single(("a", Cell.Text("x")), ("b", Cell.Absent)), OutputFormat.Value).ShouldBe("x\nNone\n");
    }

    [Fact]
    public void Write_Json_KeepsTypesAndEveryKey()
    {
        RenderedText.Of(RenderedText.Hard, OutputFormat.Json).ShouldBe("""
            [
              {
                "name": "plain",
                "rtt_ms": 0.214,
                "count": 3,
                "up": true,
                "seen": [
                  "A",
                  "B"
                ]
              },
              {
                "name": "comma, \"quote\"",
                "rtt_ms": null,
                "count": null,
                "up": null,
                "seen": []
              },
              {
                "name": "[red]é漢\u001B[31m\nline\u202E",
                "rtt_ms": 12,
                "count": -1,
                "up": false,
                "seen": [
                  "true",
                  "12",
                  "a: b"
                ]
              }
            ]

            """);
    }

    [Fact]
    public void Write_JsonOfAnEmptyList_IsAnEmptyArray() =>
        JsonDocument.Parse(RenderedText.Of(new Sheet(["a"], ["A"], [], IsSingle: false), OutputFormat.Json)).RootElement.GetArrayLength().ShouldBe(0);

    [Fact]
    public void Write_Yaml_QuotesWhatCouldBeTakenForSomethingElse()
    {
        RenderedText.Of(RenderedText.Hard, OutputFormat.Yaml).ShouldBe("""
            - name: plain
              rtt_ms: 0.214
              count: 3
              up: true
              seen:
              - A
              - B
            - name: comma, "quote"
              rtt_ms: null
              count: null
              up: null
              seen: []
            - name: "[red]é漢\e[31m\nline\u202E"
              rtt_ms: 12.0
              count: -1
              up: false
              seen:
              - 'true'
              - '12'
              - 'a: b'

            """);
    }

    [Theory]
    [InlineData("yes")]
    [InlineData("No")]
    [InlineData("null")]
    [InlineData("~")]
    [InlineData("")]
    [InlineData("0x10")]
    [InlineData("1e3")]
    [InlineData("-1")]
    [InlineData(".5")]
    [InlineData("12:30:45")]
    [InlineData("2001:db8::1")]
    [InlineData("2026-01-01")]
    [InlineData("=")]
    [InlineData("<<")]
    [InlineData("#x")]
    [InlineData("x #y")]
    [InlineData("x:")]
    [InlineData(" x")]
    [InlineData("- x")]
    [InlineData("'x'")]
    [InlineData("\"x\"")]
    [InlineData("{x}")]
    [InlineData("*x")]
    [InlineData("a\tb\u0000")]
    public void Write_YamlString_ComesBackAsThatString(string value)
    {
        var text = RenderedText.Of(RenderedText.Single(("k", Cell.Text(value))), OutputFormat.Yaml);

        var yaml = new YamlStream();
        yaml.Load(new StringReader(text));
        var scalar = ((YamlMappingNode)yaml.Documents[0].RootNode).Children[new YamlScalarNode("k")].ShouldBeOfType<YamlScalarNode>();
        scalar.Value.ShouldBe(value);
        scalar.Style.ShouldNotBe(YamlDotNet.Core.ScalarStyle.Plain);
    }

    [Fact]
    public void Write_YamlOfAnEmptyList_IsAnEmptySequence() =>
        RenderedText.Of(new Sheet(["a"], ["A"], [], IsSingle: false), OutputFormat.Yaml).ShouldBe("[]\n");

    [Fact]
    public void Arrange_ColumnsGiven_KeepsTheDeclaredOrder() =>
        RenderedText.Of(RenderedText.Hard.Arrange(["count", "name"], []), OutputFormat.Value).ShouldStartWith("plain 3\n");

    [Fact]
    public void Arrange_SortedByNumber_PutsAbsentLast() =>
        RenderedText.Of(RenderedText.Hard.Arrange(["count"], ["count"]), OutputFormat.Value).ShouldBe("-1\n3\nNone\n");
}
