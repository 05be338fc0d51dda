using System.CommandLine;
using System.Globalization;

namespace Steth.Cli.Commands;

/// <summary>Options whose values are checked while they are parsed; every complaint is one sentence.</summary>
public static class Options
{
    /// <summary>Some of the nodes.</summary>
    public static Option<string[]> Nodes() =>
        new("--node") { Description = "Only this node's agent; can be repeated", HelpName = "NODE" };

    /// <summary>A whole number in a range.</summary>
    public static Option<int> Whole(string name, string description, int standard, int min, int max, params string[] aliases) =>
        new(name, aliases)
        {
            Description = $"{description} ({min}-{max})",
            HelpName = "N",
            DefaultValueFactory = _ => standard,
            CustomParser = result =>
            {
                var text = result.Tokens[^1].Value;
                if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max)
                    return value;
                result.AddError($"{name}: '{text}' is not a whole number from {min} to {max}.");
                return standard;
            },
        };

    /// <summary>A whole number in a range; absent is null.</summary>
    public static Option<int?> Whole(string name, string description, int min, int max) => new(name)
    {
        Description = $"{description} ({min}-{max})",
        HelpName = "N",
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max)
                return value;
            result.AddError($"{name}: '{text}' is not a whole number from {min} to {max}.");
            return null;
        },
    };

    /// <summary>A number in a range, fractions allowed; absent is null.</summary>
    public static Option<double?> Real(string name, string description, double min, double max, string helpName = "N") => new(name)
    {
        Description = string.Create(CultureInfo.InvariantCulture, $"{description} ({min}-{max})"),
        HelpName = helpName,
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
                && value >= min && value <= max)
                return value;
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name}: '{text}' is not a number from {min} to {max}."));
            return null;
        },
    };

    /// <summary>A number in a range; absent is null.</summary>
    public static Option<double?> Number(string name, string description, double min, double max) => new(name)
    {
        Description = FormattableString.Invariant($"{description} ({min}-{max})"),
        HelpName = "N",
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
                out var value) && value >= min && value <= max)
                return value;
            result.AddError(FormattableString.Invariant($"{name}: '{text}' is not a number from {min} to {max}."));
            return null;
        },
    };

    /// <summary>A time in seconds, fractions allowed, 0.001–3600.</summary>
    public static Option<double> Seconds(
        string name, string description, double standard, bool recursive = false, params string[] aliases) => new(name, aliases)
        {
            Description = $"{description}, in seconds",
            HelpName = "S",
            Recursive = recursive,
            DefaultValueFactory = _ => standard,
            CustomParser = result =>
            {
                var text = result.Tokens[^1].Value;
                if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
                    && value is >= 0.001 and <= 3600)
                    return value;
                result.AddError($"{name}: '{text}' is not a time in seconds from 0.001 to 3600.");
                return standard;
            },
        };

    /// <summary>A value of its own type; absent is null.</summary>
    public static Option<T?> Parsed<T>(string name, string helpName, string description, params string[] aliases)
        where T : struct, ISpanParsable<T> => new(name, aliases)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = result =>
            {
                try
                {
                    return T.Parse(result.Tokens[^1].Value.AsSpan(), CultureInfo.InvariantCulture);
                }
                catch (FormatException e)
                {
                    result.AddError($"{name}: {e.Message}");
                    return null;
                }
            },
        };

    /// <summary>One word of several, any case.</summary>
    public static Option<string> Choice(
        string name, string description, string standard, IReadOnlyList<string> words, params string[] aliases)
    {
        var option = new Option<string>(name, aliases)
        {
            Description = description,
            HelpName = string.Join('|', words),
            DefaultValueFactory = _ => standard,
            CustomParser = result =>
            {
                var text = result.Tokens[^1].Value;
                if (words.FirstOrDefault(word => word.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } word)
                    return word;
                result.AddError($"{name}: '{text}' is not one of {string.Join(", ", words)}.");
                return standard;
            },
        };
        option.CompletionSources.Add([.. words]);
        return option;
    }
}
