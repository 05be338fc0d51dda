using Steth.Cli.Rendering;
using Steth.Cli.Rendering.Checks;
using Steth.Controller.Checks;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Readiness;
using Steth.Diagnosis.Verdicts;

namespace Steth.Cli.Commands.Checks;

/// <summary>What was asked of one run of a check, and where its report goes.</summary>
internal sealed record CheckRun
{
    /// <summary>The run of the command.</summary>
    public required CommandRun Run { get; init; }

    /// <summary>The nodes, each once; never empty.</summary>
    public required IReadOnlyList<Node> Nodes { get; init; }

    /// <summary>The network types asked for; all that the nodes are on when none was named.</summary>
    public required IReadOnlyList<string> Networks { get; init; }

    /// <summary>The [checks] section. An option on the command line wins.</summary>
    public required CheckSettings Settings { get; init; }

    /// <summary>Probes a second a node sends at most.</summary>
    public required int Pps { get; init; }

    /// <summary>How stdout is written.</summary>
    public required OutputFormat Format { get; init; }

    /// <summary>Where the test report goes; null: nowhere.</summary>
    public ReportFile? JUnit { get; init; }

    /// <summary>Where the page goes; null: nowhere.</summary>
    public ReportFile? Html { get; init; }

    /// <summary>Which check of several is running, <c>3/9 vlan</c>; null: it is the only one.</summary>
    public string? Step { get; init; }

    /// <summary>Draws how far a check is, where somebody watches.</summary>
    public void Show(CheckProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        Run.Progress.Report(progress.Fraction, Step is null ? progress.Text : $"{Step}: {progress.Text}");
    }

    /// <summary>Writes the report everywhere it was asked for; the result is the exit code.</summary>
    public int Write(CheckView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        Run.Progress.Dispose();
        JUnit?.Write(output => JUnitText.Write(view, output));
        Html?.Write(output => CheckHtml.Write(view, Run.Time.GetUtcNow(), output));
        CheckWriter.Write(view, Format, Run.IsVerbose, Run.Streams);
        if (Format != OutputFormat.Table)
            Run.Diagnostics.Note(CheckVerdictText.Sentence(view.Report));
        return CodeOf(view.Report);
    }

    // What is broken in the configuration itself is broken without an answer.
    private int CodeOf(CheckReport report) =>
        report.Status == CheckState.Fail ? ExitCode.Failed
        : report.Unreachable.Count >= Nodes.Count ? ExitCode.Unavailable
        : report.Unreachable.Count > 0 ? ExitCode.Undecided
        : ExitCode.For(report.Status);
}
