using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Microsoft.Win32.SafeHandles;
using Steth.Contracts.Operations;
using static Steth.Agent.Kernel.Pcap.PcapNative;

namespace Steth.Agent.Kernel.Pcap;

/// <summary>
/// Reads the frames of several devices in the order of their time stamps. One thread polls all handles; a reader that falls behind loses
/// the newest frames, which are counted. Owns the devices.
/// </summary>
public sealed class LiveCapture : IDisposable
{
    private const int MostQueuedFrames = 1 << 16;
    private const long MostQueuedBytes = 64 << 20;

    // Bounded, so that a flood on one device does not keep the others waiting.
    private const int MostAtOnce = 8192;
    private const int MostTurns = 64;

    // A frame may reach its ring a little after its time stamp was taken; this long it is held back so that others can overtake it.
    private static readonly TimeSpan _reorderWindow = TimeSpan.FromMilliseconds(4);

    private readonly PcapDevice[] _devices;
    private readonly Source[] _sources;
    private readonly long[] _overflowed;
    private readonly string?[] _failures;
    private readonly Channel<RawFrame> _frames = Channel.CreateUnbounded<RawFrame>(new() { SingleReader = true, SingleWriter = true });
    private readonly PriorityQueue<RawFrame, (DateTimeOffset At, long Taken)> _held = new();
    private readonly SafeFileHandle? _wake;
    private readonly Thread _thread;
    private readonly IDisposable _place;
    private long _queuedBytes;
    private int _queuedFrames;
    private long _taken;
    private bool _stopping;

    /// <summary>Starts to read from devices that listen already; when it cannot, they are disposed.</summary>
    /// <exception cref="Contracts.OperationException">
    /// Busy: as many captures run as may; ToolFailed: the kernel has no descriptor or thread left.
    /// </exception>
    public LiveCapture(IReadOnlyList<PcapDevice> devices)
    {
        _devices = [.. devices];
        try
        {
            _place = CaptureRoom.TakeCapture();
        }
        catch
        {
            foreach (var device in _devices)
                device.Dispose();
            throw;
        }
        _overflowed = new long[_devices.Length];
        _failures = new string?[_devices.Length];
        _sources = [.. _devices.SelectMany((device, point) => new[]
        {
            new Source(this, device.Incoming, point, FrameDirection.In),
            new Source(this, device.Outgoing, point, FrameDirection.Out),
        })];
        _thread = new Thread(Read) { IsBackground = true, Name = "capture" };
        try
        {
            _wake = PcapDevice.Wakener();
            _thread.Start();
        }
        catch
        {
            Free();
            throw;
        }
    }

