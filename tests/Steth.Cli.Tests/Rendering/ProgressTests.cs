using Steth.Cli.Rendering;

namespace Steth.Cli.Tests.Rendering;

public sealed class ProgressTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void Report_NobodyWatches_WritesNothing(bool terminal, bool quiet)
    {
        using var error = new StringWriter();
        using (var progress = new Progress(Streams(error, terminal), quiet, TimeProvider.System))
            progress.Report(0.5, "half");

        error.ToString().ShouldBe("");
    }

    [Fact]
    public void Report_AtATerminal_DrawsABarAndWipesIt()
    {
        using var error = new StringWriter();
        using (var progress = new Progress(Streams(error, terminal: true), quiet: false, TimeProvider.System))
            progress.Report(0.5, "mgmt\u001b[2J");

        error.ToString().ShouldStartWith("\r\u001b[2K[###############...............]  50 % mgmt\uFFFD[2J");
        error.ToString().ShouldEndWith("\r\u001b[2K");
    }

    [Fact]
    public void Report_LineLongerThanTheTerminal_IsCut()
    {
        using var error = new StringWriter();
        using (var progress = new Progress(Streams(error, terminal: true) with { Width = 30 }, quiet: false, TimeProvider.System))
            progress.Report(new string('x', 100));

        error.ToString().Split("\r\u001b[2K")[1].Length.ShouldBe(29);
    }

    private static OutputStreams Streams(TextWriter error, bool terminal) => new() { Out = TextWriter.Null, Error = error, ErrorIsTerminal = terminal };
}
