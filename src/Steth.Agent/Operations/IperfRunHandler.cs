using System.Globalization;
using System.Net.Sockets;
using System.Threading.Channels;
using Steth.Agent.Rpc;
using Steth.Agent.Tools;
using Steth.Agent.Tools.Iperf;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Operations;

/// <summary>Carries <see cref="AgentOperations.IperfRun"/> out.</summary>
public sealed class IperfRunHandler(IToolRunner tools)
{
    /// <summary>
    /// Room for a SYN that is lost once and then again (RFC 6298: 1 s, then 2 s). The kernel itself would try for two minutes.
    /// </summary>
    private static readonly string[] ConnectTimeout = ["--connect-timeout", "5000"];

    /// <summary>
    /// Runs the client. Intervals are reported while it runs by iperf3 3.17 and later and by iperf 2; an older iperf3 tells them, and
    /// they are reported, only when it has ended.
    /// </summary>
    /// <exception cref="OperationException">
    /// InvalidParams, ToolMissing, ToolFailed (with iperf's words), Busy (the server tests already), Timeout.
    /// </exception>
    public async Task<IperfRunResult> HandleAsync(
        IperfRunParams parameters, EventSink<IperfInterval> events, CallContext call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(events);
        Check(parameters);
        var tool = IperfTool.Choose(tools, parameters.Tool);
        try
        {
            var outcome = tool == IperfTool.Iperf2
                ? await RunIperf2Async(parameters, events, cancellationToken)
                : await RunIperf3Async(parameters, events, cancellationToken);
            return Result(parameters, tool, outcome);
        }
        catch (FormatException e)
        {
            throw new OperationException(
                OperationErrorCode.ToolFailed, $"{tool} to {parameters.Server} port {parameters.Port} failed: {e.Message}", e);
        }
    }

    private static void Check(IperfRunParams parameters)
    {
        IperfTool.CheckPort(parameters.Port);
        IperfTool.CheckWindow(parameters.WindowBytes);
        if (parameters.Seconds is < 1 or > 3600)
            throw Invalid($"seconds is {parameters.Seconds}; expected 1-3600.");
        if (parameters.Parallel is < 1 or > 128)
            throw Invalid($"parallel is {parameters.Parallel}; expected 1-128.");
        if (parameters.BandwidthBps < 1)
            throw Invalid($"bandwidth_bps is {parameters.BandwidthBps}; expected at least 1.");
        if (parameters.BindAddress is { } source && source.AddressFamily != parameters.Server.AddressFamily)
            throw Invalid($"bind_address {source} and server {parameters.Server} are not of the same IP version.");
    }

    private static OperationException Invalid(string sentence) => new(OperationErrorCode.InvalidParams, sentence);

    private async Task<IperfOutcome> RunIperf3Async(
        IperfRunParams parameters, EventSink<IperfInterval> events, CancellationToken cancellationToken)
    {
        var usage = await tools.RunAsync(new ToolCommand { Program = IperfTool.Iperf3, Arguments = ["--help"] }, cancellationToken);
        if ((usage.Stdout + usage.Stderr).Contains("--json-stream", StringComparison.Ordinal))
        {
            var streamed = await RunAsync(IperfTool.Iperf3, parameters, ["--json-stream", "--forceflush", .. ConnectTimeout],
                Iperf3Json.ParseStreamedInterval, line => !Iperf3Json.IsStreamedInterval(line), events, cancellationToken);
            return streamed.Stdout.Length > 0 ? Iperf3Json.ParseStream(streamed.Stdout) : Silent(streamed);
        }
        var output = await RunAsync(
            IperfTool.Iperf3, parameters, ["--json", .. ConnectTimeout], _ => null, null, events, cancellationToken);
        if (!output.Stdout.StartsWith('{'))
            return Silent(output);
        var (outcome, intervals) = Iperf3Json.ParseDocument(output.Stdout);
        foreach (var interval in intervals)
            await events(interval, cancellationToken);
        return outcome;
    }

