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

    private static IEnumerable<string> CommandNames() => CommandTree.Create(new CommandServices
    {
        Streams = new OutputStreams { Out = TextWriter.Null, Error = TextWriter.Null },
        Time = TimeProvider.System,
        Variable = _ => null,
        LoadConfiguration = StethConfiguration.Load,
        CreateClient = _ => throw new InvalidOperationException("Nothing is called here."),
    }).Subcommands.Where(c => !c.Hidden).Select(c => c.Name);

    [GeneratedRegex("^## (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("[a-z][a-z-]*")]
    private static partial Regex Word();
}
