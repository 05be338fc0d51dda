using System.CommandLine;
using Steth.Cli.Rendering;
using Steth.Controller.Collection;
using Steth.Diagnosis.Verdicts;
using Steth.Packets.Addresses;

namespace Steth.Cli.Commands;

/// <summary><c>check-vlan-interface AGENT_A AGENT_B INTERFACE VLAN_ID</c>.</summary>
public static class CheckVlanCommand
{
    private static readonly Column<VlanDirectionResult>[] Columns =
    [
        new("vlan_id", "VLAN id", way => Cell.Whole(way.VlanId.Value)),
        new("from", "From", way => Cell.Text(way.From)),
        new("to", "To", way => Cell.Text(way.To)),
        new("state", "State", way => Tones.State(way.State)),
        new("reason", "Reason", way => Cell.Text(way.Reason)),
    ];

    /// <summary>Makes the command.</summary>
    public static Command Create(CommandHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        var from = Arguments.Agent("AGENT_A", "One node: its name, id or address");
        var to = Arguments.Agent("AGENT_B", "The other node");
        var device = Arguments.Device("INTERFACE", "The NIC, of the same name on both nodes");
        var vlan = Arguments.Parsed<VlanId>("VLAN_ID", "The VLAN, 1-4094");
        var command = new Command(
            "check-vlan-interface", "Prove for each direction whether a VLAN crosses between two nodes") { from, to, device, vlan };
        var data = DataOptions.ForList(command, Columns.Select(column => column.Key));
        host.Handle(command, async (run, cancellationToken) =>
        {
            var nodes = run.Nodes(from, to);
            if (nodes[0].AgentEndpoint.Equals(nodes[1].AgentEndpoint))
                throw new UsageException($"AGENT_A and AGENT_B are both {nodes[0].Name}; a VLAN is checked between two nodes.");
            run.Progress.Report($"VLAN {run.Get(vlan)} between {nodes[0].Name} and {nodes[1].Name}");
            var result = await new VlanCheck(run.Calls).RunAsync(nodes[0], nodes[1], run.Get(device), run.Get(vlan), cancellationToken);
            run.WriteList(data, Columns, result.Directions);
            foreach (var note in result.Notes)
                run.Diagnostics.Call(note);
            return Silence.CodeOr(run, result.Unreachable, nodes.Count, ExitCode.For(result.Directions.Select(way => way.State)));
        });
        return command;
    }
}
