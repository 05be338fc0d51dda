using System.CommandLine;
using Steth.Cli.Rendering;
using Steth.Controller.Collection;
using Steth.Diagnosis.Verdicts;

namespace Steth.Cli.Commands;

/// <summary><c>check-ports-on-br AGENT BRIDGE PORT[,PORT…]</c>.</summary>
public static class CheckPortsCommand
{
    private static readonly Column<PortOnBridge>[] Columns =
    [
        new("port", "Port", port => Cell.Text(port.Port)),
        new("exists", "Exists", port => Cell.Flag(port.Exists).Toned(port.Exists ? CellTone.Good : CellTone.Bad)),
    ];

    /// <summary>Makes the command.</summary>
    public static Command Create(CommandHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        var agent = Arguments.Agent();
        var bridge = Arguments.Device("BRIDGE", "The bridge: of Open vSwitch, or of Linux");
        var ports = Arguments.Devices("PORT", "Ports that should be on it, separated by commas");
        var command = new Command("check-ports-on-br", "Check that ports are on a bridge of a node") { agent, bridge, ports };
        var data = DataOptions.ForList(command, Columns.Select(column => column.Key));
        host.Handle(command, async (run, cancellationToken) =>
        {
            var node = run.Node(agent);
            var rows = await new PortsOnBridgeCheck(run.Calls).RunAsync(node, run.Get(bridge), run.Get(ports), cancellationToken);
            run.WriteList(data, Columns, rows);
            return rows.All(row => row.Exists) ? ExitCode.Fine : ExitCode.Failed;
        });
        return command;
    }
}
