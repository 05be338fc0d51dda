using System.CommandLine;
using System.Globalization;
using Steth.Cli.Rendering;
using Steth.Contracts.Operations;
using Steth.Controller.Collection;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Verdicts;

namespace Steth.Cli.Commands;

/// <summary><c>check-iperf SERVER_AGENT CLIENT_AGENT</c>. The options' underscored names are the original's.</summary>
public static class CheckIperfCommand
{
    private static readonly Column<IperfRow>[] Columns =
    [
        new("network", "Network", row => Cell.Text(row.Network)),
        new("protocol", "Protocol", row => Cell.Text(row.Protocol == IperfProtocol.Udp ? "UDP" : "TCP")),
        new("bits_per_second", "Throughput",
            row => Cell.Real(row.Result?.BitsPerSecond, 0).ShownAs(Units.BitRate(row.Result?.BitsPerSecond))),
        new("retransmits", "Retransmits", row => Cell.Whole(row.Result?.Retransmits)),
        new("jitter_ms", "Jitter", row => Cell.Real(row.Result?.JitterMs).ShownAs(Units.Milliseconds(row.Result?.JitterMs))),
        new("loss_percent", "Loss", row => Cell.Real(row.Result?.LossPercent).ShownAs(Units.Percent(row.Result?.LossPercent))),
    ];

    /// <summary>Makes the command.</summary>
    public static Command Create(CommandHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        var server = Arguments.Agent("SERVER_AGENT", "The node that receives: its name, id or address");
        var client = Arguments.Agent("CLIENT_AGENT", "The node that sends");
        var network = new Option<string>("--iperf_server_type", "--iperf-server-type")
        {
            Description = "Over which network: mgmt, net, storage, another type of the configuration, others (all but those three), all",
            HelpName = "TYPE",
            DefaultValueFactory = _ => "mgmt",
        };
        var serverProtocol = Protocol("server", "The server's protocol; iperf3 serves both");
        var clientProtocol = Protocol("client", "The client's protocol");
        var serverPort = Options.Whole("--server_port", "Where the server listens", 5001, 1, 65535, "--server-port");
        var clientPort = Options.Whole("--client_port", "Where the client connects to; the server's port", 5001, 1, 65535, "--client-port");
        var seconds = Options.Whole("--client_timeout", "How long to send, in seconds", 5, 1, 3600, "--client-timeout");
        var parallel = Options.Whole("--client_parallel", "Streams at once", 1, 1, 128, "--client-parallel");
        var bandwidth = Bandwidth();
        var command = new Command("check-iperf", "Measure the throughput from one node to another")
        {
            server, client, network, serverProtocol, serverPort, clientProtocol, clientPort, seconds, parallel, bandwidth,
        };
        var data = DataOptions.ForList(command, Columns.Select(column => column.Key));
        host.Handle(command, async (run, cancellationToken) =>
        {
            if (Differ(run, serverPort, clientPort))
                throw new UsageException("--server_port and --client_port differ; the client connects to the port the server listens on.");
            if (Differ(run, serverProtocol, clientProtocol))
                throw new UsageException("--server_protocol and --client_protocol differ; both ends speak the same one.");
            var nodes = run.Nodes(server, client);
            var choice = run.Get(network)!;
            if (IperfCheck.Choose(nodes[0], choice).Count == 0)
                throw new UsageException(NoNetwork(nodes[0], choice));
            var request = new IperfCheckRequest
            {
                Server = nodes[0],
                Client = nodes[1],
                Network = choice,
                Protocol = Either(run, clientProtocol, serverProtocol) == "UDP" ? IperfProtocol.Udp : IperfProtocol.Tcp,
                Port = Either(run, clientPort, serverPort),
                Seconds = run.Get(seconds),
                Parallel = run.Parsed.GetResult(parallel) is { Implicit: false } ? run.Get(parallel) : null,
                BandwidthBps = run.Get(bandwidth),
            };
            run.Progress.Report(0, $"{nodes[1].Name} to {nodes[0].Name}");
            var result = await new IperfCheck(run.Calls).RunAsync(request, step => Show(run.Progress, step), cancellationToken);
            run.WriteList(data, Columns, result.Rows);
            // Who was silent is said below.
            foreach (var row in result.Rows
                .Where(row => row.Reason is not null && result.Unreachable.All(node => node.Reason != row.Reason)))
                run.Diagnostics.Note($"{row.Network}: {row.State.ToText()}: {row.Reason}");
            return Silence.CodeOr(run, result.Unreachable, nodes.Count, ExitCode.For(result.Rows.Select(row => row.State)));
        });
        return command;
    }

    /// <summary>Bits a second with an optional k, M, G or T, as iperf takes it: <c>100M</c>.</summary>
    public static bool TryParseBandwidth(string text, out long bitsPerSecond)
    {
        ArgumentNullException.ThrowIfNull(text);
        bitsPerSecond = 0;
        var factor = text.Length == 0
            ? 1
            : char.ToUpperInvariant(text[^1]) switch { 'K' => 1e3, 'M' => 1e6, 'G' => 1e9, 'T' => 1e12, _ => 1 };
        var digits = factor > 1 ? text[..^1] : text;
        if (!double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || number * factor is < 1 or > 1e15)
            return false;
        bitsPerSecond = (long)Math.Round(number * factor);
        return true;
    }

    private static Option<string> Protocol(string end, string description) =>
        Options.Choice($"--{end}_protocol", description, "TCP", ["TCP", "UDP"], $"--{end}-protocol");

    private static Option<long?> Bandwidth() => new("--client_bandwidth", "--client-bandwidth")
    {
        Description = "Rate to send at, in bit/s a stream: 500k, 100M, 2.5G; TCP sends as fast as it can without it",
        HelpName = "RATE",
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (TryParseBandwidth(text, out var rate))
                return rate;
            result.AddError($"--client_bandwidth: '{text}' is not a rate in bit/s; expected one as in 500k, 100M or 2.5G.");
            return null;
        },
    };

    // Given on either end, it holds for both.
    private static T Either<T>(CommandRun run, Option<T> first, Option<T> second) =>
        run.Parsed.GetResult(first) is { Implicit: false } ? run.Get(first)! : run.Get(second)!;

    private static bool Differ<T>(CommandRun run, Option<T> a, Option<T> b) =>
        run.Parsed.GetResult(a) is { Implicit: false } && run.Parsed.GetResult(b) is { Implicit: false }
        && !EqualityComparer<T>.Default.Equals(run.Get(a), run.Get(b));

    private static string NoNetwork(Node server, string choice) =>
        $"--iperf_server_type: {server.Name} has no address on '{choice}'; it "
        + $"is on {string.Join(", ", server.Networks.Select(place => place.Type))}.";

    private static void Show(Progress progress, IperfProgress step) => progress.Report(
        (step.Index + Math.Min(1, step.ElapsedSeconds / step.Seconds)) / step.Count,
        step.BitsPerSecond is { } rate ? $"{step.Network} {Units.BitRate(rate)}" : step.Network);
}
