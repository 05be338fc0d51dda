using System.CommandLine;
using System.Text;
using Steth.Cli.Rendering;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;
using Steth.OpenStack;
using Steth.OpenStack.Neutron;

namespace Steth.Cli.Commands;

/// <summary>One run of one command: what was asked, the configuration, the agents, and where to write.</summary>
public sealed class CommandRun : IDisposable
{
    private readonly CommandServices _services;
    private readonly GlobalOptions _globals;
    private readonly Lazy<StethConfiguration> _configuration;
    private readonly Lazy<AgentCalls> _calls;
    private readonly List<IDisposable> _connections = [];
    private INeutronClient? _neutron;

    /// <summary>Begins a run.</summary>
    /// <exception cref="UsageException">The log file cannot be opened.</exception>
    public CommandRun(ParseResult parsed, CommandServices services, GlobalOptions globals)
    {
        ArgumentNullException.ThrowIfNull(parsed);
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(globals);
        Parsed = parsed;
        _services = services;
        _globals = globals;
        var verbosity = parsed.GetValue(globals.Debug) ? 2 : parsed.GetResult(globals.Verbose)?.IdentifierTokenCount ?? 0;
        Diagnostics = new Diagnostics(
            services.Streams, parsed.GetValue(globals.Quiet), verbosity, OpenLog(parsed.GetValue(globals.LogFile)), services.Time);
        _configuration = new Lazy<StethConfiguration>(LoadConfiguration);
        _calls = new Lazy<AgentCalls>(Connect);
    }

    /// <summary>What was asked.</summary>
    public ParseResult Parsed { get; }

    /// <summary>What is said beside the data.</summary>
    public Diagnostics Diagnostics { get; }

    /// <summary>Where the data goes.</summary>
    public OutputStreams Streams => _services.Streams;

    /// <summary>The clock.</summary>
    public TimeProvider Time => _services.Time;

    /// <summary>The line that says what goes on.</summary>
    public Progress Progress => Diagnostics.Progress;

    /// <summary>The configuration, without a problem.</summary>
    /// <exception cref="UsageException">It has problems.</exception>
    public StethConfiguration Configuration => _configuration.Value;

    /// <summary>The agents.</summary>
    public AgentCalls Calls => _calls.Value;

    /// <summary>The agents once more, by connections that are not those of <see cref="Calls"/>.</summary>
    public AgentCalls Connect()
    {
        var timeout = TimeSpan.FromSeconds(Parsed.GetValue(_globals.Timeout));
        // Who gives agents more time because they are slow gives their heartbeats more as well.
        var silence = TimeSpan.FromTicks(Math.Max(timeout.Ticks, AgentClientSettings.DefaultSilence.Ticks));
        var client = new TracingAgentClient(_services.CreateClient(Access(silence), Diagnostics.Note), Diagnostics, _services.Time);
        _connections.Add(client);
        return new AgentCalls(client, timeout, _services.Time)
        {
            LeaseSeconds = Configuration.LeaseSeconds ?? AgentCalls.DefaultLeaseSeconds,
        };
    }

    /// <summary>Details are wanted (<c>-v</c>).</summary>
    public bool IsVerbose => Parsed.GetValue(_globals.Verbose);

    /// <summary>Looks up the port a diagnosis is asked for.</summary>
    public FindPort FindPort => _services.FindPort;

    /// <summary>Collects the evidence of a diagnosis.</summary>
    public CollectEvidence Collect => _services.CreateCollector(Calls);

    /// <summary>An environment variable; null when it is not set.</summary>
    public string? Variable(string name) => _services.Variable(name);

    /// <summary>The configuration as it is, problems and all.</summary>
    public StethConfiguration ReadConfiguration() =>
        _services.LoadConfiguration(Parsed.GetValue(_globals.Config) is { } named ? named
            : _services.Variable("STETH_CONFIG") is { Length: > 0 } variable ? variable
            : null);

    /// <summary>The way to Neutron; null: there are no credentials.</summary>
    /// <param name="cloud">The cloud of <c>--os-cloud</c>; null: none named.</param>
    /// <exception cref="OpenStackException">There is none, and why is worth a sentence.</exception>
    public INeutronClient? Neutron(string? cloud) => _neutron ??= _services.OpenCloud(cloud, Configuration);

    /// <summary>The value of an argument.</summary>
    public T Get<T>(Argument<T> argument) => Parsed.GetRequiredValue(argument);

