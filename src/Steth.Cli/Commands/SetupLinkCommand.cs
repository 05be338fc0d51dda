using System.CommandLine;
using Steth.Cli.Rendering;
using Steth.Contracts.Operations;
using Steth.Controller.Collection;
using Steth.Diagnosis.Verdicts;
using Steth.Packets.Addresses;

namespace Steth.Cli.Commands;

/// <summary>
/// <c>setup-link AGENT INTERFACE CIDR</c>. The other addresses stay unless <c>--flush</c> says otherwise; the original removed them.
/// </summary>
public static class SetupLinkCommand
{
    private static readonly Column<InterfaceSetupResult>[] Columns =
    [
        new("interface", "Interface", result => Cell.Text(result.Interface)),
        new("address", "Address", result => Cell.Text(result.Address.ToString())),
        new("added", "Added", result => Cell.Flag(result.Added).ShownAs(result.Added ? "yes" : "no, it was there")),
    ];

    /// <summary>Makes the command.</summary>
    public static Command Create(CommandHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        var agent = Arguments.Agent();
        var device = Arguments.Device("INTERFACE", "The interface to bring up");
        var cidr = Arguments.Parsed<InterfaceAddress>("CIDR", "The address to add, with its prefix length: 192.0.2.1/24");
        var flush = new Option<bool>("--flush") { Description = "Remove the interface's other addresses first" };
        var command = new Command("setup-link", "Add an address to an interface of a node and bring it up") { agent, device, cidr, flush };
        var data = DataOptions.ForShow(command, Columns.Select(column => column.Key));
        host.Handle(command, async (run, cancellationToken) =>
        {
            var node = run.Node(agent);
            var result = await new DeviceCommands(run.Calls).SetupLinkAsync(
                node, run.Get(device), run.Get(cidr), run.Get(flush), cancellationToken);
            run.WriteOne(data, Columns, result);
            return ExitCode.Fine;
        }, changes: true);
        return command;
    }
}
