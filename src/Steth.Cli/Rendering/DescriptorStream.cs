using System.Runtime.InteropServices;

namespace Steth.Cli.Rendering;

/// <summary>
/// Standard output or error by write(2). The runtime's own stream hides a reader that went away (EPIPE), and a command that streams would
/// then work on for nobody; this one tells it by <see cref="ReaderGone"/> and drops the rest. It also leaves a terminal alone, where the
/// runtime's switches the keypad mode at its first write.
/// </summary>
public sealed partial class DescriptorStream(int descriptor) : Stream
{
    private const int Eintr = 4;
    private const int Eagain = 11;
    private const int Epipe = 32;
    private const short PollOut = 4;
    private const nuint GetWindowSize = 0x5413;

    private readonly CancellationTokenSource _readerGone = new();

    /// <summary>Cancelled at the first write nobody could read.</summary>
    public CancellationToken ReaderGone => _readerGone.Token;

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Columns of the terminal at the other end; null when there is none or it does not say.</summary>
    public int? TerminalWidth()
    {
        var size = default(WindowSize);
        return ControlDevice(descriptor, GetWindowSize, ref size) == 0 && size.Columns > 0 ? size.Columns : null;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    /// <exception cref="IOException">The data could not be written (a full disk), other than because the reader went away.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0 && !_readerGone.IsCancellationRequested)
        {
            var written = WriteDescriptor(descriptor, buffer, (nuint)buffer.Length);
            if (written >= 0)
            {
                buffer = buffer[(int)written..];
                continue;
            }
            switch (Marshal.GetLastPInvokeError())
            {
                case Eintr:
                    break;
                case Eagain:
                    // Somebody made the shared terminal or pipe non-blocking.
                    var wait = new PollDescriptor { Fd = descriptor, Events = PollOut };
                    _ = PollDescriptors(ref wait, 1, 1000);
                    break;
                case Epipe:
                    _readerGone.Cancel();
                    break;
                case var error:
                    throw new IOException(
                        $"cannot write to standard {(descriptor == 1 ? "output" : "error")}: {Marshal.GetPInvokeErrorMessage(error)}");
            }
        }
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _readerGone.Dispose();
        base.Dispose(disposing);
    }

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteDescriptor(int fd, ReadOnlySpan<byte> buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int PollDescriptors(ref PollDescriptor descriptors, nuint count, int timeoutMilliseconds);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int ControlDevice(int fd, nuint request, ref WindowSize size);

    [StructLayout(LayoutKind.Sequential)]
    private struct WindowSize
    {
        public ushort Rows;
        public ushort Columns;
        public ushort PixelWidth;
        public ushort PixelHeight;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Fd;
        public short Events;
        public short Returned;
    }
}