    /// <summary>The value of an option; its default when it was not given.</summary>
    public T? Get<T>(Option<T> option) => Parsed.GetValue(option);

    /// <summary>The node an argument names.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public Node Node(Argument<string> argument) => Nodes(argument)[0];

    /// <summary>The nodes several arguments name.</summary>
    /// <exception cref="UsageException">One or more do not exist; says all of them.</exception>
    public IReadOnlyList<Node> Nodes(params IReadOnlyList<Argument<string>> arguments)
    {
        NodeLookup[] found = [.. arguments.Select(argument => Configuration.FindNode(Get(argument)))];
        string[] problems = [.. arguments.Zip(found).Where(pair => pair.Second.Problem is not null).Select(pair => $"{pair.First.Name}: "
            + $"{pair.Second.Problem}")];
        return problems.Length > 0 ? throw new UsageException(problems) : [.. found.Select(lookup => lookup.Node!)];
    }

    /// <summary>The nodes that <see cref="Options.Nodes"/> names; every node where it names none.</summary>
    /// <exception cref="UsageException">One or more do not exist, or there are none.</exception>
    public IReadOnlyList<Node> NodesOrAll(string[]? named)
    {
        if (named is null or [])
            return AllNodes();
        NodeLookup[] found = [.. named.Select(Configuration.FindNode)];
        string[] problems = [.. found.Where(lookup => lookup.Problem is not null).Select(lookup => $"--node: {lookup.Problem}")];
        return problems.Length > 0 ? throw new UsageException(problems) : [.. found.Select(lookup => lookup.Node!).DistinctBy(n => n.Name)];
    }

    /// <summary>Every node of the configuration.</summary>
    /// <exception cref="UsageException">There are none; says what to write where.</exception>
    public IReadOnlyList<Node> AllNodes()
    {
        if (Configuration.Nodes.Count > 0)
            return Configuration.Nodes;
        var lack = Configuration.SourceExists ? $"{Configuration.SourceFile} names no nodes" : $"there is no {Configuration.SourceFile}";
        throw new UsageException(
            $"This command asks every node, but {lack}: write a section [nodes] there "
            + "with a line 'NAME = ADDRESS' for each, or name another file with --config.");
    }

    /// <summary>Wipes the progress line and writes rows.</summary>
    /// <param name="options">How.</param>
    /// <param name="columns">All of them.</param>
    /// <param name="rows">One each.</param>
    /// <param name="inTable">Those that a table has when none are chosen; null: all.</param>
    public void WriteList<TRow>(
        DataOptions options, IReadOnlyList<Column<TRow>> columns, IEnumerable<TRow> rows, IReadOnlyCollection<string>? inTable = null) =>
        Write(options, Sheet.Of(columns, rows, isSingle: false), inTable);

    /// <summary>Wipes the progress line and writes one object.</summary>
    public void WriteOne<TRow>(DataOptions options, IReadOnlyList<Column<TRow>> columns, TRow row) =>
        Write(options, Sheet.Of(columns, [row], isSingle: true));

    /// <inheritdoc/>
    public void Dispose()
    {
        Diagnostics.Dispose();
        (_neutron as IDisposable)?.Dispose();
        foreach (var connection in _connections)
            connection.Dispose();
    }

    private static StreamWriter? OpenLog(string? path)
    {
        if (path is null)
            return null;
        try
        {
            return new StreamWriter(path, append: true, new UTF8Encoding(false)) { AutoFlush = true };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"--log-file: {path} cannot be opened for writing: {e.Message}");
        }
    }

    private AgentAccess Access(TimeSpan silence) => new()
    {
        Silence = silence,
        Folder = Parsed.GetValue(_globals.Tls) ?? Given("STETH_TLS") ?? Configuration.Tls ?? AgentAccess.DefaultFolder(_services.Variable),
        Insecure = Parsed.GetValue(_globals.Insecure)
            || (Given("STETH_INSECURE") is { } said ? said != "0" : Configuration.Insecure ?? false),
    };

    private string? Given(string variable) => _services.Variable(variable) is { Length: > 0 } value ? value : null;

    private void Write(DataOptions options, Sheet sheet, IReadOnlyCollection<string>? inTable = null)
    {
        Progress.Dispose();
        options.Write(Parsed, sheet, Streams, inTable);
    }

    private StethConfiguration LoadConfiguration()
    {
        var configuration = ReadConfiguration();
        return configuration.Problems.Count == 0
            ? configuration
            : throw new UsageException([.. configuration.Problems.Select(problem => problem.ToString())]);
    }
}
