using System.Text.Json;
using Steth.Cli.Rendering;
using Steth.Cli.Rendering.Checks;

namespace Steth.Cli.Tests.Rendering.Checks;

public class CheckWriterTests
{
    [Fact]
    public void Write_Json_IsTheWholeReport()
    {
        var root = JsonDocument.Parse(Write(Views.HostileView(), OutputFormat.Json)).RootElement;

        root.EnumerateObject().Select(member => member.Name)
            .ShouldBe(["schema", "check", "status", "results", "findings", "unreachable", "notes", "took_ms"]);
        root.GetProperty("schema").GetString().ShouldBe("steth/check/1");
        root.GetProperty("status").GetString().ShouldBe("fail");
        // A lone surrogate is no character, in JSON as anywhere.
        root.GetProperty("findings")[0].GetProperty("summary").GetString().ShouldBe(Views.Hostile.Replace('\ud800', '\uFFFD'));
    }

    [Fact]
    public void Write_Json_HidesNothingFromATerminal()
    {
        var text = Write(Views.HostileView(), OutputFormat.Json);

        text.Where(c => c != '\n' && char.IsControl(c)).ShouldBeEmpty();
        text.ShouldContain("\\u202E");
        text.ShouldContain("<script>");
    }

    [Fact]
    public void Write_JsonLongerThanAnyBuffer_IsWhole()
    {
        var view = Views.Passed();
        string[] rows = [.. Enumerable.Range(0, 20_000).Select(i => $"ü→漢 {i}")];

        var root = JsonDocument.Parse(Write(view with { Report = (SampleReport)view.Report with { Results = rows } }, OutputFormat.Json)).RootElement;

        root.GetProperty("results").EnumerateArray().Select(row => row.GetString()).ShouldBe(rows);
    }

    [Fact]
    public void Write_Yaml_HasTheSameShape() => Write(Views.Of([Views.Finding("vlan-missing")]), OutputFormat.Yaml).ShouldBe("""
        schema: steth/check/1
        check: sample
        status: fail
        results:
        - a to b
        findings:
        - id: vlan-missing
          state: FAIL
          summary: vlan-missing between a and b on eth1
          nodes:
          - a
          - b
          network: net
          evidence:
          - evidence 1
          remedy: look at the switch port
        unreachable: []
        notes: []
        took_ms: 1240

        """);

    [Fact]
    public void Write_Csv_IsTheFirstTable() =>
        Write(Views.Passed(), OutputFormat.Csv).ShouldBe("from,to,rtt_ms,state\na,b,0.21,PASS\nb,a,,FAIL\n");

    [Fact]
    public void Write_Value_IsTheFirstTable() => Write(Views.Passed(), OutputFormat.Value).ShouldBe("a b 0.21 PASS\nb a None FAIL\n");

    private static string Write(CheckView view, OutputFormat format)
    {
        using var output = new StringWriter();
        CheckWriter.Write(view, format, false, new OutputStreams { Out = output, Error = TextWriter.Null });
        return output.ToString();
    }
}
