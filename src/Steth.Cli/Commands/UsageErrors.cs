using System.CommandLine;
using System.CommandLine.Parsing;
using Steth.Cli.Rendering;
using Steth.Contracts.Names;

namespace Steth.Cli.Commands;

/// <summary>What is wrong with a command line, in sentences.</summary>
public static class UsageErrors
{
    /// <summary>Every problem, and where to read on.</summary>
    public static IEnumerable<string> Explain(ParseResult parsed)
    {
        ArgumentNullException.ThrowIfNull(parsed);
        var command = parsed.CommandResult.Command;
        var sentences = parsed.Errors.Select(error => Explain(parsed, error)).OfType<string>().Distinct().ToList();
        if (command.Subcommands.Count > 0)
            sentences = [Unknown(command, parsed.UnmatchedTokens)];
        foreach (var sentence in sentences)
            yield return DisplayText.Clean(sentence);
        yield return $"Read 'steth help{Path(command)}'.";
    }

    private static string? Explain(ParseResult parsed, ParseError error) => error.SymbolResult switch
    {
        ArgumentResult { Tokens.Count: 0 } argument => $"{argument.Argument.Name} is missing.",
        OptionResult { Tokens.Count: 0 } option when option.IdentifierToken is not null => $"{option.IdentifierToken.Value} needs a value.",
        CommandResult when parsed.UnmatchedTokens.FirstOrDefault(
            token => error.Message.Contains($"'{token}'", StringComparison.Ordinal)) is { } token =>
            token.StartsWith('-') ? UnknownOption(parsed, token) : $"'{token}' is one argument too many.",
        _ => error.Message,
    };

    private static string Unknown(Command command, IReadOnlyList<string> words)
    {
        var name = words.FirstOrDefault(word => !word.StartsWith('-'));
        if (name is null)
        {
            return words.Count > 0
                ? $"There is no option '{words[0]}' before a command."
                : $"A command is missing; there are {string.Join(", ", command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name))}.";
        }
        return $"There is no command '{name}'{Suggest(name, command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name))}";
    }

    private static string UnknownOption(ParseResult parsed, string token)
    {
        var known = parsed.CommandResult.Command.Options.Concat(parsed.RootCommandResult.Command.Options.Where(option => option.Recursive));
        return $"There is no option '{token}'{Suggest(token, known.SelectMany(option => option.Aliases.Prepend(option.Name)))}";
    }

    private static string Suggest(string word, IEnumerable<string> known)
    {
        string[] near = [.. known.Distinct()
            .Select(name => (Name: name, Distance: NameDistance.Between(word, name)))
            .Where(pair => pair.Distance <= Math.Clamp(word.Length / 2, 1, 3)
                || word.Length > 3 && pair.Name.Contains(word, StringComparison.OrdinalIgnoreCase))
            .OrderBy(pair => pair.Distance).Take(3).Select(pair => pair.Name)];
        return near.Length == 0 ? "." : $"; did you mean {string.Join(" or ", near)}?";
    }

    private static string Path(Command command)
    {
        var path = "";
        for (var at = command; at is not null and not RootCommand; at = at.Parents.OfType<Command>().FirstOrDefault())
            path = $" {at.Name}{path}";
        return path;
    }
}
