using Steth.Cli.Rendering;
using Steth.Cli.Tests.Commands;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Paths;

namespace Steth.Cli.Tests.Rendering;

public sealed class DiagnosisViewTests
{
    private static readonly IReadOnlyList<ProbePath> _ways = new PathBuilder(Evidences.Healthy()).Build(ProbeKind.Dhcp);

    [Fact]
    public void Seen_Request_TicksTheHopsItPassed()
    {
        var drawn = Draw(80, view => Play(view, sightings => sightings.Where(s => s.IsRequest && s.Host == "comp1")));

        drawn.ShouldBe(
        [
            "listening", "  dhcp\u00a0→", "  dhcp to the DHCP server on net1:",
            "    comp1     tap\u00a0→ qbr\u00a0→ qvb\u00a0→ qvo\u00a0→ br-int\u00a0→ br-ex\u00a0→ eth1\u00a0→",
            "    net1      eth1\u00a0· br-ex\u00a0· br-int\u00a0· dhcp\u00a0·",
        ]);
    }

    [Fact]
    public void Seen_AnswerAtThePort_TicksTheWholeWay()
    {
        var drawn = Draw(80, view => Play(view, sightings => sightings));

        drawn[1].ShouldBe("  dhcp\u00a0✓");
        string.Concat(drawn[3..]).ShouldNotContain('→');
        string.Concat(drawn[3..]).Count(c => c == '✓').ShouldBe(11);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(40)]
    [InlineData(79)]
    public void Draw_NarrowTerminal_CutsNothingOff(int width) =>
        Draw(width + 1, view => Play(view, sightings => sightings)).ShouldAllBe(line => line.Length <= width);

    [Fact]
    public void Draw_HostileHostName_MovesNoCursor()
    {
        var way = _ways[0] with { Hops = [.. _ways[0].Hops.Select(h => h with { Host = "comp\u001b[2J" })], Answerer = "a\u001b[H" };

        var drawn = Draw(80, view => view.Ways([way]));

        drawn.ShouldContain(line => line.StartsWith("    comp\uFFFD[2J ", StringComparison.Ordinal));
        string.Concat(drawn).ShouldNotContain('\u001b');
    }

    [Fact]
    public void Dispose_AfterDrawing_LeavesNothing()
    {
        var text = Text(80, quiet: false, terminal: true, view => Play(view, sightings => sightings));

        text.ShouldEndWith("\r\u001b[4A\u001b[J");
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void Seen_NobodyWatches_DrawsNothing(bool quiet, bool terminal) =>
        Text(80, quiet, terminal, view => Play(view, sightings => sightings)).ShouldBe("");

    private static void Play(DiagnosisView view, Func<IEnumerable<Sighting>, IEnumerable<Sighting>> choose)
    {
        view.Ways(_ways);
        foreach (var sighting in choose(Evidences.Healthy().Probes[0].Sightings))
            view.Seen(ProbeKind.Dhcp, sighting);
    }

    // The lines of the last picture, without the spinner.
    private static string[] Draw(int width, Action<DiagnosisView> play)
    {
        var picture = Text(width, quiet: false, terminal: true, play).Split("\u001b[2K")[^1];
        var lines = picture[..picture.LastIndexOf('\r')].Split('\n');
        lines[0] = lines[0][2..];
        return lines;
    }

    private static string Text(int width, bool quiet, bool terminal, Action<DiagnosisView> play)
    {
        using var error = new StringWriter();
        var streams = new OutputStreams { Out = TextWriter.Null, Error = error, ErrorIsTerminal = terminal, Width = width };
        using (var progress = new Progress(streams, quiet, new StoppedTime()))
        {
            var view = new DiagnosisView(progress);
            play(view);
            view.Stage("listening");
        }
        return error.ToString();
    }

    /// <summary>No beat comes in between.</summary>
    private sealed class StoppedTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
