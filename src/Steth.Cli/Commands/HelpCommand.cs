using System.CommandLine;

namespace Steth.Cli.Commands;

/// <summary><c>help [COMMAND]</c>: the same as <c>COMMAND --help</c>.</summary>
public static class HelpCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(RootCommand root, CommandServices services)
    {
        ArgumentNullException.ThrowIfNull(root);
        var about = new Argument<string[]>("COMMAND") { Description = "The command to explain; all without it", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("help", "Explain a command") { about };
        command.SetAction((parsed, cancellationToken) =>
            CommandTree.RunAsync(root, [.. parsed.GetValue(about) ?? [], "--help"], services, cancellationToken));
        return command;
    }
}
