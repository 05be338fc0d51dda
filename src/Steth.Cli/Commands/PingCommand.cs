using System.CommandLine;
using Steth.Cli.Rendering;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Controller.Collection;
using Steth.Diagnosis.Verdicts;

namespace Steth.Cli.Commands;

/// <summary><c>ping AGENT DEST[,DEST…]</c>.</summary>
public static class PingCommand
{
    private static readonly Column<PingTargetResult>[] Columns =
    [
        new("destination", "Destination", target => Cell.Text(target.Destination.ToString())),
        new("sent", "Sent", target => Cell.Whole(target.Sent)),
        new("received", "Received", target => Cell.Whole(target.Received)),
        new("loss_percent", "Loss", target => Cell.Real(target.LossPercent).ShownAs(Units.Percent(target.LossPercent)).Toned(Tone(target))),
        new("rtt_avg_ms", "RTT", target => Cell.Real(target.RttAvgMs).ShownAs(Units.Milliseconds(target.RttAvgMs))),
        new("reason", "Reason", target => Cell.Text(target.Reason)),
    ];

    /// <summary>
    /// An address that answers is fine, also with losses; one that never answers failed; one nothing could be sent to is undecided.
    /// </summary>
    public static CheckState Judge(PingTargetResult target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return target.Received > 0 ? CheckState.Pass : target.Sent > 0 ? CheckState.Fail : CheckState.Unknown;
    }

    /// <summary>Makes the command.</summary>
    public static Command Create(CommandHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        var agent = Arguments.Agent(description: "The node to ping from: its name, id or address");
        var targets = Arguments.Addresses("DEST", "Addresses to ping, separated by commas");
        var count = Options.Whole("--count", "Probes to each address", 2, 1, 1000);
        var wait = Options.Seconds("--timeout", "After 'ping': how long to wait for each answer", 2);
        var device = Options.Parsed<DeviceName>("--interface", "IF", "Send by this interface only");
        var netns = Options.Parsed<NamespaceName>("--namespace", "NS", "Send from this network namespace of the node");
        var interval = Options.Seconds("--interval", "Time between two probes to one address", 0.2);
        var size = Options.Whole("--size", "Bytes of payload", 56, 8, 65000);
        var whole = new Option<bool>("--dont-fragment") { Description = "Forbid routers to fragment the probes" };
        var command = new Command("ping", "Ping addresses from a node, all at once; fails when one does not answer at all")
        {
            agent, targets, count, wait, device, netns, interval, size, whole,
        };
        var data = DataOptions.ForList(command, Columns.Select(column => column.Key));
        host.Handle(command, async (run, cancellationToken) =>
        {
            var node = run.Node(agent);
            var destinations = run.Get(targets);
            var parameters = new PingParams
            {
                Targets = destinations,
                Count = run.Get(count),
                IntervalMs = Milliseconds(run.Get(interval)),
                TimeoutMs = Math.Min(60_000, Milliseconds(run.Get(wait))),
                Size = run.Get(size),
                DontFragment = run.Get(whole),
                Interface = run.Get(device),
                Namespace = run.Get(netns),
            };
            var done = 0;
            run.Progress.Report($"pinging {destinations.Count} addresses from {node.Name}");
            var result = await new PingCheck(run.Calls).RunAsync(
                node, parameters, target =>
                    run.Progress.Report(++done / (double)destinations.Count, $"{target.Destination}"), cancellationToken);
            run.WriteList(data, Columns, result.Targets);
            return ExitCode.For(result.Targets.Select(Judge));
        });
        return command;
    }

    private static int Milliseconds(double seconds) => (int)Math.Round(seconds * 1000);

    private static CellTone Tone(PingTargetResult target) => Judge(target) switch
    {
        CheckState.Fail => CellTone.Bad,
        CheckState.Pass when target.Received < target.Sent => CellTone.Doubtful,
        CheckState.Pass => CellTone.Good,
        _ => CellTone.Plain,
    };
}
