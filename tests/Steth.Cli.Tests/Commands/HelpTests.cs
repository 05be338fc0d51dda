using System.CommandLine;
using Steth.Cli.Commands;
using Steth.Cli.Rendering;
using Steth.Controller.Inventory;

namespace Steth.Cli.Tests.Commands;

public sealed class HelpTests
{
    private static readonly string[] Original =
    [
        "print-agents-info", "get-interface", "setup-link", "teardown-link", "add-vlan-to-interface", "ping", "check-ports-on-br", "check-vlan-interface",
        "check-iperf", "check-dhcp-on-comp", "check-dhcp-on-network",
    ];

    [Fact]
    public void Create_Tree_HasEveryOriginalCommand() => Original.ShouldBeSubsetOf(Tree().Subcommands.Select(command => command.Name));

    [Fact]
    public void Create_Tree_ExplainsEverything()
    {
        foreach (var command in Tree().Subcommands.SelectMany(command => command.Subcommands.Prepend(command)))
        {
            command.Description.ShouldNotBeNullOrEmpty(command.Name);
            foreach (var symbol in command.Arguments.Cast<Symbol>().Concat(command.Options))
                symbol.Description.ShouldNotBeNullOrEmpty($"{command.Name} {symbol.Name}");
        }
    }

    [Fact]
    public async Task Help_WithoutACommand_ListsCommandsAndExitCodes()
    {
        var outcome = await Cli.RunAsync(new FakeAgents(), "help");

        outcome.Code.ShouldBe(0);
        outcome.Error.ShouldBe("");
        foreach (var name in Original)
            outcome.Out.ShouldContain($"  {name} ");
        outcome.Out.ShouldContain("69  the one agent the command cannot do without is silent");
    }

    [Fact]
    public async Task Help_OfACommandWithData_ListsColumnsAndExitCodes()
    {
        var help = (await Cli.RunAsync(new FakeAgents(), "help", "check-vlan-interface")).Out;

        help.ShouldContain("Columns, also the keys of JSON and YAML:\n  vlan_id from to state reason\n");
        help.ShouldContain("2   could not be decided");
        help.ShouldNotContain("STETH_NETNS");
    }

    [Fact]
    public async Task Help_OfACommand_IsThatCommandsHelp()
    {
        var help = await Cli.RunAsync(new FakeAgents(), "help", "config", "show");

        help.Code.ShouldBe(0);
        help.Out.ShouldContain(" config show [options]");
        (await Cli.RunAsync(new FakeAgents(), "config", "show", "--help")).ShouldBe(help);
    }

    [Fact]
    public async Task Version_Asked_IsNameAndNumber() => (await Cli.RunAsync(new FakeAgents(), "--version")).ShouldBe(new Outcome(0, "steth 0.1.0\n", ""));

    [Fact]
    public async Task Complete_Bash_KnowsCommandsAndTheirOptions()
    {
        var script = (await Cli.RunAsync(new FakeAgents(), "complete")).Out;

        script.ShouldContain("complete -o default -F _steth_complete steth\n");
        script.ShouldContain("    ' check-iperf'|' check-iperf '*) candidates='--iperf_server_type --iperf-server-type ");
        script.ShouldContain("    ' config show'|' config show '*) candidates='--format -f ");
    }

    [Theory]
    [InlineData("100", 100)]
    [InlineData("500k", 500_000)]
    [InlineData("2.5G", 2_500_000_000)]
    [InlineData("1T", 1_000_000_000_000)]
    public void TryParseBandwidth_Rate_IsBitsPerSecond(string text, long expected)
    {
        CheckIperfCommand.TryParseBandwidth(text, out var rate).ShouldBeTrue();
        rate.ShouldBe(expected);
    }

    [Theory]
    [InlineData("")]
    [InlineData("M")]
    [InlineData("-1M")]
    [InlineData("0")]
    [InlineData("1e9")]
    [InlineData("100Mbit")]
    public void TryParseBandwidth_NoRate_IsRefused(string text) => CheckIperfCommand.TryParseBandwidth(text, out _).ShouldBeFalse();

    private static RootCommand Tree() => CommandTree.Create(new CommandServices
    {
        Streams = new OutputStreams { Out = TextWriter.Null, Error = TextWriter.Null },
        Time = TimeProvider.System,
        Variable = _ => null,
        LoadConfiguration = StethConfiguration.Load,
        CreateClient = (_, _) => new FakeAgents(),
    });
}
