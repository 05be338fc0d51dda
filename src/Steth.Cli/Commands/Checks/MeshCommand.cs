using System.CommandLine;
using System.Globalization;
using Steth.Cli.Rendering;
using Steth.Cli.Rendering.Checks;
using Steth.Controller.Checks.Mesh;
using Steth.Diagnosis.Readiness.Mesh;

namespace Steth.Cli.Commands.Checks;

/// <summary><c>check mesh</c>: loss and latency between all nodes.</summary>
public static class MeshCommand
{
    private static readonly Column<MeshResult>[] Columns =
    [
        new("from", "From", row => Cell.Text(row.From)),
        new("to", "To", row => Cell.Text(row.To)),
        new("network", "Network", row => Cell.Text(row.Network)),
        new("ip_version", "IP", row => Cell.Whole(row.IpVersion)),
        new("sent", "Sent", row => Cell.Whole(row.Sent)),
        new("received", "Received", row => Cell.Whole(row.Received)),
        new("loss_percent", "Loss %", row => Cell.Real(row.LossPercent, 2)),
        new("lost_there", "Lost there", row => Cell.Whole(row.LostThere)),
        new("lost_back", "Lost back", row => Cell.Whole(row.LostBack)),
        new("rtt_p50_ms", "RTT p50 ms", row => Cell.Real(row.RttP50Ms)),
        new("rtt_p99_ms", "RTT p99 ms", row => Cell.Real(row.RttP99Ms)),
        new("jitter_ms", "Jitter ms", row => Cell.Real(row.JitterMs)),
        new("reordered", "Reordered", row => Cell.Whole(row.Reordered)),
        new("duplicates", "Duplicates", row => Cell.Whole(row.Duplicates)),
        new("state", "State", row => Tones.State(row.State)),
        new("reason", "Reason", row => Cell.Text(row.Reason)),
    ];

    /// <summary>Makes the command.</summary>
    public static Command Create(CommandHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        var standard = new MeshThresholds();
        var command = new Command("mesh", "Measure loss, latency and jitter between all nodes at once, on every network, each way");
        var count = Options.Whole("--count", "Probes from each node to each other; pairs in doubt get five times as many more", 10, 1,
            1000);
        var interval = Options.Whole("--interval", "Milliseconds between two probes to one node", 20, 0, 60_000);
        var port = Options.Whole("--udp-port", "UDP port the nodes answer on; 0: any that is free", MeshRequest.DefaultPort, 0,
            ushort.MaxValue);
        var loss = Options.Number("--loss",
            $"Percent lost that is too much; else loss_percent of [checks], else {standard.LossPercent}", 0, 100);
        var rtt = Options.Number(
            "--rtt", $"Milliseconds that 99% of round trips must not exceed; else rtt_p99_ms of [checks], else "
                + $"{standard.RttP99Ms}", 0.001, 60_000);
        var jitter = Options.Number(
            "--jitter", $"Milliseconds of jitter that are too many; else jitter_ms of [checks], else {standard.JitterMs}", 0.001, 60_000);
        foreach (var option in new Option[] { count, interval, port, loss, rtt, jitter })
            command.Add(option);
        var options = new CheckOptions(command, probes: true);
        host.Handle(command, async (run, cancellationToken) =>
        {
            var asked = options.Read(run);
            var request = Request(asked);
            request = request with
            {
                Count = run.Get(count),
                IntervalMs = run.Get(interval),
                Port = run.Get(port),
                Thresholds = request.Thresholds with
                {
                    LossPercent = run.Get(loss) ?? request.Thresholds.LossPercent,
                    RttP99Ms = run.Get(rtt) ?? request.Thresholds.RttP99Ms,
                    JitterMs = run.Get(jitter) ?? request.Thresholds.JitterMs,
                },
            };
            return asked.Write(await RunAsync(asked, request, cancellationToken));
        });
        return command;
    }

    /// <summary>What is asked where the command line says nothing else.</summary>
    internal static MeshRequest Request(CheckRun asked)
    {
        var standard = new MeshThresholds();
        return new MeshRequest
        {
            Networks = asked.Networks,
            Pps = asked.Pps,
            Thresholds = standard with
            {
                LossPercent = asked.Settings.LossPercent ?? standard.LossPercent,
                RttP99Ms = asked.Settings.RttP99Ms ?? standard.RttP99Ms,
                JitterMs = asked.Settings.JitterMs ?? standard.JitterMs,
            },
        };
    }

    /// <summary>Checks.</summary>
    internal static async Task<CheckView> RunAsync(CheckRun asked, MeshRequest request, CancellationToken cancellationToken) =>
        View(await new MeshCheck(asked.Run.Calls).RunAsync(asked.Nodes, request, asked.Show, cancellationToken));

    /// <summary>What a reader wants to see of it.</summary>
    public static CheckView View(MeshReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new CheckView(
            report, PairHeadline.Of(report.Results, r => (r.From, r.To, r.Network, r.State)),
            [new CheckTable("Every directed pair", Sheet.Of(Columns, report.Results, isSingle: false))], [.. Maps(report)]);
    }

    private static IEnumerable<HeatMap> Maps(MeshReport report)
    {
        foreach (var network in report.Results.GroupBy(r => (r.Network, r.IpVersion)))
        {
            var name = network.Key.IpVersion == 6 ? $"{network.Key.Network} (IPv6)" : network.Key.Network;
            string[] nodes = [.. network.SelectMany(r => (string[])[r.From, r.To]).Distinct()];
            var longest = network.Max(r => r.RttP50Ms) ?? 0;
            yield return new HeatMap($"Loss on {name}, %", nodes,
                [.. network.Select(r => new HeatCell(r.From, r.To, r.LossPercent / 100, r.State, Text(r.LossPercent, "%")))]);
            yield return new HeatMap($"Median round trip on {name}, ms", nodes,
                [.. network.Select(r =>
                    new HeatCell(r.From, r.To, longest > 0 ? r.RttP50Ms / longest : r.RttP50Ms, r.State, Text(r.RttP50Ms, " ms")))]);
        }
    }

    private static string Text(double? value, string unit) =>
        value is { } number ? string.Create(CultureInfo.InvariantCulture, $"{number:0.###}{unit}") : "not measured";
}
