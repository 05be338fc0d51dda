using System.Globalization;
using System.Xml.Linq;
using Steth.Cli.Rendering.Checks;
using Steth.Diagnosis.Readiness;
using Steth.Diagnosis.Verdicts;

namespace Steth.Cli.Tests.Rendering.Checks;

public class JUnitTextTests
{
    [Fact]
    public void Write_EachState_IsWhatCiKnows()
    {
        var suite = Read(Views.Of([Views.Finding("vlan-missing"), Views.Finding("not-heard", CheckState.Unknown)])).Element("testsuite")!;

        suite.Attributes().Select(a => $"{a.Name}={a.Value}").ShouldBe(["name=steth.sample", "tests=3", "failures=1", "errors=0", "skipped=1", "time=1.240"]);
        var cases = suite.Elements("testcase").ToArray();
        cases.Select(c => c.Attribute("classname")!.Value).ShouldAllBe(name => name == "steth.sample.net");
        cases[0].Attribute("name")!.Value.ShouldBe("a to b");
        cases[0].HasElements.ShouldBeFalse();
        cases[1].Elements().ShouldHaveSingleItem().ToString()
            .ShouldBe("""<failure message="vlan-missing between a and b on eth1" type="FAIL">vlan-missing between a and b on eth1</failure>""");
        cases[2].Elements().ShouldHaveSingleItem().ToString().ShouldBe("""<skipped message="not-heard between a and b on eth1" />""");
        suite.Element("system-out")!.Value.ShouldBe("""
            FAIL vlan-missing: vlan-missing between a and b on eth1
              evidence 1
              To do: look at the switch port
            UNKNOWN not-heard: not-heard between a and b on eth1
              evidence 1
              To do: look at the switch port

            """);
    }

    [Fact]
    public void Write_SilentNode_IsSkippedWithItsReason() =>
        Read(Views.Of([], new UnreachableHost("c", "No agent listens."))).Descendants("testcase").Last().ToString(SaveOptions.DisableFormatting)
            .ShouldBe("""<testcase classname="steth.sample.agents" name="c" time="0"><skipped message="No agent listens." /></testcase>""");

    [Fact]
    public void Write_FindingThatNoCaseTells_IsACase()
    {
        var view = Views.Of([Views.Finding("networks-overlap")]);
        view = view with { Report = (SampleReport)view.Report with { Tried = [new CheckCase("net", "a to b", CheckState.Pass, null)] } };

        Read(view).Descendants("failure").ShouldHaveSingleItem().Attribute("message")!.Value.ShouldBe("networks-overlap between a and b on eth1");
    }

    [Fact]
    public void Write_Parts_AreASuiteEach()
    {
        var whole = Views.Passed();
        var view = whole with
        {
            Report = (SampleReport)whole.Report with { Tried = [] },
            Parts = [Views.Passed(), Views.Of([Views.Finding("vlan-missing")])],
        };

        var root = Read(view);

        root.Elements("testsuite").Select(suite => suite.Attribute("tests")!.Value).ShouldBe(["1", "2"]);
        root.Attribute("tests")!.Value.ShouldBe("3");
    }

    [Fact]
    public void Write_HostileText_IsWellFormedAndWhole()
    {
        var root = Read(Views.HostileView());

        root.Descendants("failure").ShouldHaveSingleItem().Value
            .ShouldBe("<script>alert(1)</script>\uFFFD[31m&\"'\uFFFD\uFFFD  \uFFFD\uFFFD\uFFFD]]>");
    }

    [Fact]
    public void Write_EveryCharacter_IsWellFormed()
    {
        var all = string.Concat(Enumerable.Range(0, 0x10000).Select(c => (char)c));

        Read(Views.Of([Views.Finding("id") with { Summary = all, Evidence = [all] }])).Descendants("failure").Count().ShouldBe(1);
    }

    /// <summary>What Jenkins' and Surefire's schemas ask for: names, counts that agree with the elements, times that are numbers.</summary>
    private static XElement Read(CheckView view)
    {
        using var output = new StringWriter();
        JUnitText.Write(view, output);
        var root = XDocument.Parse(output.ToString()).Root!;
        root.Name.LocalName.ShouldBe("testsuites");
        foreach (var suite in root.Elements("testsuite").Prepend(root))
        {
            suite.Attribute("name")!.Value.ShouldNotBeEmpty();
            Count(suite, "tests").ShouldBe(suite.Descendants("testcase").Count());
            Count(suite, "failures").ShouldBe(suite.Descendants("failure").Count());
            Count(suite, "errors").ShouldBe(suite.Descendants("error").Count());
            Count(suite, "skipped").ShouldBe(suite.Descendants("skipped").Count());
        }
        root.Elements().ShouldAllBe(e => e.Name == "testsuite");
        root.Elements("testsuite").Elements().ShouldAllBe(e => e.Name == "testcase" || e.Name == "system-out");
        foreach (var one in root.Descendants("testcase"))
        {
            one.Attribute("classname")!.Value.ShouldStartWith("steth.");
            one.Attribute("name")!.Value.ShouldNotBeEmpty();
            one.Elements().Count().ShouldBeLessThan(2);
        }
        foreach (var time in root.DescendantsAndSelf().Attributes("time"))
            double.Parse(time.Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture).ShouldBeGreaterThanOrEqualTo(0);
        return root;
    }

    private static int Count(XElement suite, string name) => int.Parse(suite.Attribute(name)!.Value, CultureInfo.InvariantCulture);
}
