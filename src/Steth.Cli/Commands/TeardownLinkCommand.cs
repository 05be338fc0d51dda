using System.CommandLine;
using Steth.Cli.Rendering;
using Steth.Contracts.Operations;
using Steth.Controller.Collection;
using Steth.Diagnosis.Verdicts;

namespace Steth.Cli.Commands;

/// <summary><c>teardown-link AGENT INTERFACE</c>.</summary>
public static class TeardownLinkCommand
{
    private static readonly Column<InterfaceTeardownResult>[] Columns =
    [
        new("interface", "Interface", result => Cell.Text(result.Interface)),
        new("deleted", "Deleted", _ => Cell.Flag(true)),
    ];

    /// <summary>Makes the command.</summary>
    public static Command Create(CommandHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        var agent = Arguments.Agent();
        var device = Arguments.Device("INTERFACE", "The interface to delete; hardware, and what belongs to a bridge or bond, are refused");
        var force = new Option<bool>("--force") { Description = "Also one that no agent made, and the one the agent is reached by" };
        var command = new Command("teardown-link", "Delete a virtual interface of a node") { agent, device, force };
        var data = DataOptions.ForShow(command, Columns.Select(column => column.Key));
        host.Handle(command, async (run, cancellationToken) =>
        {
            var node = run.Node(agent);
            var result = await new DeviceCommands(run.Calls).TeardownLinkAsync(node, run.Get(device), run.Get(force), cancellationToken);
            run.WriteOne(data, Columns, result);
            return ExitCode.Fine;
        }, changes: true);
        return command;
    }
}
