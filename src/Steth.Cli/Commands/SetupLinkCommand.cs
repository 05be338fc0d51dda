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
        var force = new Option<bool>("--force")
        {
            Description = "Also on the interface the agent is reached by, and remove addresses of an interface that no agent made",
        };
        var confirm = Options.Whole(
            "--confirm-within", "On an interface in use: undo it when the agent cannot be reached within N seconds", 60, 1, 600);
        var command = new Command("setup-link", "Add an address to an interface of a node and bring it up")
        {
            agent, device, cidr, flush, force, confirm,
        };
        var data = DataOptions.ForShow(command, Columns.Select(column => column.Key));
        host.Handle(command, async (run, cancellationToken) =>
        {
            var node = run.Node(agent);
            var wanted = new InterfaceSetupParams
            {
                Interface = run.Get(device),
                Cidr = run.Get(cidr),
                Flush = run.Get(flush),
                Force = run.Get(force),
                ConfirmSeconds = run.Get(confirm),
            };
            var result = await new DeviceCommands(run.Calls).SetupLinkAsync(node, wanted, cancellationToken);
            if (result is { LeaseId: { } lease, ConfirmWithinSeconds: { } seconds })
                await new DeviceCommands(run.Connect()).ConfirmLinkAsync(node, lease, TimeSpan.FromSeconds(seconds), cancellationToken);
            run.WriteOne(data, Columns, result);
            return ExitCode.Fine;
        }, changes: true);
        return command;
    }
}
