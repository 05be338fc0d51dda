using System.Globalization;

namespace Steth.Cli.Rendering;

/// <summary>What a command says beside its data: on stderr as the operator wants it, and all of it into <c>--log-file</c>.</summary>
public sealed class Diagnostics : IDisposable
{
    private readonly Lock _lock = new();
    private readonly OutputStreams _streams;
    private readonly TimeProvider _time;
    private readonly TextWriter? _logFile;
    private readonly bool _quiet;
    private readonly int _verbosity;

    /// <summary>Binds the streams.</summary>
    /// <param name="streams">Where stderr is.</param>
    /// <param name="quiet">Neither notes nor progress.</param>
    /// <param name="verbosity">0: errors and notes; 1: each call; 2: the wire as well.</param>
    /// <param name="logFile">Takes everything up to the wire (without it at verbosity 0 or 1); null: none.</param>
    /// <param name="time">Stamps the log.</param>
    public Diagnostics(OutputStreams streams, bool quiet, int verbosity, TextWriter? logFile, TimeProvider time)
    {
        _streams = streams;
        _quiet = quiet;
        _verbosity = verbosity;
        _logFile = logFile;
        _time = time;
        Progress = new Progress(streams, quiet, time);
    }

    /// <summary>The line that says what goes on.</summary>
    public Progress Progress { get; }

    /// <summary>Whether <see cref="Wire"/> goes anywhere.</summary>
    public bool TracesWire => _verbosity >= 2;

    /// <summary>What prevents a result; always said.</summary>
    public void Error(string sentence) => Say("error", $"steth: {sentence}", true);

    /// <summary>Where an exception came from; a line a frame.</summary>
    public void Trace(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        foreach (var line in exception.ToString().Split('\n'))
            Say("trace", line.TrimEnd(), true);
    }

    /// <summary>What a reader should know beside the data: a verdict, a warning. Silent with -q.</summary>
    public void Note(string sentence) => Say("note", sentence, !_quiet);

    /// <summary>One call to an agent; with -v.</summary>
    public void Call(string line) => Say("call", line, _verbosity >= 1);

    /// <summary>What went over the wire; with -vv or --debug.</summary>
    public void Wire(string line)
    {
        if (TracesWire)
            Say("wire", line, true);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Progress.Dispose();
        _logFile?.Dispose();
    }

    private void Say(string level, string line, bool onError)
    {
        var clean = DisplayText.Clean(line);
        lock (_lock)
        {
            _logFile?.Write(string.Create(CultureInfo.InvariantCulture, $"{_time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} {level} {clean}\n"));
        }
        if (onError)
            Progress.Interrupt(() => _streams.Error.Write(clean + "\n"));
    }
}
