using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Text;
using Steth.Cli.Commands.Checks;
using Steth.Cli.Commands.Pki;
using Steth.Diagnosis.Verdicts;

namespace Steth.Cli.Commands;

/// <summary>All commands, and how a command line becomes one of them.</summary>
public static class CommandTree
{
    /// <summary>Makes the tree.</summary>
    public static RootCommand Create(CommandServices services)
    {
        ArgumentNullException.ThrowIfNull(services);
        var globals = new GlobalOptions();
        var host = new CommandHost(services, globals);
        var root = new RootCommand("Ask the agents on the nodes of an OpenStack cloud what their networks do.")
        {
            AgentsCommand.Create(host, "agents"),
            AgentsCommand.Create(host, "print-agents-info"),
            InterfacesCommand.Create(host),
            GetInterfaceCommand.Create(host),
            SetupLinkCommand.Create(host),
            TeardownLinkCommand.Create(host),
            AddVlanCommand.Create(host),
            PingCommand.Create(host),
            PortsCommand.Create(host),
            CheckPortsCommand.Create(host),
            CheckVlanCommand.Create(host),
            CheckIperfCommand.Create(host),
            CheckDhcpOnComputeCommand.Create(host),
            CheckDhcpOnNetworkCommand.Create(host),
            DiagnoseCommand.Create(host),
            CheckGroup.Create(host),
            CaptureCommand.Create(host),
            AuditCommand.Create(host),
            LeasesCommand.Create(host),
            EndLeaseCommand.Create(host),
            ConfigCommand.Create(host),
            PkiCommand.Create(host),
        };
        root.Add(HelpCommand.Create(root, services));
        root.Add(CompleteCommand.Create(root, services));
        foreach (var option in globals.All)
            root.Add(option);
        foreach (var option in root.Options)
        {
            if (option is VersionOption version)
                version.Action = new PrintVersion(services);
            else if (option is HelpOption { Action: SynchronousCommandLineAction plain } help)
                help.Action = new HelpWithExitCodes(plain, services);
        }
        return root;
    }

    /// <summary>Runs one command line; the result is the exit code.</summary>
    public static Task<int> RunAsync(IReadOnlyList<string> line, CommandServices services, CancellationToken cancellationToken) =>
        RunAsync(Create(services), line, services, cancellationToken);

    /// <summary>As the other, over a tree that is there already.</summary>
    internal static async Task<int> RunAsync(
        RootCommand root, IReadOnlyList<string> line, CommandServices services, CancellationToken cancellationToken)
    {
        var parsed = root.Parse(line);
        if (parsed.Action is ParseErrorAction || parsed.Errors.Count > 0 && parsed.Action is not (HelpWithExitCodes or PrintVersion))
        {
            foreach (var sentence in UsageErrors.Explain(parsed))
                services.Streams.Error.Write($"steth: {sentence}\n");
            return ExitCode.Usage;
        }
        // Ctrl-C is handled once, in Program; the library's own handling would race with the clean-up.
        var settings = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
            Output = services.Streams.Out,
            Error = services.Streams.Error,
        };
        var code = await parsed.InvokeAsync(settings, cancellationToken);
        await services.Streams.Out.FlushAsync(CancellationToken.None);
        return code;
    }

    private sealed class PrintVersion(CommandServices services) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            services.Streams.Out.Write($"{ProductVersion.Text}\n");
            return ExitCode.Fine;
        }
    }

    private sealed class HelpWithExitCodes(SynchronousCommandLineAction plain, CommandServices services) : SynchronousCommandLineAction
    {
        private const string Variables = """
            Environment:
              STETH_CONFIG  the configuration file when there is no --config
              STETH_NETNS   see the world from this network namespace: a name under /run/netns, or a path as /proc/PID/ns/net
              NO_COLOR      no colours, when it is not empty
            """;

        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var code = plain.Invoke(parseResult);
            var command = parseResult.CommandResult.Command;
            if (command is RootCommand)
                services.Streams.Out.Write($"{Variables}\n\n");
            if (DataOptions.KnownColumns(command) is { Count: > 0 } keys)
                services.Streams.Out.Write($"Columns, also the keys of JSON and YAML:\n{Wrapped(keys)}\n");
            services.Streams.Out.Write($"{ProcessExitCode.Explanation}\n");
            return code;
        }

        private static string Wrapped(IEnumerable<string> words)
        {
            const int Width = 100;
            var lines = new StringBuilder();
            var line = " ";
            foreach (var word in words)
            {
                if (line.Length + word.Length + 1 > Width)
                {
                    lines.Append(line).Append('\n');
                    line = " ";
                }
                line += $" {word}";
            }
            return lines.Append(line).Append('\n').ToString();
        }
    }
}
