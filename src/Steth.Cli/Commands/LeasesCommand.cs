using System.CommandLine;
using System.Globalization;
using Steth.Cli.Rendering;
using Steth.Contracts.Operations;
using Steth.Controller.Collection;
using Steth.Diagnosis.Verdicts;

namespace Steth.Cli.Commands;

/// <summary><c>leases</c>.</summary>
public static class LeasesCommand
{
    private static readonly Column<LeaseRow>[] Columns =
    [
        new("node", "Node", row => Cell.Text(row.Node)),
        new("covers", "Covers", row => Cell.Text(row.Lease.Covers)),
        new("holder", "Holder", row => Cell.Text(row.Lease.Holder)),
        new("state", "State", row => State(row.Lease.State)),
        new("expires_at", "Until (UTC)", row => Cell.Text(Text(row.Lease.ExpiresAt, "yyyy-MM-dd'T'HH:mm:ss'Z'"))
            .ShownAs(Text(row.Lease.ExpiresAt, "MM-dd HH:mm:ss"))),
        new("lease_id", "Lease", row => Cell.Text(row.Lease.LeaseId)),
    ];

    /// <summary>Makes the command.</summary>
    public static Command Create(CommandHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        var node = Options.Nodes();
        var command = new Command("leases", "List what the agents will undo, whose it is, and when") { node };
        var data = DataOptions.ForList(command, Columns.Select(column => column.Key));
        host.Handle(command, async (run, cancellationToken) =>
        {
            var nodes = run.NodesOrAll(run.Get(node));
            run.Progress.Report($"asking {nodes.Count} agents");
            var found = await new LeaseSurvey(run.Calls).ListAsync(nodes, cancellationToken);
            run.WriteList(data, Columns, found.Rows);
            var stuck = found.Rows.Where(row => row.Lease.State == LeaseState.Stuck).Select(row => row.Node).Distinct().ToList();
            if (stuck.Count > 0)
            {
                run.Diagnostics.Note("stuck: has ended and could not be undone yet; "
                    + $"'journalctl -u steth-agent' on {string.Join(", ", stuck)} says why");
            }
            return Silence.CodeOr(run, found.Unreachable, nodes.Count, ExitCode.Fine);
        });
        return command;
    }

    private static string Text(DateTimeOffset at, string format) => at.UtcDateTime.ToString(format, CultureInfo.InvariantCulture);

    private static Cell State(LeaseState state) => state switch
    {
        LeaseState.Held => Cell.Text("held"),
        LeaseState.Unconfirmed => Cell.Text("unconfirmed").Toned(CellTone.Doubtful),
        LeaseState.Changing => Cell.Text("changing").Toned(CellTone.Doubtful),
        _ => Cell.Text("stuck").Toned(CellTone.Bad),
    };
}
