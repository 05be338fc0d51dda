using System.CommandLine;

namespace Steth.Cli.Commands;

/// <summary>Which cloud's API to ask.</summary>
public sealed class CloudOptions
{
    /// <summary>The entry of clouds.yaml; null: OS_CLOUD, the OS_ variables or the configuration say.</summary>
    public Option<string?> OsCloud { get; } = new("--os-cloud")
    {
        Description = "The entry of clouds.yaml that says where the OpenStack API is; else OS_CLOUD and the other OS_ variables",
        HelpName = "NAME",
    };
}
