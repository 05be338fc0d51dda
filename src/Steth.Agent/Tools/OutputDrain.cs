using System.Buffers;
using System.Text;
using Steth.Agent.Limits;

namespace Steth.Agent.Tools;

/// <summary>Reads one output of a program to its end, keeps a bounded part, and hands out lines as they come.</summary>
internal sealed class OutputDrain
{
    private const int LongestLine = 64 * 1024;
    private readonly ArrayBufferWriter<byte> _kept = new();
    private readonly int _limit;
    private readonly Quota _room;
    private readonly Action<string>? _onLine;
    private readonly StringBuilder _line = new();
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private bool _forgotten;

    /// <summary>Starts reading.</summary>
    /// <param name="stream">What to read.</param>
    /// <param name="limit">Bytes kept; the rest is read and thrown away, so that the program never blocks on a full pipe.</param>
    /// <param name="room">What the outputs of all programs take together; what finds none is thrown away, too.</param>
    /// <param name="onLine">Gets each line without its end; lines over 64 KiB come in pieces.</param>
    public OutputDrain(Stream stream, int limit, Quota room, Action<string>? onLine)
    {
        _room = room;
        _limit = limit;
        _onLine = onLine;
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

    /// <summary>Gives the room back: nobody reads <see cref="Text"/> any more, and nothing more is kept.</summary>
    public void Forget()
    {
        lock (_kept)
        {
            _room.GiveBack(_kept.WrittenCount);
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
            _onLine?.Invoke(_line.ToString());
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        lock (_kept)
        {
            var room = Math.Min(bytes.Length, _limit - _kept.WrittenCount);
            if (_forgotten || _room.Take(room) != Shortage.None)
                room = 0;
            _kept.Write(bytes[..room]);
            Overflowed |= room < bytes.Length;
        }
        if (_onLine is null)
            return;
        var chars = new char[Encoding.UTF8.GetMaxCharCount(bytes.Length)];
        foreach (var c in chars.AsSpan(0, _decoder.GetChars(bytes, chars, flush: false)))
        {
            if (c != '\n')
                _line.Append(c);
            if (c == '\n' || _line.Length >= LongestLine)
            {
                _onLine(_line.ToString());
                _line.Clear();
            }
        }
    }
}
