using System.CommandLine;
using System.Globalization;
using Steth.Cli.Rendering;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Verdicts;
using Steth.Packets.Pcap;

namespace Steth.Cli.Commands;

/// <summary><c>capture AGENT INTERFACE [FILTER]</c>.</summary>
public static class CaptureCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CommandHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        var agent = Arguments.Agent(description: "The node to capture on: its name, id or address");
        var device = Arguments.Device("INTERFACE", "The interface to listen on");
        var filter = new Argument<string>("FILTER")
        {
            Description = "Which frames, as pcap-filter(7) says: 'udp port 67'; everything without it",
            Arity = ArgumentArity.ZeroOrOne,
            DefaultValueFactory = _ => "",
        };
        var netns = Options.Parsed<NamespaceName>("--namespace", "NS", "The interface is in this network namespace of the node");
        var seconds = Options.Whole("--seconds", "End after so many seconds", 10, 1, 3600);
        var count = Options.Whole("--count", "End after so many frames", 1000, 1, 1_000_000);
        var snap = Options.Whole("--snaplen", "Bytes kept of each frame", 1024, 64, 65535);
        var payload = new Option<bool>("--payload")
        {
            Description = "What the frames carry, too; needs a certificate with the right to it",
        };
        var file = new Option<string>("--write", "-w")
        {
            Description = "Write the frames to FILE as pcapng instead; - is stdout",
            HelpName = "FILE",
        };
        var command = new Command("capture", "Show the frames that cross an interface of a node, as they come; Ctrl-C ends it")
        {
            agent, device, filter, netns, seconds, count, snap, payload, file,
        };
        host.Handle(command, async (run, cancellationToken) =>
        {
            var node = run.Node(agent);
            var parameters = new CaptureRunParams
            {
                Points = [new CapturePoint { Device = run.Get(device), Namespace = run.Get(netns) }],
                Filter = run.Get(filter),
                Seconds = run.Get(seconds),
                MaxFrames = run.Get(count),
                SnapLength = run.Get(snap),
                Payload = run.Get(payload),
            };
            using var sink = FrameSink.Open(run, run.Get(file), node, parameters);
            return await CaptureAsync(run, node, parameters, sink, cancellationToken);
        });
        return command;
    }

    private static async Task<int> CaptureAsync(
        CommandRun run, Node node, CaptureRunParams parameters, FrameSink sink, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, run.Streams.ReaderGone);
        var place = $"{node.Name}:{parameters.Points[0].Device}";
        try
        {
            var result = await run.Calls.StreamAsync(
                node, AgentOperations.CaptureRun, parameters, Handle, TimeSpan.FromSeconds(parameters.Seconds), end.Token);
            Say($"{Frames(sink.Frames)} on {place}");
            if (sink.Frames == 0 && !parameters.Payload && parameters.Filter.Contains('[', StringComparison.Ordinal))
                Say("a filter that looks at what frames carry finds nothing without --payload");
            if (result.Points.Sum(point => point.Dropped) is > 0 and var dropped)
                Say(string.Create(
                    CultureInfo.InvariantCulture, $"{dropped} more were dropped by the node's kernel before they could be read"));
            return ExitCode.Fine;
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The usual end of a capture: the operator has seen enough, and everything up to here is shown or in the file.
            Say($"{Frames(sink.Frames)} on {place}, ended early");
            return ExitCode.Fine;
        }

        void Handle(CaptureEvent happened)
        {
            if (happened.Listening)
                run.Progress.Report($"listening on {place}");
            if (happened.Frame is not { } frame)
                return;
            run.Progress.Interrupt(() => sink.Write(frame));
            run.Progress.Report($"listening on {place}, {Frames(sink.Frames)}");
        }

        void Say(string sentence)
        {
            run.Progress.Dispose();
            run.Diagnostics.Note(sentence);
        }
    }

    private static string Frames(int count) => string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? "frame" : "frames")}");

    /// <summary>Where captured frames go: a line each, or a file.</summary>
    private abstract class FrameSink : IDisposable
    {
        /// <summary>How many came.</summary>
        public int Frames { get; private set; }

        public static FrameSink Open(CommandRun run, string? path, Node node, CaptureRunParams parameters)
        {
            if (path is null)
                return new Lines(run.Streams);
            if (path == "-" && run.Streams.OutIsTerminal)
                throw new UsageException("-w -: a capture file is not for a terminal; send stdout to a file or a program, or name a file.");
            var point = parameters.Points[0];
            var name = point.Namespace is { } netns ? $"{node.Name}:{netns}/{point.Device}" : $"{node.Name}:{point.Device}";
            try
            {
                var stream = path == "-"
                    ? (run.Streams.Out as StreamWriter)?.BaseStream
                    : new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read);
                return new PcapFile(
                    stream ?? throw new UsageException("-w -: stdout takes no bytes here; name a file."),
                    new PcapInterface { Name = name, SnapLength = parameters.SnapLength });
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new UsageException($"-w: {path} cannot be opened for writing: {e.Message}");
            }
        }

        public void Write(CapturedFrame frame)
        {
            Frames++;
            Put(frame);
        }

        public abstract void Dispose();

        protected abstract void Put(CapturedFrame frame);
    }

    private sealed class Lines(OutputStreams streams) : FrameSink
    {
        public override void Dispose() => streams.Out.Flush();

        protected override void Put(CapturedFrame frame)
        {
            var way = frame.Direction == FrameDirection.In ? "in " : "out";
            streams.Out.Write(string.Create(CultureInfo.InvariantCulture, $"{frame.At.UtcDateTime:HH:mm:ss.ffffff} "
                + $"{way} {DisplayText.Clean(frame.Summary)}\n"));
            streams.Out.Flush();
        }
    }

    private sealed class PcapFile : FrameSink
    {
        private readonly Stream _stream;
        private readonly PcapNgWriter _writer;
        private readonly int _interface;

        public PcapFile(Stream stream, PcapInterface place)
        {
            _stream = stream;
            _writer = new PcapNgWriter(stream, ProductVersion.Text);
            _interface = _writer.AddInterface(place);
            _writer.Flush();
        }

        public override void Dispose() => _stream.Dispose();

        protected override void Put(CapturedFrame frame)
        {
            _writer.Write(new PcapFrame
            {
                Interface = _interface,
                At = frame.At,
                Length = frame.Length,
                Data = frame.Data,
                Direction = frame.Direction == FrameDirection.In ? PcapDirection.Inbound : PcapDirection.Outbound,
            });
            _writer.Flush();
        }
    }
}
