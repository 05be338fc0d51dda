using System.CommandLine;
using Steth.Cli.Rendering;
using Steth.Contracts.Operations;
using Steth.Controller.Collection;
using Steth.Diagnosis.Verdicts;
using Steth.Packets.Addresses;

namespace Steth.Cli.Commands;

/// <summary><c>add-vlan-to-interface AGENT INTERFACE VLAN_ID</c>.</summary>
public static class AddVlanCommand
{
    private static readonly Column<VlanAddResult>[] Columns =
    [
        new("interface", "Interface", result => Cell.Text(result.Interface)),
        new("created", "Created", result => Cell.Flag(result.Created).ShownAs(result.Created ? "yes" : "no, it was there")),
    ];

    /// <summary>Makes the command.</summary>
    public static Command Create(CommandHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        var agent = Arguments.Agent();
        var device = Arguments.Device("INTERFACE", "The NIC to put it on; a port of a bridge or a bond is refused");
        var vlan = Arguments.Parsed<VlanId>("VLAN_ID", "The VLAN, 1-4094");
        var command = new Command("add-vlan-to-interface", "Make the VLAN device INTERFACE.VLAN_ID on a node") { agent, device, vlan };
        var data = DataOptions.ForShow(command, Columns.Select(column => column.Key));
        host.Handle(command, async (run, cancellationToken) =>
        {
            var node = run.Node(agent);
            var result = await new DeviceCommands(run.Calls).AddVlanAsync(node, run.Get(device), run.Get(vlan), cancellationToken);
            run.WriteOne(data, Columns, result);
            return ExitCode.Fine;
        }, changes: true);
        return command;
    }
}
