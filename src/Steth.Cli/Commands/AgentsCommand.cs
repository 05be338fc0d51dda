using System.CommandLine;
using System.Globalization;
using Steth.Cli.Rendering;
using Steth.Controller.Collection;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Verdicts;
using Steth.Identity;

namespace Steth.Cli.Commands;

/// <summary><c>agents</c>, which the original calls <c>print-agents-info</c>.</summary>
public static class AgentsCommand
{
    private static readonly Column<AgentStatus>[] Fixed =
    [
        new("name", "Name", status => Cell.Text(status.Node.Name)),
        new("address", "Address", status => Cell.Text(NodeText.Address(status.Node))),
        new("status", "Status", status => Tones.UpOrDown(status.Up)),
        new("version", "Version", status => Cell.Text(status.Info?.Version)),
        new("rtt_ms", "RTT",
            status => Cell.Real(status.RoundTrip?.TotalMilliseconds).ShownAs(Units.Milliseconds(status.RoundTrip?.TotalMilliseconds))),
        new("reason", "Reason", status => Cell.Text(status.Reason)),
    ];

    /// <summary>The columns for a configuration: the fixed ones, then one a network type.</summary>
    public static IReadOnlyList<Column<AgentStatus>> ColumnsFor(StethConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return [.. Fixed,
            .. NodeText.NetworkColumns<AgentStatus>(configuration, Fixed.Select(column => column.Key), status => status.Node)];
    }

    /// <summary>Makes the command.</summary>
    public static Command Create(CommandHost host, string name)
    {
        ArgumentNullException.ThrowIfNull(host);
        var command = new Command(
            name, name == "agents" ? "List the agents, with version and round-trip time" : "The same as 'agents', by its original name");
        var data = DataOptions.ForList(command, null);
        host.Handle(command, async (run, cancellationToken) =>
        {
            var nodes = run.AllNodes();
            var columns = ColumnsFor(run.Configuration);
            data.Check(run.Parsed, columns.Select(column => column.Key));
            run.Progress.Report($"asking {nodes.Count} agents");
            var agents = await new AgentSurvey(run.Calls).RunAsync(nodes, cancellationToken);
            run.WriteList(data, columns, agents);
            foreach (var agent in agents.Where(agent => agent.NameDiffers))
                run.Diagnostics.Call($"{agent.Node.Name} calls itself {agent.Info!.Hostname}");
            WarnOfAccess(run, agents);
            return agents.All(agent => agent.Up) ? ExitCode.Fine : ExitCode.Failed;
        });
        return command;
    }

    private static void WarnOfAccess(CommandRun run, IReadOnlyList<AgentStatus> agents)
    {
        string[] open = [.. agents.Where(agent => agent.Info is { Insecure: true }).Select(agent => agent.Node.Name)];
        if (open.Length > 0)
        {
            run.Diagnostics.Note($"WARNING: no certificates ({string.Join(", ", open)}): "
                + "whoever reaches the agents' port there may do what steth may, as root; "
                + "see 'steth pki'.");
        }
        foreach (var agent in agents.Where(agent => agent.Info?.CertificateUntil - run.Time.GetUtcNow() < Principal.Warning))
        {
            run.Diagnostics.Note(string.Create(CultureInfo.InvariantCulture,
                $"the certificate of {agent.Node.Name} ends on {agent.Info!.CertificateUntil!.Value.UtcDateTime:yyyy-MM-dd}: "
                + $"renew it with 'steth pki renew'"));
        }
    }
}
