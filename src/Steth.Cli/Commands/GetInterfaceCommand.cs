using System.CommandLine;
using Steth.Contracts.Names;
using Steth.Controller.Collection;
using Steth.Diagnosis.Verdicts;

namespace Steth.Cli.Commands;

/// <summary><c>get-interface AGENT INTERFACE</c>.</summary>
public static class GetInterfaceCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CommandHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        var agent = Arguments.Agent();
        var device = Arguments.Device("INTERFACE", "The interface to describe");
        var netns = Options.Parsed<NamespaceName>("--namespace", "NS", "Look in this network namespace of the node");
        var command = new Command("get-interface", "Describe one interface of a node") { agent, device, netns };
        var data = DataOptions.ForShow(command, InterfaceColumns.Full.Select(column => column.Key));
        host.Handle(command, async (run, cancellationToken) =>
        {
            var node = run.Node(agent);
            var facts = await new DeviceCommands(run.Calls).GetInterfaceAsync(node, run.Get(device), run.Get(netns), cancellationToken);
            run.WriteOne(data, InterfaceColumns.Full, facts);
            return ExitCode.Fine;
        });
        return command;
    }
}
