using System.CommandLine;
using System.Globalization;
using System.Net;
using Steth.Contracts.Names;
using Steth.Packets.Addresses;

namespace Steth.Cli.Commands;

/// <summary>Arguments whose values are checked while they are parsed; every complaint is one sentence.</summary>
public static class Arguments
{
    /// <summary>A node, found later: by name, id or address.</summary>
    public static Argument<string> Agent(string name = "AGENT", string description = "The node: its name, id or address") =>
        new(name) { Description = description };

    /// <summary>A network device.</summary>
    public static Argument<DeviceName> Device(string name, string description) => Parsed<DeviceName>(name, description);

    /// <summary>A value of its own type.</summary>
    public static Argument<T> Parsed<T>(string name, string description)
        where T : struct, ISpanParsable<T> => new(name)
        {
            Description = description,
            CustomParser = result =>
            {
                try
                {
                    return T.Parse(result.Tokens[^1].Value.AsSpan(), CultureInfo.InvariantCulture);
                }
                catch (FormatException e)
                {
                    result.AddError($"{name}: {e.Message}");
                    return default;
                }
            },
        };

    /// <summary>Addresses, separated by commas.</summary>
    public static Argument<IReadOnlyList<IPAddress>> Addresses(string name, string description) =>
        Listed(name, description, text => StrictIPAddress.Parse(text));

    /// <summary>Network devices, separated by commas.</summary>
    public static Argument<IReadOnlyList<DeviceName>> Devices(string name, string description) =>
        Listed(name, description, text => DeviceName.Parse(text));

    private static Argument<IReadOnlyList<T>> Listed<T>(string name, string description, Func<string, T> parse) => new(name)
    {
        Description = description,
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = result =>
        {
            var values = new List<T>();
            foreach (var text in result.Tokens[^1].Value.Split(',', StringSplitOptions.TrimEntries))
            {
                try
                {
                    values.Add(parse(text));
                }
                catch (FormatException e)
                {
                    result.AddError($"{name}: {e.Message}");
                }
            }
            return values;
        },
    };
}
