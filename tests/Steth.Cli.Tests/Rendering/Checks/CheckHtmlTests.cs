using System.Text.RegularExpressions;
using Steth.Cli.Rendering;
using Steth.Cli.Rendering.Checks;
using Steth.Diagnosis.Verdicts;

namespace Steth.Cli.Tests.Rendering.Checks;

public class CheckHtmlTests
{
    [Fact]
    public void Write_Report_BeginsWithTheSummary()
    {
        var html = Html(Views.Of([Views.Finding("vlan-missing", evidence: 2)], new UnreachableHost("c", "No agent listens.")));

        html.ShouldContain("""
            <h1><span class="state fail">FAIL</span> steth check sample</h1>
            <p class="headline">2 directed pairs on net: 1 good, 1 broken</p>
            <p class="counts">1 broken, 1 node silent; made 1970-01-02 00:00:00 UTC in 1.2 s by steth
            """);
        html.ShouldContain("""
            <article class="fail">
            <h2><span class="state fail">FAIL</span> vlan-missing between a and b on eth1</h2>
            <p class="about"><code>vlan-missing</code> on net; a, b</p>
            <ul>
            <li>evidence 1</li>
            <li>evidence 2</li>
            </ul>
            <p class="remedy"><strong>To do:</strong> look at the switch port</p>
            </article>
            """);
        html.ShouldContain("<li>c: No agent listens.</li>");
        html.ShouldContain("<th scope=\"col\">To</th><th scope=\"col\" class=\"number\">RTT</th>");
        html.IndexOf("<article", StringComparison.Ordinal).ShouldBeLessThan(html.IndexOf("<svg", StringComparison.Ordinal));
        html.IndexOf("<svg", StringComparison.Ordinal).ShouldBeLessThan(html.IndexOf("<thead", StringComparison.Ordinal));
    }

    [Fact]
    public void Write_HeatMap_SaysEachCellInWords()
    {
        var html = Html(Views.Passed());

        html.ShouldContain("<desc id=\"map-0-d\">4 directed pairs, 1 not measured; best a to b, 0 %; worst b to a, 100 %</desc>");
        Regex.Matches(html, "<g class=\"cell\"><title>([^<]*)</title>").Select(m => m.Groups[1].Value)
            .ShouldBe(["a to b: 0 %, PASS", "b to a: 100 %, FAIL", "a to c: 12 %, PASS", "c to a: not measured, UNKNOWN"]);
        Regex.Matches(html, "<rect class=\"([^\"]*)\"").Select(m => m.Groups[1].Value).ShouldBe(["h0", "h9", "h4", "none"]);
    }

    [Fact]
    public void Write_Page_NeedsNothingElse()
    {
        var html = Html(Views.HostileView() with
        {
            Parts = [Views.HostileView()],
            Overview = [new CheckLine(CheckState.Fail, "sample", Views.Hostile), new CheckLine(null, Views.Hostile, Views.Hostile)],
        });

        Regex.Matches(html, "<(script|img|link|iframe|object|embed|base|form)\\b|\\son[a-z]+\\s*=|https?:|@import|url\\(").ShouldBeEmpty();
    }

    [Fact]
    public void Write_HostileText_IsText()
    {
        var html = Html(Views.HostileView());

        html.ShouldNotContain("<script>");
        html.ShouldContain("&lt;script&gt;alert(1)&lt;/script&gt;\uFFFD[31m&amp;&quot;&#39;");
        html.Where(c => c != '\n' && char.IsControl(c)).ShouldBeEmpty();
    }

    [Fact]
    public void Write_LongTable_KeepsWhatIsBroken()
    {
        IReadOnlyList<Cell> Row(int i) => [Cell.Text($"row{i}"), Cell.Text("x").Toned(i is 2500 ? CellTone.Bad : i is 2400 ? CellTone.Doubtful : CellTone.Good)];
        var sheet = new Sheet(["a", "b"], ["A", "B"], [.. Enumerable.Range(0, 3000).Select(Row)], IsSingle: false);

        var html = Html(Views.Passed() with { Tables = [new CheckTable("Pairs", sheet)] });

        Regex.Count(html, "<tr><td").ShouldBe(1000);
        html.ShouldContain("<td>row2500</td><td class=\"fail\">x</td>");
        html.ShouldContain("<td>row2400</td><td class=\"unknown\">x</td>");
        html.ShouldContain("<td>row997</td>");
        html.ShouldNotContain("<td>row998</td>");
        html.ShouldContain("<p>2000 rows that are as they should be are left out here; -f csv writes them all.</p>");
    }

    [Fact]
    public void Write_Parts_AreLinkedSections()
    {
        var broken = Views.Of([Views.Finding("vlan-missing")]);
        var html = Html(Views.Passed() with
        {
            Parts = [Views.Passed(), broken with { Report = (SampleReport)broken.Report with { Check = "vlan" } }],
            Overview =
            [
                new CheckLine(CheckState.Pass, "sample", "all good"), new CheckLine(CheckState.Unknown, "mesh", "no two nodes"),
                new CheckLine(CheckState.Fail, "vlan", "one broken"),
            ],
        });

        html.ShouldContain("<th scope=\"row\">mesh</th><td>no two nodes</td>");
        Regex.Matches(html, "href=\"#([^\"]*)\"").Select(m => m.Groups[1].Value).ShouldBe(["part0", "part1"]);
        Regex.Matches(html, "<section class=\"part\" id=\"([^\"]*)\"").Select(m => m.Groups[1].Value).ShouldBe(["part0", "part1"]);
        html.ShouldContain("<h3><span class=\"state fail\">FAIL</span> vlan-missing between a and b on eth1</h3>");
        Regex.Matches(html, " id=\"([^\"]*)\"").Select(m => m.Groups[1].Value).ShouldBeUnique();
    }

    internal static string Html(CheckView view)
    {
        using var output = new StringWriter();
        CheckHtml.Write(view, DateTimeOffset.UnixEpoch.AddDays(1), output);
        return output.ToString();
    }
}
