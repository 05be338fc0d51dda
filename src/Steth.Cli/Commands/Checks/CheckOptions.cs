using System.CommandLine;
using Steth.Cli.Rendering;
using Steth.Controller.Inventory;

namespace Steth.Cli.Commands.Checks;

/// <summary>What every <c>steth check …</c> takes.</summary>
internal sealed class CheckOptions
{
    private readonly Option<string[]> _nodes = new("--nodes")
    {
        Description = "Only these nodes: names, ids or addresses, separated by commas; all of the configuration without it",
        HelpName = "A,B,…",
    };
    private readonly Option<string[]> _networks = new("--network")
    {
        Description = "Only this network of the configuration; can be repeated; all without it",
        HelpName = "TYPE",
    };
    private readonly Option<string> _format =
        Options.Choice("--format", "How to write the report", "table", ["table", "json", "csv", "value", "yaml"], "-f");
    private readonly Option<string?> _junit = ReportFile.Option("--junit", "Write a test report for CI to FILE as JUnit XML");
    private readonly Option<string?> _html = ReportFile.Option("--html", "Write the report to FILE as one HTML page");
    private readonly Option<int?>? _pps;

    /// <summary>Gives a command these options.</summary>
    /// <param name="command">The command.</param>
    /// <param name="probes">It sends probes, and takes <c>--pps</c>.</param>
    public CheckOptions(Command command, bool probes = false)
    {
        if (probes)
        {
            var standard = $"Probes a second each node sends at most; else pps of [checks], else {CheckSettings.DefaultPps}";
            _pps = Options.Whole("--pps", standard, 1, CheckSettings.MaxPps);
            command.Add(_pps);
        }
        foreach (var option in new Option[] { _nodes, _networks, _format, _junit, _html })
            command.Add(option);
    }

    /// <summary>What was asked, when it goes together; nothing has been done then.</summary>
    /// <param name="run">The run.</param>
    /// <param name="problems">What else is wrong with the command line, a sentence each.</param>
    /// <exception cref="UsageException">Something does not exist or cannot be written; says everything.</exception>
    public CheckRun Read(CommandRun run, params IReadOnlyList<string> problems)
    {
        ArgumentNullException.ThrowIfNull(run);
        var found = problems.ToList();
        var nodes = Nodes(run, found);
        var networks = Networks(run, nodes, found);
        var junit = ReportFile.Find("--junit", run.Get(_junit), found);
        var html = ReportFile.Find("--html", run.Get(_html), found);
        if (junit is not null && junit.Path == html?.Path)
            found.Add("--junit and --html name the same file.");
        if (found.Count > 0)
            throw new UsageException(found);
        return new CheckRun
        {
            Run = run,
            Nodes = nodes,
            Networks = networks,
            Settings = run.Configuration.Checks,
            Pps = (_pps is null ? null : run.Get(_pps)) ?? run.Configuration.Checks.Pps,
            Format = Enum.Parse<OutputFormat>(run.Get(_format)!, ignoreCase: true),
            JUnit = junit,
            Html = html,
        };
    }

    private IReadOnlyList<Node> Nodes(CommandRun run, List<string> problems)
    {
        var named = run.Get(_nodes) ?? [];
        if (named.Length == 0)
            return run.AllNodes();
        var nodes = new List<Node>();
        const StringSplitOptions Clean = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
        string[] words = [.. named.SelectMany(text => text.Split(',', Clean))];
        if (words.Length == 0)
            problems.Add("--nodes: names no node.");
        foreach (var lookup in words.Distinct().Select(run.Configuration.FindNode))
        {
            if (lookup.Problem is { } problem)
                problems.Add($"--nodes: {problem}");
            else if (!nodes.Any(node => node.AgentEndpoint.Equals(lookup.Node!.AgentEndpoint)))
                nodes.Add(lookup.Node!);
        }
        return nodes;
    }

    private string[] Networks(CommandRun run, IReadOnlyList<Node> nodes, List<string> problems)
    {
        string[] known = [.. run.Configuration.NetworkTypes.Select(type => type.Name)
            .Concat(nodes.SelectMany(node => node.Networks).Select(network => network.Type)).Distinct()];
        string[] named = [.. (run.Get(_networks) ?? []).Distinct()];
        problems.AddRange(named.Where(name => !known.Contains(name)).Select(name =>
            $"--network: there is no network '{name}' in {run.Configuration.SourceFile}; there are {string.Join(", ", known)}."));
        return named.Length > 0 ? named : known;
    }
}
