using System.Xml.Linq;

namespace Steth.Cli.Tests.Commands.Checks;

/// <summary>What all checks take, tried on the plan.</summary>
public sealed class CheckOptionsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("steth-check-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Check_WithoutACheck_SaysWhichThereAre()
    {
        var outcome = await Cli.RunAsync(new FakeAgents(), "check");

        outcome.Code.ShouldBe(64);
        outcome.Error.ShouldStartWith("steth: A command is missing; there are plan");
        outcome.Error.ShouldEndWith("steth: Read 'steth help check'.\n");
    }

    [Fact]
    public async Task Check_ManyMistakes_AreAllToldBeforeAnyWork()
    {
        var agents = new FakeAgents();

        var outcome = await Cli.RunAsync(
            agents, "check", "plan", "--nodes", "comp1,comp7,x y", "--network", "nte", "--network", "net", "--network", "x",
            "--junit", $"{_folder}/none/a.xml", "--html", _folder);

        outcome.ShouldBe(new Outcome(64, "", $"""
            steth: --nodes: 'comp7' is neither a node of steth.conf nor an address; did you mean comp1 or comp2?
            steth: --nodes: 'x y' is neither a node of steth.conf nor an address; known are comp1, comp2.
            steth: --network: there is no network 'nte' in steth.conf; there are mgmt, net.
            steth: --network: there is no network 'x' in steth.conf; there are mgmt, net.
            steth: --junit: {_folder}/none/a.xml cannot be written: there is no folder {_folder}/none.
            steth: --html: {_folder} cannot be written: it is a directory.

            """));
        agents.Calls.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("--junit", "-", "--junit -: name a file; stdout takes the report itself.")]
    [InlineData("--html", "", "--html : name a file; stdout takes the report itself.")]
    [InlineData("--html", "/dev/null", "--html: /dev/null cannot be written: it is no regular file.")]
    [InlineData("--nodes", ",", "--nodes: names no node.")]
    public async Task Check_NoPlaceOrNode_IsOneSentence(string option, string value, string sentence) =>
        (await Cli.RunAsync(new FakeAgents(), "check", "plan", option, value)).ShouldBe(new Outcome(64, "", $"steth: {sentence}\n"));

    [Fact]
    public async Task Check_OneFileForBoth_IsRefused() =>
        (await Cli.RunAsync(new FakeAgents(), "check", "plan", "--junit", $"{_folder}/a", "--html", $"{_folder}/./a"))
            .ShouldBe(new Outcome(64, "", "steth: --junit and --html name the same file.\n"));

    [Theory]
    [InlineData("comp2")]
    [InlineData("192.0.2.2")]
    [InlineData("comp2, 198.51.100.2,comp2")]
    public async Task Check_Nodes_AreNamedAnyWayAndEachOnce(string nodes)
    {
        var agents = PlanCommandTests.Agents();

        (await Cli.RunAsync(agents, "check", "plan", "--nodes", nodes)).Out.ShouldStartWith("1 node, ");
        agents.Calls.Count.ShouldBe(4);
    }

    [Fact]
    public async Task Check_NodeByAddressWithoutAFile_IsChecked()
    {
        var agents = new FakeAgents();

        (await Cli.RunAsync(agents, null, TestContext.Current.CancellationToken, "check", "plan", "--nodes", "192.0.2.7")).Code.ShouldBe(69);
        agents.Calls.ShouldContain(call => call.StartsWith("192.0.2.7 agent.info", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Check_Files_AreWrittenWholeAndReplaceOthers()
    {
        var (junit, html) = (Path.Combine(_folder, "a.xml"), Path.Combine(_folder, "a.html"));
        await File.WriteAllTextAsync(junit, "old", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(junit, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.CreateSymbolicLink(Path.Combine(_folder, "link.html"), html);

        var outcome = await Cli.RunAsync(PlanCommandTests.Agents(), "check", "plan", "--junit", junit, "--html", Path.Combine(_folder, "link.html"));

        outcome.Code.ShouldBe(0);
        XDocument.Load(junit).Root!.Attribute("tests")!.Value.ShouldBe("8");
        File.GetUnixFileMode(junit).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (await File.ReadAllTextAsync(html, TestContext.Current.CancellationToken)).ShouldStartWith("<!doctype html>");
        Directory.EnumerateFiles(_folder).Select(Path.GetFileName).Order().ShouldBe(["a.html", "a.xml", "link.html"]);
    }

    [Fact]
    public async Task Check_Interrupted_LeavesAnOldFileAlone()
    {
        var junit = Path.Combine(_folder, "a.xml");
        await File.WriteAllTextAsync(junit, "old", TestContext.Current.CancellationToken);
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();

        (await Cli.RunAsync(PlanCommandTests.Agents(), Cli.TwoNodes, stop.Token, "check", "plan", "--junit", junit)).Code.ShouldBe(130);

        (await File.ReadAllTextAsync(junit, TestContext.Current.CancellationToken)).ShouldBe("old");
        Directory.EnumerateFiles(_folder).Count().ShouldBe(1);
    }
}
