using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Steth.Agent.Kernel.Pcap;
using static Steth.Agent.Kernel.Pcap.PcapNative;

namespace Steth.Agent.Kernel.VlanProbing;

/// <summary>
/// Counts the VLAN probes that cross one device, on a thread of its own. Nothing is kept of a frame and nothing queues: what is not
/// seen was either not there or is among the dropped. Owns the device.
/// </summary>
public sealed class VlanProbeListener : IDisposable
{
    /// <summary>
    /// Probes by their place, not by `vlan`: on receipt the kernel has taken the outer tag out of the data, on sending it is in it, and a
    /// second tag stays.
    /// </summary>
    public const string Filter = "ether[12:2] = 0x88b5 or ether[16:2] = 0x88b5 or ether[20:2] = 0x88b5";

    /// <summary>Two tags and the probe.</summary>
    public const int SnapLength = 64;

    private const int MostAtOnce = 8192;
    private const int MostTurns = 64;

    private readonly PcapDevice _device;
    private readonly IDisposable _place;
    private readonly Source[] _sources;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SafeFileHandle? _wake;
    private readonly Thread _thread;
    private bool _stopping;

    /// <summary>Starts to count what a device that listens already receives and sends; when it cannot, the device is disposed.</summary>
    /// <exception cref="Contracts.OperationException">
    /// Busy: as many captures run as may; ToolFailed: the kernel has no descriptor or thread left.
    /// </exception>
    public VlanProbeListener(PcapDevice device, VlanProbeCounts arrived, VlanProbeCounts left)
    {
        ArgumentNullException.ThrowIfNull(device);
        _device = device;
        try
        {
            _place = CaptureRoom.TakeCapture();
        }
        catch
        {
            device.Dispose();
            throw;
        }
        _sources = [new Source(device.Incoming, arrived), new Source(device.Outgoing, left)];
        _thread = new Thread(Read) { IsBackground = true, Name = "vlan probes" };
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

    /// <summary>Done when all that is expected was seen, the device can no longer be read, or <see cref="Stop"/> was called.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Frames the kernel dropped, at most.</summary>
    public long Dropped => _device.Dropped;

    /// <summary>Why the device could not be read to the end (it was deleted); null: it could.</summary>
    public string? Failure { get; private set; }

    /// <summary>Reads what the kernel still holds; then the counts may be read. May be called by any thread, and again.</summary>
    public void Stop()
    {
        if (!Interlocked.Exchange(ref _stopping, true))
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
        _device.Dispose();
        _wake?.Dispose();
        _place.Dispose();
    }

    private unsafe void Read()
    {
        var entries = stackalloc PollEntry[3];
        for (var i = 0; i < 2; i++)
            entries[i] = new PollEntry { Fd = SelectableFd(_sources[i].Handle), Wanted = PollIn };
        entries[2] = new PollEntry { Fd = (int)_wake!.DangerousGetHandle(), Wanted = PollIn };
        while (!Volatile.Read(ref _stopping) && Failure is null && !_sources.All(source => source.Counts.IsComplete))
        {
            _ = Poll(entries, 3, -1);
            for (var i = 0; i < 2 && Failure is null; i++)
            {
                if (entries[i].Happened != 0)
                    Drain(_sources[i]);
            }
        }
        // What is in the rings now; a flood must not keep this from ending.
        foreach (var source in _sources)
        {
            for (var turns = 0; Failure is null && turns < MostTurns && Drain(source) == MostAtOnce; turns++)
            {
            }
        }
        _ended.TrySetResult();
    }

    private unsafe int Drain(Source source)
    {
        var taken = Dispatch(source.Handle, MostAtOnce, &Take, source.Reference);
        if (taken < 0)
            Failure = PcapDevice.Text(LastError(source.Handle));
        return taken;
    }

    [UnmanagedCallersOnly]
    private static unsafe void Take(nint user, FrameHeader* header, byte* data) =>
        ((Source)GCHandle.FromIntPtr(user).Target!).Counts.Take(new ReadOnlySpan<byte>(data, (int)header->Kept));

    // What the callback is told of the handle it is called for.
    private sealed class Source : IDisposable
    {
        private GCHandle _self;

        public Source(PcapHandle handle, VlanProbeCounts counts)
        {
            Handle = handle;
            Counts = counts;
            _self = GCHandle.Alloc(this);
        }

        public PcapHandle Handle { get; }

        public VlanProbeCounts Counts { get; }

        public nint Reference => GCHandle.ToIntPtr(_self);

        public void Dispose() => _self.Free();
    }
}
