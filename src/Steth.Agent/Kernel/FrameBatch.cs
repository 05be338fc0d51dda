using System.Runtime.InteropServices;

namespace Steth.Agent.Kernel;

/// <summary>Frames that one call hands to the kernel (sendmmsg(2)): room for some of one size, at addresses that do not move.</summary>
public sealed unsafe class FrameBatch
{
    private readonly byte[] _memory;
    private readonly byte* _frames;

    /// <summary>Makes room.</summary>
    /// <param name="frames">How many frames.</param>
    /// <param name="length">Bytes of each, from the Ethernet header on.</param>
    public FrameBatch(int frames, int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(frames, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        (Capacity, Length) = (frames, length);
        var (slotsLength, segmentsLength) = (frames * sizeof(MessageSlot), frames * sizeof(Segment));
        _memory = GC.AllocateArray<byte>(slotsLength + segmentsLength + frames * length, pinned: true);
        var start = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_memory, 0);
        Slots = (MessageSlot*)start;
        var segments = (Segment*)(start + slotsLength);
        _frames = start + slotsLength + segmentsLength;
        for (var i = 0; i < frames; i++)
        {
            segments[i] = new Segment { Start = _frames + i * length, Length = (nuint)length };
            Slots[i].Segments = segments + i;
            Slots[i].SegmentCount = 1;
        }
    }

    /// <summary>How many frames fit.</summary>
    public int Capacity { get; }

    /// <summary>Bytes of each.</summary>
    public int Length { get; }

    /// <summary>For sendmmsg, while this is alive.</summary>
    internal MessageSlot* Slots { get; }

    /// <summary>The bytes of a frame, to be written.</summary>
    public Span<byte> this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Capacity);
            return new Span<byte>(_frames + index * Length, Length);
        }
    }

    /// <summary>struct iovec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Segment
    {
        public byte* Start;
        public nuint Length;
    }

    /// <summary>struct mmsghdr, its msghdr laid out flat.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct MessageSlot
    {
        public byte* Address;
        public uint AddressLength;
        public Segment* Segments;
        public nuint SegmentCount;
        public byte* Control;
        public nuint ControlLength;
        public int Flags;
        private readonly int _endOfHeader;
        public uint Sent;
    }
}
