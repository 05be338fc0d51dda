using System.CommandLine;
using Steth.Lab.Names;

namespace Steth.Lab.Commands;

/// <summary>Options that several commands share.</summary>
internal static class LabOptions
{
    /// <summary>--name: which lab.</summary>
    public static Option<string> Name() => new("--name")
    {
        Description = "Name of the lab; labs of different names live side by side",
        HelpName = "NAME",
        DefaultValueFactory = _ => LabName.Default.Text,
    };

    /// <summary>-f: how data is printed.</summary>
    public static Option<string> Format()
    {
        var option = new Option<string>("--format", "-f")
        {
            Description = "How to print",
            HelpName = "table|json",
            DefaultValueFactory = _ => "table",
        };
        option.AcceptOnlyFromAmong("table", "json");
        return option;
    }
}