    private async Task<IperfOutcome> RunIperf2Async(
        IperfRunParams parameters, EventSink<IperfInterval> events, CancellationToken cancellationToken)
    {
        List<string> own = ["-f", "b"];
        if (parameters.Seconds > 1)
            own.AddRange(["-i", "1"]);
        if (parameters.Server.AddressFamily == AddressFamily.InterNetworkV6)
            own.Add("-V");
        var output = await RunAsync(
            IperfTool.Iperf2, parameters, own, line => Iperf2Text.ParseInterval(line, parameters.Parallel ?? 1),
            line => !Iperf2Text.IsLaterInterval(line), events, cancellationToken);
        return Iperf2Text.Parse(output.Stdout, output.Stderr);
    }

    /// <summary>Options it refuses are told on standard error, without JSON, before the usage.</summary>
    private static IperfOutcome Silent(ToolOutput output) => new()
    {
        Error = output.Stderr.Split('\n').FirstOrDefault(l => l.Trim().Length > 0)?.Trim()
            ?? $"it ended with exit code {output.ExitCode} and said nothing",
    };

    private async Task<ToolOutput> RunAsync(
        string tool,
        IperfRunParams parameters,
        IReadOnlyList<string> own,
        Func<string, IperfInterval?> parse,
        Func<string, bool>? keep,
        EventSink<IperfInterval> events,
        CancellationToken cancellationToken)
    {
        var intervals = Channel.CreateUnbounded<IperfInterval>();
        void Take(string line)
        {
            if (parse(line) is { } interval)
                intervals.Writer.TryWrite(interval);
        }
        await using var client = await tools.StartAsync(
            new ToolCommand { Program = tool, Arguments = [.. Arguments(parameters), .. own], Keep = keep }, Take, cancellationToken);
        _ = client.Completion.ContinueWith(
            _ => intervals.Writer.Complete(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(parameters.Seconds + 10));
        try
        {
            await foreach (var interval in intervals.Reader.ReadAllAsync(deadline.Token))
                await events(interval, deadline.Token);
            var output = await client.Completion.WaitAsync(deadline.Token);
            return output.IsWhole ? output : throw new OperationException(OperationErrorCode.ToolFailed, ToolRunner.NotWhole(tool));
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new OperationException(OperationErrorCode.Timeout,
                $"{tool} to {parameters.Server} port {parameters.Port} did not end within "
                + $"{parameters.Seconds + 10} s and was stopped; the server does not answer.", e);
        }
    }

    private static List<string> Arguments(IperfRunParams parameters)
    {
        List<string> arguments = ["-c", parameters.Server.ToString(), "-p", Text(parameters.Port), "-t", Text(parameters.Seconds)];
        if (parameters.Protocol == IperfProtocol.Udp)
            arguments.Add("-u");
        if (parameters.Parallel is { } streams)
            arguments.AddRange(["-P", Text(streams)]);
        if (parameters.BandwidthBps is { } bandwidth)
            arguments.AddRange(["-b", Text(bandwidth)]);
        if (parameters.WindowBytes is { } window)
            arguments.AddRange(["-w", Text(window)]);
        if (parameters.BindAddress is { } source)
            arguments.AddRange(["-B", source.ToString()]);
        return arguments;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static IperfRunResult Result(IperfRunParams parameters, string tool, IperfOutcome outcome)
    {
        if (outcome.Error is { } words)
        {
            var code = words.Contains("timed out", StringComparison.OrdinalIgnoreCase) ? OperationErrorCode.Timeout
                : words.Contains("busy", StringComparison.OrdinalIgnoreCase) ? OperationErrorCode.Busy
                : OperationErrorCode.ToolFailed;
            throw new OperationException(code, $"{tool} to {parameters.Server} port {parameters.Port} failed: {words}.");
        }
        return new IperfRunResult
        {
            Protocol = parameters.Protocol,
            Server = parameters.Server,
            BitsPerSecond = outcome.BitsPerSecond,
            Bytes = outcome.Bytes,
            Seconds = outcome.Seconds,
            Retransmits = outcome.Retransmits,
            JitterMs = outcome.JitterMs,
            LossPercent = outcome.LossPercent,
            Tool = tool,
            SenderCpuPercent = outcome.SenderCpuPercent,
            ReceiverCpuPercent = outcome.ReceiverCpuPercent,
        };
    }
}
