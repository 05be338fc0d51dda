using System.Buffers;
using System.IO.Pipelines;

namespace Steth.Controller.Agents;

/// <summary>Reads an answer line by line or as a whole, never more than a bound.</summary>
internal sealed class LineReader(Stream stream, int maxBytes) : IDisposable
{
    private readonly PipeReader _pipe = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 16384, leaveOpen: true));

    /// <summary>The next line without its line feed, the last one also without one in the stream; null at the end.</summary>
    /// <exception cref="InvalidDataException">The line is too long.</exception>
    public async Task<ReadOnlyMemory<byte>?> ReadLineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await _pipe.ReadAsync(cancellationToken);
            if (read.Buffer.PositionOf((byte)'\n') is { } end)
            {
                ReadOnlyMemory<byte> line = read.Buffer.Slice(0, end).ToArray();
                _pipe.AdvanceTo(read.Buffer.GetPosition(1, end));
                return line;
            }
            ThrowIfTooLong(read.Buffer.Length);
            if (read.IsCompleted)
            {
                ReadOnlyMemory<byte> rest = read.Buffer.ToArray();
                _pipe.AdvanceTo(read.Buffer.End);
                // Typed, because null alone would become an empty memory by way of a null array.
                return rest.IsEmpty ? (ReadOnlyMemory<byte>?)null : rest;
            }
            _pipe.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>Everything up to the end.</summary>
    /// <exception cref="InvalidDataException">It is too long.</exception>
    public async Task<ReadOnlyMemory<byte>> ReadToEndAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await _pipe.ReadAsync(cancellationToken);
            ThrowIfTooLong(read.Buffer.Length);
            if (read.IsCompleted)
            {
                var all = read.Buffer.ToArray();
                _pipe.AdvanceTo(read.Buffer.End);
                return all;
            }
            _pipe.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>Gives the buffers back; the stream stays its owner's.</summary>
    public void Dispose() => _pipe.Complete();

    private void ThrowIfTooLong(long length)
    {
        if (length > maxBytes)
            throw new InvalidDataException(
                FormattableString.Invariant($"it sends more than {maxBytes} bytes where one answer was expected"));
    }
}
