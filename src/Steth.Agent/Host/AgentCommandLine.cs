namespace Steth.Agent.Host;

/// <summary>
/// The words after <c>steth-agent</c>: <c>--name VALUE</c> or <c>--name=VALUE</c>. An option given twice: the last one counts.
/// </summary>
public sealed record AgentCommandLine
{
    private static readonly string[] Valued =
        ["--listen", "--port", "--neutron-host", "--tls", "--max-role", "--audit", "--state-dir", "--config"];

    /// <summary>The usage text, ending in a line feed.</summary>
    public const string Usage = """
        Usage: steth-agent [OPTIONS]

        Answers steth's questions about this host's network. Runs until SIGTERM or SIGINT.

          --listen ADDR        IP address to listen on (default 0.0.0.0)
          --port N             TCP port; 0 takes a free one (default 9698)
          --neutron-host NAME  what Neutron calls this host, where that is not its host name
          --tls DIR            the node's certificate, made by 'steth pki issue': ca.pem, cert.pem,
                               key.pem, crl.pem (default /etc/steth/node)
          --max-role ROLE      what callers may do at most: read, probe or change (default change)
          --audit FILE         where to write who asked what: a file, or 'journal' for the log
                               (default /var/log/steth/audit.log)
          --state-dir DIR      where the agent notes how to undo what it makes (default /run/steth)
          --insecure           plain HTTP without certificates: whoever reaches the port is served
          --config FILE        configuration file (default /etc/steth/steth-agent.conf, if there)
          --version            print the version
          --help               print this

        Environment: STETH_AGENT_LISTEN, STETH_AGENT_PORT, STETH_AGENT_NEUTRON_HOST,
        STETH_AGENT_TLS, STETH_AGENT_MAX_ROLE, STETH_AGENT_AUDIT, STETH_AGENT_STATE_DIR,
        STETH_AGENT_INSECURE, STETH_AGENT_CONFIG. The command line comes first, then the
        environment, then section [agent] of the file: listen, port, neutron_host, tls, max_role,
        audit, state_dir, insecure.

        Exit codes: 0 ended as asked; 64 wrong usage or configuration; 69 cannot listen.

        """;

    /// <summary>Options by configuration key, in the order given.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; }

    /// <summary>The file named; null: none.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>The usage is asked for.</summary>
    public bool Help { get; init; }

    /// <summary>The version is asked for.</summary>
    public bool Version { get; init; }

    /// <summary>What could not be understood.</summary>
    public required IReadOnlyList<string> Errors { get; init; }

    /// <summary>Reads the words.</summary>
    public static AgentCommandLine Parse(IReadOnlyList<string> args)
    {
        ArgumentNullException.ThrowIfNull(args);
        var settings = new List<KeyValuePair<string, string>>();
        var errors = new List<string>();
        var parsed = new AgentCommandLine { Settings = settings, Errors = errors };
        for (var i = 0; i < args.Count; i++)
        {
            var equals = args[i].IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? args[i] : args[i][..equals];
            if (Valued.Contains(name, StringComparer.Ordinal))
            {
                if (equals < 0 && i + 1 == args.Count)
                    errors.Add($"{name}: a value is missing; see --help");
                else if ((equals < 0 ? args[++i] : args[i][(equals + 1)..]) is var value && name == "--config")
                    parsed = parsed with { ConfigFile = value };
                else
                    settings.Add(new(name[2..].Replace('-', '_'), value));
                continue;
            }
            switch (args[i])
            {
                case "--insecure":
                    settings.Add(new("insecure", "true"));
                    break;
                case "--help" or "-h":
                    parsed = parsed with { Help = true };
                    break;
                case "--version":
                    parsed = parsed with { Version = true };
                    break;
                default:
                    errors.Add($"{args[i]}: no such option; see --help");
                    break;
            }
        }
        return parsed;
    }
}
