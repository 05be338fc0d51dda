using System.CommandLine;
using System.Globalization;
using Steth.Cli.Rendering;
using Steth.Contracts.Operations;
using Steth.Controller.Collection;
using Steth.Diagnosis.Verdicts;

namespace Steth.Cli.Commands;

/// <summary><c>audit</c>.</summary>
public static class AuditCommand
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    private static readonly Column<AuditRow>[] Columns =
    [
        new("at", "At (UTC)", row => Cell.Text(row.Entry.At.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture))
            .ShownAs(row.Entry.At.UtcDateTime.ToString("MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture))),
        new("node", "Node", row => Cell.Text(row.Node)),
        new("who", "Who", row => Cell.Text(row.Entry.Who)),
        new("from", "From", row => Cell.Text(row.Entry.From)),
        new("role", "Role", row => Cell.Text(row.Entry.Role)),
        new("method", "Method", row => Cell.Text(row.Entry.Method)),
        new("target", "Target", row => Cell.Text(row.Entry.Target)),
        new("outcome", "Outcome", row => Outcome(row.Entry.Outcome)),
        new("duration_ms", "Took", row => Cell.Real(row.Entry.DurationMs).ShownAs(Units.Milliseconds(row.Entry.DurationMs))),
        new("reason", "Reason", row => Cell.Text(row.Entry.Reason)),
        new("id", "Id", row => Cell.Text(row.Entry.Id)),
        new("params", "Params", row => Cell.Text(row.Entry.Params)),
    ];

    private static readonly string[] InTable = ["at", "node", "who", "from", "method", "target", "outcome", "duration_ms", "reason"];

    /// <summary>Makes the command.</summary>
    public static Command Create(CommandHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        var since = Moment("--since", "Only calls from then on", host.Services.Time);
        var until = Moment("--until", "Only calls before then", host.Services.Time);
        var who = new Option<string>("--who") { Description = "Only calls of this operator, or from this address", HelpName = "NAME" };
        var method = new Option<string>("--method") { Description = "Only calls of this method, as icmp.ping", HelpName = "METHOD" };
        var refused = new Option<bool>("--refused") { Description = "Only what was refused" };
        var node = Options.Nodes();
        var limit = Options.Whole("--limit", "The newest so many", 100, 1, 10_000);
        var command = new Command("audit", "List who asked what of the agents, and what came of it")
        {
            since, until, who, method, refused, node, limit,
        };
        var data = DataOptions.ForList(command, Columns.Select(column => column.Key));
        host.Handle(command, async (run, cancellationToken) =>
        {
            var nodes = run.NodesOrAll(run.Get(node));
            run.Progress.Report($"asking {nodes.Count} agents");
            var wanted = new AuditReadParams
            {
                Since = run.Get(since),
                Until = run.Get(until),
                Who = run.Get(who),
                Method = run.Get(method),
                Outcome = run.Get(refused) ? AuditOutcome.Refused : null,
                Limit = run.Get(limit),
            };
            var found = await new AuditSurvey(run.Calls).RunAsync(nodes, wanted, cancellationToken);
            run.WriteList(data, Columns, found.Rows, InTable);
            if (found.Matched > found.Rows.Count)
                run.Diagnostics.Note($"the newest {found.Rows.Count} of {found.Matched}; --limit shows more, --since and --who fewer");
            foreach (var problem in found.Problems)
                run.Diagnostics.Note($"{problem.Host}: {problem.Reason}");
            return Silence.CodeOr(run, found.Unreachable, nodes.Count, ExitCode.Fine);
        });
        return command;
    }

    private static Cell Outcome(AuditOutcome outcome) => outcome switch
    {
        AuditOutcome.Ok => Cell.Text("ok").Toned(CellTone.Good),
        AuditOutcome.Refused => Cell.Text("refused").Toned(CellTone.Bad),
        AuditOutcome.Failed => Cell.Text("failed").Toned(CellTone.Bad),
        AuditOutcome.Timeout => Cell.Text("timeout").Toned(CellTone.Doubtful),
        _ => Cell.Text("cancelled").Toned(CellTone.Doubtful),
    };

    /// <summary>A time ago (<c>30s</c>, <c>15m</c>, <c>2h</c>, <c>7d</c>) or a time (ISO 8601; UTC where it names no offset).</summary>
    private static Option<DateTimeOffset?> Moment(string name, string description, TimeProvider time) => new(name)
    {
        Description = $"{description}: so long ago (30s, 15m, 2h, 7d), or a time in UTC (2026-03-01T12:00)",
        HelpName = "TIME",
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (Ago(text) is { } ago)
                return time.GetUtcNow() - ago;
            if (text.Contains('-', StringComparison.Ordinal) && DateTimeOffset.TryParse(
                text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at))
                return at;
            result.AddError($"{name}: '{text}' is no time; expected how long ago, as 30s, 15m, 2h or 7d, "
                + "or a time in UTC, as 2026-03-01T12:00.");
            return null;
        },
    };

    private static TimeSpan? Ago(string text)
    {
        if (text.Length < 2 || !int.TryParse(text.AsSpan(..^1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number > 100_000)
            return null;
        return text[^1] switch
        {
            's' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMinutes(number),
            'h' => TimeSpan.FromHours(number),
            'd' => TimeSpan.FromDays(number),
            _ => null,
        };
    }
}
