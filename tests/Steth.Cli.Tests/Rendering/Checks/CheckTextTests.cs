using System.Text.RegularExpressions;
using Steth.Cli.Rendering;
using Steth.Cli.Rendering.Checks;
using Steth.Diagnosis.Verdicts;

namespace Steth.Cli.Tests.Rendering.Checks;

public class CheckTextTests
{
    [Fact]
    public void Write_Passed_IsTwoLines() => Text(Views.Passed()).ShouldBe("""
        2 directed pairs on net: 1 good, 1 broken

        PASS sample: nothing broken (1.2 s)

        """);

    [Fact]
    public void Write_Findings_EndWithTheVerdict() => Text(Views.Of(
        [Views.Finding("vlan-missing", evidence: 2), Views.Finding("not-heard", CheckState.Unknown)],
        new UnreachableHost("c", "No agent listens on 192.0.2.3:9698."))).ShouldBe("""
        2 directed pairs on net: 1 good, 1 broken

        FAIL vlan-missing: vlan-missing between a and b on eth1
          Evidence   - evidence 1
                     - evidence 2
          To do      look at the switch port
        UNKNOWN not-heard: not-heard between a and b on eth1
          Evidence   evidence 1
          To do      look at the switch port

        Unreachable  c: No agent listens on 192.0.2.3:9698.

        FAIL sample: 1 broken, 1 not measured, 1 node silent (1.2 s)

        """);

    [Fact]
    public void Write_Details_ShowTablesMapsNodesAndWholeLists() =>
        Text(Views.Of([Views.Finding("vlan-missing", evidence: 6)]), details: true).ShouldBe("""
            2 directed pairs on net: 1 good, 1 broken

            Directed pairs
            +------+----+----------+-------+
            | From | To |      RTT | State |
            +------+----+----------+-------+
            | a    | b  | 0.210 ms | PASS  |
            | b    | a  |        - | FAIL  |
            +------+----+----------+-------+

            loss on net, %; from row to column, 0 good to 9 bad; best 0 %, worst 100 % (b to a), ? not measured
                1 2 3
            1 a   0 4
            2 b 9
            3 c ?

            FAIL vlan-missing: vlan-missing between a and b on eth1
              Nodes      a, b
              Evidence   - evidence 1
                         - evidence 2
                         - evidence 3
                         - evidence 4
                         - evidence 5
                         - evidence 6
              To do      look at the switch port

            FAIL sample: 1 broken (1.2 s)

            """);

    [Fact]
    public void Write_LongLists_AreCut()
    {
        var many = Enumerable.Range(1, 12).Select(i => Views.Finding($"f-{i}", evidence: i == 1 ? 5 : 1)).ToList();
        var silent = Enumerable.Range(1, 9).Select(i => new UnreachableHost($"c{i}", "silent")).ToArray();

        var text = Text(Views.Of(many, silent));

        text.ShouldContain("             - evidence 3\n             - and 2 more; -v lists them\n");
        text.ShouldContain("FAIL f-10: ");
        text.ShouldNotContain("FAIL f-11: ");
        text.ShouldContain("\nand 2 more findings; -v lists them\n");
        text.ShouldContain("             - c3: silent\n             - and 6 more; -v lists them\n");
        text.Split('\n').Length.ShouldBeLessThan(50);
        var whole = Text(Views.Of(many, silent), details: true);
        whole.ShouldContain("FAIL f-12: ");
        whole.ShouldContain("- c9: silent");
        whole.ShouldNotContain("-v lists");
    }

    [Fact]
    public void Write_OneMoreThanTheLimit_IsShown() =>
        Text(Views.Of([Views.Finding("a-b", evidence: 4)])).ShouldContain("             - evidence 4\n");

    [Fact]
    public void Write_WithColour_ColoursTheStatesOnly()
    {
        var view = Views.Of([Views.Finding("vlan-missing"), Views.Finding("not-heard", CheckState.Unknown)]);

        var coloured = Text(view, colour: true);

        Regex.Matches(coloured, "\u001b\\[3.m([^\u001b]*)\u001b\\[0m").Select(m => m.Groups[1].Value).ShouldBe(["FAIL", "UNKNOWN", "FAIL"]);
        Regex.Replace(coloured, "\u001b\\[[0-9]*m", "").ShouldBe(Text(view));
    }

    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    public void Write_Summary_FitsTheWidth(int width)
    {
        var finding = Views.Finding("vlan-missing", evidence: 3) with { Summary = string.Join(' ', Enumerable.Repeat("words", 60)) };

        Text(Views.Of([finding]), width: width).Split('\n').ShouldAllBe(line => line.Length <= width);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Write_HostileText_NeverReachesTheTerminal(bool details)
    {
        var text = Text(Views.HostileView(), details);

        text.ShouldContain("<script>alert(1)</script>\uFFFD[31m&\"'\uFFFD\uFFFD");
        text.Where(c => c != '\n' && char.IsControl(c)).ShouldBeEmpty();
        text.ShouldNotContain('\u202e');
    }

    [Fact]
    public void Sentence_UnknownWithoutFindings_SaysNothingBroken() =>
        CheckVerdictText.Sentence(Views.Of([], new UnreachableHost("a", "x"), new UnreachableHost("b", "x")).Report)
            .ShouldBe("UNKNOWN sample: nothing broken, 2 nodes silent (1.2 s)");

    private static string Text(CheckView view, bool details = false, int width = 100, bool colour = false)
    {
        using var output = new StringWriter();
        CheckText.Write(view, details, new OutputStreams { Out = output, Error = TextWriter.Null, UseColour = colour }, width);
        return output.ToString();
    }
}
