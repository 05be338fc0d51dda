using System.Buffers;
using System.Text;
using Steth.Agent.Limits;

namespace Steth.Agent.Tools;

/// <summary>Reads one output of a program to its end, keeps a bounded part, and hands out lines as they come.</summary>
internal sealed class OutputDrain
{
    private const int LongestLine = 64 * 1024;

    /// <summary>
    /// Output, its text, what is parsed of it and the answer take this many times its bytes: a dump of 100,000 flows, of which more is made
    /// than of any, needs a heap of some 200 MB for its 20.
    /// </summary>
    private const int MemoryFactor = 10;

    private readonly ArrayBufferWriter<byte> _kept = new();
    private readonly int _limit;
    private readonly CallMemory _memory;
    private readonly Action<string>? _onLine;
    private readonly Func<string, bool>? _keep;
    private readonly StringBuilder _line = new();
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private bool _forgotten;
    private bool _lineGoesOn;
    private bool _lineIsKept;

    /// <summary>Starts reading.</summary>
    /// <param name="stream">What to read.</param>
    /// <param name="limit">Bytes kept; the rest is read and thrown away, so that the program never blocks on a full pipe.</param>
    /// <param name="memory">Of this is taken what is kept; what finds no room is thrown away, too.</param>
    /// <param name="onLine">Gets each line without its end; lines over 64 KiB come in pieces.</param>
    /// <param name="keep">Says by a line, or its first 64 KiB, whether it is kept; null: all are.</param>
    public OutputDrain(Stream stream, int limit, CallMemory memory, Action<string>? onLine, Func<string, bool>? keep)
    {
        _memory = memory;
        _limit = limit;
        _onLine = onLine;
        _keep = keep;
        Completion = Task.Run(() => DrainAsync(stream));
    }

    /// <summary>Completes at the end of the output.</summary>
    public Task Completion { get; }

    /// <summary>More came than was kept.</summary>
    public bool Overflowed { get; private set; }

    /// <summary>What was kept; to be read after <see cref="Completion"/> or when reading was given up.</summary>
    public string Text
    {
        get
        {
            lock (_kept)
                return Encoding.UTF8.GetString(_kept.WrittenSpan);
        }
    }

    /// <summary>Nobody reads <see cref="Text"/> any more, and nothing more is kept.</summary>
    public void Forget()
    {
        lock (_kept)
        {
            _kept.Clear();
            _forgotten = true;
        }
    }

    private async Task DrainAsync(Stream stream)
    {
        var buffer = new byte[32 * 1024];
        try
        {
            while (await stream.ReadAsync(buffer) is var count and > 0)
                Take(buffer.AsSpan(0, count));
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The pipe was closed under us because the program is given up; what came so far stands.
        }
        finally
        {
            // Process.Dispose leaves a stream open that somebody asked it for: two descriptors a program, until a collection.
            await stream.DisposeAsync();
        }
        if (_line.Length > 0)
            Tell(isWhole: false);
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        if (_keep is null)
            Keep(bytes);
        if (_onLine is null && _keep is null)
            return;
        var chars = new char[Encoding.UTF8.GetMaxCharCount(bytes.Length)];
        foreach (var c in chars.AsSpan(0, _decoder.GetChars(bytes, chars, flush: false)))
        {
            if (c != '\n')
                _line.Append(c);
            if (c == '\n' || _line.Length >= LongestLine)
                Tell(isWhole: c == '\n');
        }
    }

    private void Tell(bool isWhole)
    {
        var line = _line.ToString();
        _line.Clear();
        _onLine?.Invoke(line);
        if (_keep is null)
            return;
        if (!_lineGoesOn)
            _lineIsKept = _keep(line);
        if (_lineIsKept)
            Keep(Encoding.UTF8.GetBytes(isWhole ? line + '\n' : line));
        _lineGoesOn = !isWhole;
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        lock (_kept)
        {
            var room = Math.Min(bytes.Length, _limit - _kept.WrittenCount);
            if (_forgotten || !_memory.TryTake((long)MemoryFactor * room))
                room = 0;
            _kept.Write(bytes[..room]);
            Overflowed |= room < bytes.Length;
        }
    }
}
