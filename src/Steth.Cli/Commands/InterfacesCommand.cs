using System.CommandLine;
using Steth.Contracts.Names;
using Steth.Controller.Collection;
using Steth.Diagnosis.Verdicts;

namespace Steth.Cli.Commands;

/// <summary><c>interfaces AGENT</c>.</summary>
public static class InterfacesCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CommandHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        var agent = Arguments.Agent();
        var netns = Options.Parsed<NamespaceName>("--namespace", "NS", "Look in this network namespace of the node");
        var command = new Command("interfaces", "List the interfaces of a node") { agent, netns };
        var data = DataOptions.ForList(command, InterfaceColumns.Short.Select(column => column.Key));
        host.Handle(command, async (run, cancellationToken) =>
        {
            var node = run.Node(agent);
            var list = await new DeviceCommands(run.Calls).ListInterfacesAsync(node, run.Get(netns), cancellationToken);
            run.WriteList(data, InterfaceColumns.Short, list);
            return ExitCode.Fine;
        });
        return command;
    }
}
