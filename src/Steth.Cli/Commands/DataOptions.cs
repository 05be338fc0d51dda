using System.CommandLine;
using Steth.Cli.Rendering;

namespace Steth.Cli.Commands;

/// <summary>What cliff gives every command with data: <c>-f</c>, <c>-c</c>, <c>--sort-column</c>.</summary>
public sealed class DataOptions
{
    private static readonly string[] Formats = ["table", "json", "csv", "value", "yaml"];

    private readonly Option<string> _format = Options.Choice("--format", "How to write the data", "table", Formats, "-f");
    private readonly ColumnOption _columns = new();
    private readonly Option<string[]>? _sort;

    private DataOptions(Command command, bool isList)
    {
        command.Add(_format);
        command.Add(_columns);
        if (isList)
            command.Add(_sort = new Option<string[]>("--sort-column")
            {
                Description = "Sort by this column; can be repeated, the first one first",
                HelpName = "COLUMN",
            });
    }

    /// <summary>For a command that prints many rows.</summary>
    /// <param name="command">Gets the options.</param>
    /// <param name="keys">Its columns, as far as they are known before the configuration is read; null: they are not.</param>
    public static DataOptions ForList(Command command, IEnumerable<string>? keys) => new DataOptions(command, true).Expect(keys);

    /// <summary>For a command that prints one object.</summary>
    public static DataOptions ForShow(Command command, IEnumerable<string> keys) => new DataOptions(command, false).Expect(keys);

    /// <summary>
    /// The columns of a command, as far as they are known before the configuration is read; empty: they are not, or it prints no data.
    /// </summary>
    public static IReadOnlyList<string> KnownColumns(Command command)
    {
        ArgumentNullException.ThrowIfNull(command);
        return command.Options.OfType<ColumnOption>().FirstOrDefault()?.Known ?? [];
    }

    /// <summary>What the operator chose of the columns a command has; throws before any work when one does not exist.</summary>
    /// <exception cref="UsageException">A column does not exist.</exception>
    public void Check(ParseResult parsed, IEnumerable<string> keys)
    {
        string[] known = [.. keys];
        string[] problems = [.. Chosen(parsed, _columns).Concat(Chosen(parsed, _sort)).Where(key => !known.Contains(key))
            .Select(key => Unknown(key, known))];
        if (problems.Length > 0)
            throw new UsageException(problems);
    }

    /// <summary>Writes a sheet as the operator chose.</summary>
    public void Write(ParseResult parsed, Sheet sheet, OutputStreams streams, IReadOnlyCollection<string>? inTable = null)
    {
        ArgumentNullException.ThrowIfNull(parsed);
        ArgumentNullException.ThrowIfNull(sheet);
        var format = Enum.Parse<OutputFormat>(parsed.GetValue(_format)!, ignoreCase: true);
        IReadOnlyCollection<string> shown = Chosen(parsed, _columns);
        if (shown.Count == 0 && format == OutputFormat.Table)
            shown = inTable ?? shown;
        SheetText.Write(sheet.Arrange(shown, Chosen(parsed, _sort)), format, streams);
    }

    private static string[] Chosen(ParseResult parsed, Option<string[]>? option) =>
        option is null ? [] : [.. (parsed.GetValue(option) ?? []).Select(Key)];

    // "RTT ms" and "rtt_ms" are the same column.
    private static string Key(string text) => text.Trim().ToLowerInvariant().Replace(' ', '_');

    private static string Unknown(string key, IEnumerable<string> known) =>
        $"There is no column '{key}'; there are {string.Join(", ", known)}.";

    private DataOptions Expect(IEnumerable<string>? keys)
    {
        if (keys is null)
            return this;
        string[] known = [.. keys];
        _columns.Known = known;
        foreach (var option in new Option<string[]>?[] { _columns, _sort })
        {
            if (option is null)
                continue;
            option.CompletionSources.Add(known);
            option.Validators.Add(result =>
            {
                foreach (var key in result.Tokens.Select(token => Key(token.Value)).Where(key => !known.Contains(key)))
                    result.AddError(Unknown(key, known));
            });
        }
        return this;
    }

    private sealed class ColumnOption : Option<string[]>
    {
        public ColumnOption()
            : base("--column", "-c") => (Description, HelpName) = ("Only this column; can be repeated", "COLUMN");

        public IReadOnlyList<string> Known { get; set; } = [];
    }
}
