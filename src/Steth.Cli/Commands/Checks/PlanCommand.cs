using System.CommandLine;
using System.Globalization;
using Steth.Cli.Rendering;
using Steth.Cli.Rendering.Checks;
using Steth.Controller.Checks.Planning;
using Steth.Diagnosis.Readiness.Planning;
using Steth.Diagnosis.Verdicts;

namespace Steth.Cli.Commands.Checks;

/// <summary><c>check plan</c>: the configuration against itself and against the nodes.</summary>
public static class PlanCommand
{
    private static readonly Column<PlanResult>[] Columns =
    [
        new("node", "Node", row => Cell.Text(row.Node)),
        new("network", "Network", row => Cell.Text(row.Network)),
        new("address", "Address", row => Cell.Text(row.Address)),
        new("nic", "NIC", row => Cell.Text(row.Nic)),
        new("interface", "Found on", row => Cell.Text(row.Interface)),
        new("prefix", "Prefix", row => Cell.Text(row.Prefix)),
        new("state", "State", row => Tones.State(row.State)),
        new("reason", "Reason", row => Cell.Text(row.Reason)),
    ];

    /// <summary>Makes the command.</summary>
    public static Command Create(CommandHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        var command = new Command("plan", "Compare the configuration with itself and with the nodes: names, addresses, NICs, prefixes");
        var options = new CheckOptions(command);
        host.Handle(command, async (run, cancellationToken) =>
        {
            var asked = options.Read(run);
            return asked.Write(View(await RunAsync(asked, cancellationToken)));
        });
        return command;
    }

    /// <summary>Checks.</summary>
    internal static Task<PlanReport> RunAsync(CheckRun asked, CancellationToken cancellationToken) =>
        new PlanCheck(asked.Run.Calls).RunAsync(
            asked.Nodes, new PlanRequest(asked.Run.Configuration, asked.Networks), asked.Show, cancellationToken);

    /// <summary>What a reader wants to see of it.</summary>
    public static CheckView View(PlanReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var nodes = report.Results.Where(row => row.Network is null).ToList();
        var addresses = report.Results.Where(row => row.Network is not null).ToList();
        var headline = string.Create(
            CultureInfo.InvariantCulture,
            $"{Units.Count(nodes.Count, "node", "nodes")}, {Good(nodes)} as planned; "
            + $"{Units.Count(addresses.Count, "address", "addresses")}, {Good(addresses)} as planned");
        var table = new CheckTable("Nodes and their addresses", Sheet.Of(Columns, report.Results, isSingle: false));
        return new CheckView(report, headline, [table], []);
    }

    private static int Good(List<PlanResult> rows) => rows.Count(row => row.State == CheckState.Pass);
}
