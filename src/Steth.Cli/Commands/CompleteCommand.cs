using System.CommandLine;
using System.Text;

namespace Steth.Cli.Commands;

/// <summary><c>complete</c>: prints a bash completion script made from the command tree, as cliff's command of that name does.</summary>
public static class CompleteCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(RootCommand root, CommandServices services)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(services);
        var name = new Option<string>("--name")
        {
            Description = "The command to complete",
            HelpName = "NAME",
            DefaultValueFactory = _ => "steth",
        };
        name.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !result.Tokens[^1].Value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
                result.AddError($"--name: '{result.Tokens[^1].Value}' is not the name of a command.");
        });
        var shell = Options.Choice("--shell", "The shell", "bash", ["bash"]);
        var command = new Command("complete", "Print a bash completion script: source <(steth complete)") { name, shell };
        command.SetAction(parsed =>
        {
            services.Streams.Out.Write(Script(root, parsed.GetValue(name)!));
            services.Streams.Out.Flush();
            return 0;
        });
        return command;
    }

    /// <summary>The script: commands as the first word, then the options of the command that was typed.</summary>
    public static string Script(RootCommand root, string name)
    {
        ArgumentNullException.ThrowIfNull(root);
        var function = $"_{new string([.. name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_')])}_complete";
        var global = Words(root.Options);
        var script = new StringBuilder();
        script.Append(function).Append("() {\n");
        script.Append("  local word=\"${COMP_WORDS[COMP_CWORD]}\" command= candidates i\n");
        script.Append("  for ((i = 1; i < COMP_CWORD; i++)); do\n");
        script.Append("    case \"${COMP_WORDS[i]}\" in -*) ;; *) command=\"$command ${COMP_WORDS[i]}\" ;; esac\n");
        script.Append("  done\n");
        script.Append("  case \"$command\" in\n");
        foreach (var command in root.Subcommands.Where(command => !command.Hidden))
            AppendCases(script, command, "", global);
        script.Append("    '') candidates='").Append(
            Join(root.Subcommands.Where(c => !c.Hidden).Select(c => c.Name))).Append(' ').Append(global).Append("' ;;\n");
        script.Append("    *) candidates='").Append(global).Append("' ;;\n");
        script.Append("  esac\n");
        script.Append("  COMPREPLY=($(compgen -W \"$candidates\" -- \"$word\"))\n");
        script.Append("}\n");
        script.Append("complete -o default -F ").Append(function).Append(' ').Append(name).Append('\n');
        return script.ToString();
    }

    private static void AppendCases(StringBuilder script, Command command, string path, string global)
    {
        var words = $"{path} {command.Name}";
        foreach (var inner in command.Subcommands)
            AppendCases(script, inner, words, global);
        script.Append("    '").Append(words).Append("'|'").Append(words).Append(" '*) candidates='")
            .Append(Join([.. command.Subcommands.Select(c => c.Name), Words(command.Options), global])).Append("' ;;\n");
    }

    private static string Words(IEnumerable<Option> options) => Join(options.Where(option => !option.Hidden)
        .SelectMany(option => option.Aliases.Prepend(option.Name))
        .Where(word => word.StartsWith('-') && word != "-?"));

    private static string Join(IEnumerable<string> words) => string.Join(' ', words.Where(word => word.Length > 0).Distinct());
}
