using System.CommandLine;

namespace Steth.Cli.Commands;

/// <summary><c>help [COMMAND]</c>: the same as <c>COMMAND --help</c>.</summary>
public static class HelpCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(RootCommand root, CommandServices services)
    {
        ArgumentNullException.ThrowIfNull(root);
        var about = new Argument<string[]>("COMMAND")
        {
            Description = "The command to explain; all without it",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command("help", "Explain a command") { about };
        command.SetAction((parsed, cancellationToken) =>
        {
            var words = parsed.GetValue(about) ?? [];
            // An unknown command is run as it is, which says so; with --help the parser would forgive it.
            return CommandTree.RunAsync(root, Exists(root, words) ? [.. words, "--help"] : words, services, cancellationToken);
        });
        return command;
    }

    private static bool Exists(Command root, IEnumerable<string> words)
    {
        var at = root;
        foreach (var word in words)
        {
            if (at.Subcommands.FirstOrDefault(command => command.Name == word) is not { } inner)
                return false;
            at = inner;
        }
        return true;
    }
}