    /// <summary>The frames until <see cref="Stop"/>, oldest first. One reader at a time.</summary>
    public async IAsyncEnumerable<RawFrame> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var frame in _frames.Reader.ReadAllAsync(cancellationToken))
        {
            var bytes = CaptureRoom.FrameBytes(frame.Data.Length);
            Interlocked.Add(ref _queuedBytes, -bytes);
            CaptureRoom.GiveFramesBack(bytes);
            Interlocked.Decrement(ref _queuedFrames);
            yield return frame;
        }
    }

    /// <summary>Frames of a device that were lost: no room in the kernel's ring, or the reader too slow.</summary>
    public long Dropped(int point) => _devices[point].Dropped + Interlocked.Read(ref _overflowed[point]);

    /// <summary>Why a device can no longer be read (it was deleted); null while it can.</summary>
    public string? Failure(int point) => Volatile.Read(ref _failures[point]);

    /// <summary>
    /// Reads what the kernel still holds and ends the frames; the counters stay readable. May be called by any thread, and again.
    /// </summary>
    public void Stop()
    {
        if (Interlocked.Exchange(ref _stopping, true) == false)
            _ = Write(_wake!, 1, sizeof(ulong));
        _thread.Join();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stop();
        Free();
    }

    private void Free()
    {
        foreach (var source in _sources)
            source.Dispose();
        foreach (var device in _devices)
            device.Dispose();
        _wake?.Dispose();
        CaptureRoom.GiveFramesBack(Interlocked.Exchange(ref _queuedBytes, 0));
        _place.Dispose();
    }

    private unsafe void Read()
    {
        var entries = new PollEntry[_sources.Length + 1];
        for (var i = 0; i < _sources.Length; i++)
            entries[i] = new PollEntry { Fd = SelectableFd(_sources[i].Handle), Wanted = PollIn };
        entries[^1] = new PollEntry { Fd = (int)_wake!.DangerousGetHandle(), Wanted = PollIn };
        while (!Volatile.Read(ref _stopping))
        {
            fixed (PollEntry* first = entries)
                _ = Poll(first, (nuint)entries.Length, _held.Count > 0 ? (int)_reorderWindow.TotalMilliseconds : -1);
            // The kernel stamps frames by this very clock, so no other may be used here.
            var settled = TimeProvider.System.GetUtcNow() - _reorderWindow;
            for (var i = 0; i < _sources.Length; i++)
            {
                if (entries[i].Happened != 0 && Drain(_sources[i]) < 0)
                    entries[i].Fd = -1;
            }
            Release(settled);
        }
        // What is in the rings now; a flood must not keep this from ending.
        foreach (var source in _sources)
        {
            for (var turns = 0; turns < MostTurns && Drain(source) == MostAtOnce; turns++)
            {
            }
        }
        Release(DateTimeOffset.MaxValue);
        _frames.Writer.Complete();
    }

    private unsafe int Drain(Source source)
    {
        var taken = Dispatch(source.Handle, MostAtOnce, &Take, source.Reference);
        if (taken < 0)
            Volatile.Write(ref _failures[source.Point], PcapDevice.Text(LastError(source.Handle)));
        return taken;
    }

    private void Release(DateTimeOffset settled)
    {
        while (_held.TryPeek(out var frame, out var order) && order.At <= settled)
        {
            _held.Dequeue();
            _frames.Writer.TryWrite(frame);
        }
    }

    [UnmanagedCallersOnly]
    private static unsafe void Take(nint user, FrameHeader* header, byte* data)
    {
        var source = (Source)GCHandle.FromIntPtr(user).Target!;
        var capture = source.Capture;
        var kept = (int)header->Kept;
        var bytes = CaptureRoom.FrameBytes(kept);
        if (capture._queuedFrames >= MostQueuedFrames || Interlocked.Read(ref capture._queuedBytes) + bytes > MostQueuedBytes
            || !CaptureRoom.TakeFrames(bytes))
        {
            Interlocked.Increment(ref capture._overflowed[source.Point]);
            return;
        }
        Interlocked.Increment(ref capture._queuedFrames);
        Interlocked.Add(ref capture._queuedBytes, bytes);
        var at = DateTimeOffset.UnixEpoch.AddTicks(
            header->Seconds * TimeSpan.TicksPerSecond + header->Nanoseconds / TimeSpan.NanosecondsPerTick);
        var copy = new ReadOnlySpan<byte>(data, kept).ToArray();
        capture._held.Enqueue(new RawFrame(source.Point, at, source.Direction, (int)header->OnWire, copy), (at, capture._taken++));
    }

    // What the callback is told of the handle it is called for.
    private sealed class Source : IDisposable
    {
        private GCHandle _self;

        public Source(LiveCapture capture, PcapHandle handle, int point, FrameDirection direction)
        {
            Capture = capture;
            Handle = handle;
            Point = point;
            Direction = direction;
            _self = GCHandle.Alloc(this);
        }

        public LiveCapture Capture { get; }

        public PcapHandle Handle { get; }

        public int Point { get; }

        public FrameDirection Direction { get; }

        public nint Reference => GCHandle.ToIntPtr(_self);

        public void Dispose() => _self.Free();
    }
}
