using System.Globalization;
using Steth.Cli.Rendering;
using Steth.Cli.Rendering.Checks;
using Steth.Diagnosis.Verdicts;

namespace Steth.Cli.Tests.Rendering.Checks;

public class HeatMapTextTests
{
    [Fact]
    public void Lines_OnATerminal_AreShades() => Lines(Views.Map(), 120, isTerminal: true).Skip(1).ShouldBe(["    1 2 3", "1 a   · ▒", "2 b █", "3 c ?"]);

    [Fact]
    public void Lines_OnATerminal_ColourWhatIsBroken() =>
        string.Join('\n', HeatMapText.Lines(Views.Map(), 80, true, new Painter(true))).ShouldContain("2 b \u001b[31m█\u001b[0m");

    [Fact]
    public void Lines_NothingMeasured_SaysSo()
    {
        var map = new HeatMap("loss", ["a", "b"], [new HeatCell("a", "b", null, CheckState.Unknown, "-")]);

        Lines(map, 80, isTerminal: true)[0].ShouldBe("loss; from row to column, nothing was measured, ? not measured");
    }

    [Fact]
    public void Lines_MoreReceiversThanColumns_FollowInBlocks()
    {
        var lines = Lines(Square(120), 80, isTerminal: true);

        lines.ShouldAllBe(line => line.Length <= 80);
        // 80 columns less "120 n119 " leave 71 receivers, and 49 for the second block; three lines of digits above each.
        lines.Length.ShouldBe(1 + 2 * (3 + 120));
        lines[3].ShouldBe(new string(' ', 9) + string.Concat(Enumerable.Range(1, 71).Select(i => i % 10)));
        lines.Count(line => line.StartsWith("  7 n6 ", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public void Lines_LongName_IsCut() =>
        Lines(new HeatMap("x", [new string('n', 60)], []), 80, isTerminal: false)[2].ShouldBe($"1 {new string('n', 21)}...");

    private static HeatMap Square(int nodes)
    {
        string[] names = [.. Enumerable.Range(0, nodes).Select(i => string.Create(CultureInfo.InvariantCulture, $"n{i}"))];
        return new HeatMap("loss", names,
        [
            .. from a in names from b in names where a != b select new HeatCell(a, b, 0, CheckState.Pass, "0 %"),
        ]);
    }

    private static string[] Lines(HeatMap map, int width, bool isTerminal) => [.. HeatMapText.Lines(map, width, isTerminal, new Painter(false))];
}
