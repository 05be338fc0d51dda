using System.Globalization;
using Steth.Cli.Commands;
using Steth.Cli.Rendering;
using Steth.Cli.Rendering.Checks;
using Steth.Diagnosis.Readiness;
using Steth.Diagnosis.Verdicts;

namespace Steth.Cli.Tests.Rendering.Checks;

/// <summary>Views of checks that were never made.</summary>
internal static class Views
{
    /// <summary>Everything that could break a terminal, XML, HTML or a file.</summary>
    public const string Hostile = "<script>alert(1)</script>\u001b[31m&\"'\u0000\u0008\r\n\u202e\uFFFE\ud800]]>";

    public static CheckView Passed() => Of([]);

    public static CheckView Of(IReadOnlyList<CheckFinding> findings, params UnreachableHost[] silent)
    {
        var states = findings.Select(f => f.State).Concat(silent.Select(_ => CheckState.Unknown)).Append(CheckState.Pass);
        return new CheckView(
            new SampleReport
            {
                Check = "sample",
                Status = CheckReport.StatusOf(states),
                Results = ["a to b"],
                Tried =
                [
                    new CheckCase("net", "a to b", CheckState.Pass, null),
                    .. findings.Select(f => new CheckCase(f.Network ?? "net", $"of {f.Id}", f.State, f.Summary)),
                ],
                Findings = findings,
                Unreachable = silent,
                TookMs = 1240,
            },
            "2 directed pairs on net: 1 good, 1 broken",
            [
                new CheckTable("Directed pairs", new Sheet(
                    ["from", "to", "rtt_ms", "state"],
                    ["From", "To", "RTT", "State"],
                    [
                        [Cell.Text("a"), Cell.Text("b"), Cell.Real(0.21).ShownAs("0.210 ms"), Tones.State(CheckState.Pass)],
                        [Cell.Text("b"), Cell.Text("a"), Cell.Absent, Tones.State(CheckState.Fail)],
                    ],
                    IsSingle: false)),
            ],
            [Map()]);
    }

    public static CheckFinding Finding(string id, CheckState state = CheckState.Fail, int evidence = 1) => new()
    {
        Id = id,
        State = state,
        Summary = $"{id} between a and b on eth1",
        Nodes = ["a", "b"],
        Network = "net",
        Evidence = [.. Enumerable.Range(1, evidence).Select(i => string.Create(CultureInfo.InvariantCulture, $"evidence {i}"))],
        Remedy = "look at the switch port",
    };

    public static HeatMap Map() => new("loss on net, %", ["a", "b", "c"],
    [
        new HeatCell("a", "b", 0, CheckState.Pass, "0 %"),
        new HeatCell("b", "a", 1, CheckState.Fail, "100 %"),
        new HeatCell("a", "c", 0.5, CheckState.Pass, "12 %"),
        new HeatCell("c", "a", null, CheckState.Unknown, "not measured"),
    ]);

    /// <summary>Hostile names everywhere a report has text.</summary>
    public static CheckView HostileView()
    {
        var finding = Finding("id") with { Summary = Hostile, Nodes = [Hostile], Network = Hostile, Evidence = [Hostile], Remedy = Hostile };
        var view = Of([finding], new UnreachableHost(Hostile, Hostile));
        return view with
        {
            Report = (SampleReport)view.Report with { Notes = [Hostile], Tried = [new CheckCase(Hostile, Hostile, CheckState.Fail, Hostile)] },
            Headline = Hostile,
            Tables =
            [
                new CheckTable(Hostile, new Sheet(["a"], [Hostile], [[Cell.Text(Hostile).Toned(CellTone.Bad)], [Cell.List([Hostile])]], IsSingle: false)),
            ],
            HeatMaps = [new HeatMap(Hostile, [Hostile, "b"], [new HeatCell(Hostile, "b", 1, CheckState.Fail, Hostile)])],
        };
    }
}
