using System.CommandLine;
using System.Text.RegularExpressions;
using Steth.Cli.Commands;
using Steth.Cli.Rendering;
using Steth.Controller.Inventory;

namespace Steth.Conformity.Tests;

/// <summary>docs/commands.md has a section for every command: a heading of the second level that names it.</summary>
public partial class CommandPageTests
{
    [Fact]
    public void CommandsPage_HasASectionForEveryCommand()
    {
        var sections = Heading().Matches(File.ReadAllText(Repository.PathOf("docs", "commands.md"))).SelectMany(m => Word().Matches(m.Groups[1].Value).Select(w => w.Value));
        CommandNames().ShouldBeSubsetOf(sections);
    }

    /// <summary>A command of <c>steth check</c> has a heading of the third level.</summary>
    [Fact]
    public void CommandsPage_HasAPartForEveryCheck()
    {
        var parts = Part().Matches(File.ReadAllText(Repository.PathOf("docs", "commands.md"))).Select(m => m.Groups[1].Value);
        Tree().Subcommands.Single(c => c.Name == "check").Subcommands.Select(c => c.Name).ShouldBe(parts, ignoreOrder: true);
    }

    private static IEnumerable<string> CommandNames() => Tree().Subcommands.Where(c => !c.Hidden).Select(c => c.Name);

    private static RootCommand Tree() => CommandTree.Create(new CommandServices
    {
        Streams = new OutputStreams { Out = TextWriter.Null, Error = TextWriter.Null },
        Time = TimeProvider.System,
        Variable = _ => null,
        LoadConfiguration = StethConfiguration.Load,
        CreateClient = (_, _) => throw new InvalidOperationException("Nothing is called here."),
    });

    [GeneratedRegex("^## (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("^### check ([a-z]+)$", RegexOptions.Multiline)]
    private static partial Regex Part();

    [GeneratedRegex("[a-z][a-z-]*")]
    private static partial Regex Word();
}
