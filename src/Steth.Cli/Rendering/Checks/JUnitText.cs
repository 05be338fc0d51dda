using System.Globalization;
using System.Xml;
using Steth.Diagnosis.Readiness;
using Steth.Diagnosis.Verdicts;

namespace Steth.Cli.Rendering.Checks;

/// <summary>
/// A check's report as CI reads it: JUnit XML, a testsuite a check, a testcase a case. FAIL is a failure, UNKNOWN is skipped with its
/// reason.
/// </summary>
public static class JUnitText
{
    private static readonly XmlWriterSettings _settings = new() { Indent = true, NewLineChars = "\n", CloseOutput = false };

    /// <summary>Writes the document.</summary>
    public static void Write(CheckView view, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(view);
        // Of a check that is made of others its own cases are those that have no report of their own: they were not run.
        CheckCase[] own = view.Parts.Count == 0 ? [.. Cases(view.Report)]
            : [.. view.Report.Cases.Where(one => view.Parts.All(part => part.Report.Check != one.Name))];
        Suite[] suites =
        [
            .. own.Length == 0 ? [] : new[] { new Suite(view.Report, own) },
            .. view.Parts.Select(part => new Suite(part.Report, [.. Cases(part.Report)])),
        ];
        using var xml = XmlWriter.Create(output, _settings);
        xml.WriteStartDocument();
        xml.WriteStartElement("testsuites");
        xml.WriteAttributeString("name", $"steth check {view.Report.Check}");
        WriteCounts(xml, [.. suites.SelectMany(suite => suite.Cases)], view.Report.TookMs);
        foreach (var suite in suites)
            WriteSuite(xml, suite);
        xml.WriteEndElement();
        xml.WriteEndDocument();
    }

    /// <summary>
    /// What was decided, and beside it what no case tells: a silent node, a finding about nothing that was tried. The test report of a
    /// check that is not passed is never green.
    /// </summary>
    public static IEnumerable<CheckCase> Cases(CheckReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var states = new HashSet<CheckState>();
        foreach (var one in report.Cases.Concat(
            report.Unreachable.Select(node => new CheckCase("agents", node.Host, CheckState.Unknown, node.Reason))))
        {
            states.Add(one.State);
            yield return one;
        }
        foreach (var finding in report.Findings.Where(finding => !states.Contains(finding.State)))
            yield return new CheckCase(finding.Network ?? "findings", finding.Id, finding.State, finding.Summary);
    }

    private static void WriteSuite(XmlWriter xml, Suite suite)
    {
        var report = suite.Report;
        xml.WriteStartElement("testsuite");
        xml.WriteAttributeString("name", $"steth.{report.Check}");
        WriteCounts(xml, suite.Cases, report.TookMs);
        foreach (var one in suite.Cases)
        {
            xml.WriteStartElement("testcase");
            xml.WriteAttributeString("classname", Clean($"steth.{report.Check}.{one.Group}"));
            xml.WriteAttributeString("name", Clean(one.Name));
            // All cases are tried at once; none has a time of its own.
            xml.WriteAttributeString("time", "0");
            WriteOutcome(xml, one);
            xml.WriteEndElement();
        }
        if (report.Findings.Count > 0)
            xml.WriteElementString("system-out", string.Concat(report.Findings.SelectMany(Lines).Select(line => $"{Clean(line)}\n")));
        xml.WriteEndElement();
    }

    private static void WriteCounts(XmlWriter xml, IReadOnlyList<CheckCase> cases, long tookMs)
    {
        xml.WriteAttributeString("tests", Number(cases.Count));
        xml.WriteAttributeString("failures", Number(cases.Count(one => one.State == CheckState.Fail)));
        xml.WriteAttributeString("errors", "0");
        xml.WriteAttributeString("skipped", Number(cases.Count(one => one.State == CheckState.Unknown)));
        xml.WriteAttributeString("time", (tookMs / 1000.0).ToString("0.000", CultureInfo.InvariantCulture));
    }

    private static void WriteOutcome(XmlWriter xml, CheckCase one)
    {
        if (one.State == CheckState.Pass)
            return;
        var message = Clean(one.Message ?? (one.State == CheckState.Fail ? "broken" : "could not be measured"));
        xml.WriteStartElement(one.State == CheckState.Fail ? "failure" : "skipped");
        xml.WriteAttributeString("message", message);
        if (one.State == CheckState.Fail)
        {
            xml.WriteAttributeString("type", "FAIL");
            xml.WriteString(message);
        }
        xml.WriteEndElement();
    }

    private static IEnumerable<string> Lines(CheckFinding finding) =>
    [
        $"{finding.State.ToText()} {finding.Id}: {finding.Summary}",
        .. finding.Evidence.Select(line => $"  {line}"),
        .. finding.Remedy is null ? [] : new[] { $"  To do: {finding.Remedy}" },
    ];

    // What XML 1.0 cannot hold at all: control characters and lone surrogates, which the display's rules replace, and two more.
    private static string Clean(string text) => DisplayText.Clean(text).Replace('\uFFFE', '\uFFFD').Replace('\uFFFF', '\uFFFD');

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private sealed record Suite(CheckReport Report, IReadOnlyList<CheckCase> Cases);
}
