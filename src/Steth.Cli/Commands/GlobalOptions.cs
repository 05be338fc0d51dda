using System.CommandLine;
using Steth.Controller.Inventory;

namespace Steth.Cli.Commands;

/// <summary>Options every command has, before or after its name.</summary>
public sealed class GlobalOptions
{
    /// <summary>Which configuration file.</summary>
    public Option<string> Config { get; } = new("--config")
    {
        Description = $"The configuration file; else STETH_CONFIG, else {StethConfiguration.DefaultPath}",
        HelpName = "FILE",
        Recursive = true,
    };

    /// <summary>How long an agent may take, in seconds.</summary>
    public Option<double> Timeout { get; } =
        Options.Seconds("--timeout", "How long an agent may take to answer, beyond what the work itself takes", 5, recursive: true);

    /// <summary>The operator's certificate.</summary>
    public Option<string> Tls { get; } = new("--tls")
    {
        Description = $"Folder of the operator's certificate; else STETH_TLS, else the configuration, else ~/{AgentAccess.UserFolder}, "
            + $"else {AgentAccess.SystemFolder}",
        HelpName = "DIR",
        Recursive = true,
    };

    /// <summary>Plain HTTP.</summary>
    public Option<bool> Insecure { get; } = new("--insecure")
    {
        Description = "Ask agents that run with --insecure: plain HTTP, no certificates (or STETH_INSECURE=1)",
        Recursive = true,
    };

    /// <summary>Each call; twice: the wire as well.</summary>
    public Option<bool> Verbose { get; } = new("--verbose", "-v")
    {
        Description = "Say each call on stderr; -vv: what goes over the wire",
        Recursive = true,
    };

    /// <summary>Neither notes nor progress.</summary>
    public Option<bool> Quiet { get; } = new("--quiet", "-q") { Description = "Neither notes nor progress on stderr", Recursive = true };

    /// <summary>The wire and stack traces.</summary>
    public Option<bool> Debug { get; } = new("--debug")
    {
        Description = "Show stack traces, and what goes over the wire",
        Recursive = true,
    };

    /// <summary>Where all diagnostics go as well.</summary>
    public Option<string> LogFile { get; } = new("--log-file")
    {
        Description = "Append what happens to FILE as well",
        HelpName = "FILE",
        Recursive = true,
    };

    /// <summary>All of them.</summary>
    public IEnumerable<Option> All => [Config, Timeout, Tls, Insecure, Verbose, Quiet, Debug, LogFile];
}
