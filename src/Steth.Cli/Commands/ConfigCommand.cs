using System.CommandLine;
using System.Globalization;
using Steth.Cli.Rendering;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Verdicts;

namespace Steth.Cli.Commands;

/// <summary><c>config show</c> and <c>config check</c>.</summary>
public static class ConfigCommand
{
    private static readonly Column<Node>[] NodeColumns =
    [
        new("name", "Name", node => Cell.Text(node.Name)),
        new("id", "ID", node => Cell.Text(node.Id)),
        new("agent", "Agent", node => Cell.Text(node.AgentEndpoint.ToString())),
    ];

    private static readonly Column<ConfigurationProblem>[] ProblemColumns =
    [
        new("file", "File", problem => Cell.Text(problem.File)),
        new("line", "Line", problem => Cell.Whole(problem.Line)),
        new("key", "Key", problem => Cell.Text(problem.Key)),
        new("message", "Message", problem => Cell.Text(problem.Message)),
    ];

    /// <summary>Makes the command.</summary>
    public static Command Create(CommandHost host) => new("config", "Look at the configuration") { CreateShow(host), CreateCheck(host) };

    private static Command CreateShow(CommandHost host)
    {
        var command = new Command("show", "List the nodes the configuration names, as steth reads it");
        var data = DataOptions.ForList(command, null);
        host.Handle(command, (run, _) =>
        {
            var nodes = run.AllNodes();
            Column<Node>[] columns = [.. NodeColumns,
                .. NodeText.NetworkColumns<Node>(run.Configuration, NodeColumns.Select(column => column.Key), node => node)];
            data.Check(run.Parsed, columns.Select(column => column.Key));
            run.WriteList(data, columns, nodes);
            run.Diagnostics.Note(run.Configuration.SourceFile);
            return Task.FromResult(ExitCode.Fine);
        });
        return command;
    }

    private static Command CreateCheck(CommandHost host)
    {
        var command = new Command("check", "List everything that is wrong in the configuration; fails when something is");
        var data = DataOptions.ForList(command, ProblemColumns.Select(column => column.Key));
        host.Handle(command, (run, _) =>
        {
            var configuration = run.ReadConfiguration();
            var problems = configuration.Problems.ToList();
            if (problems.Count == 0 && !configuration.SourceExists)
                problems.Add(new ConfigurationProblem(configuration.SourceFile, null, null, "there is no such file"));
            run.WriteList(data, ProblemColumns, problems);
            run.Diagnostics.Note(problems.Count == 0
                ? string.Create(CultureInfo.InvariantCulture, $"{configuration.SourceFile}: {configuration.Nodes.Count} "
                    + $"{(configuration.Nodes.Count == 1 ? "node" : "nodes")}, nothing wrong")
                : string.Create(CultureInfo.InvariantCulture, $"{configuration.SourceFile}: {problems.Count} "
                    + $"{(problems.Count == 1 ? "problem" : "problems")}"));
            return Task.FromResult(problems.Count == 0 ? ExitCode.Fine : ExitCode.Failed);
        });
        return command;
    }
}
