using System.Text;

namespace Steth.Cli.Rendering;

/// <summary>
/// Takes UTF-8 in pieces of any size and writes it as <see cref="DisplayText.Escape"/> has it: a large document is never whole in memory.
/// </summary>
internal sealed class EscapedStream(TextWriter output) : Stream
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        // A character whose bytes are split between two pieces waits in the decoder.
        var text = new char[_decoder.GetCharCount(buffer, flush: false)];
        var length = _decoder.GetChars(buffer, text, flush: false);
        output.Write(DisplayText.Escape(new string(text, 0, length)));
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();
}
