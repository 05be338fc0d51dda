using System.CommandLine;
using Steth.Cli.Rendering;
using Steth.Controller.Collection;
using Steth.Diagnosis.Verdicts;

namespace Steth.Cli.Commands;

/// <summary><c>end-lease AGENT LEASE</c>.</summary>
public static class EndLeaseCommand
{
    private static readonly Column<string>[] Columns =
    [
        new("lease_id", "Lease", lease => Cell.Text(lease)),
        new("ended", "Ended", _ => Cell.Flag(true)),
    ];

    /// <summary>Makes the command.</summary>
    public static Command Create(CommandHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        var agent = Arguments.Agent();
        var lease = new Argument<string>("LEASE") { Description = "The lease's id, as 'steth leases' shows it" };
        var command = new Command("end-lease", "Undo now what a lease of an agent covers") { agent, lease };
        var data = DataOptions.ForShow(command, Columns.Select(column => column.Key));
        host.Handle(command, async (run, cancellationToken) =>
        {
            var node = run.Node(agent);
            var id = run.Get(lease)!;
            await new LeaseSurvey(run.Calls).EndAsync(node, id, cancellationToken);
            run.WriteOne(data, Columns, id);
            return ExitCode.Fine;
        }, changes: true);
        return command;
    }
}
