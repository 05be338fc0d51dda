using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using static Steth.Agent.Kernel.Sockets.SocketNative;

namespace Steth.Agent.Kernel.Sockets;

/// <summary>
/// What one recvmmsg(2) took from a socket that never waits and stamps what it receives (SO_TIMESTAMPNS): used again by the next, so that
/// a packet costs no allocation. For one thread.
/// </summary>
internal sealed unsafe class ReceivedBatch
{
    private const int BatchSize = 64;
    private const int ControlLength = 64;
    private const int TimestampControlLength = 32;

    private readonly int _packetLength;
    private readonly byte[] _memory;
    private readonly MessageSlot* _slots;
    private readonly byte* _packets;
    private readonly byte* _addresses;
    private readonly byte* _controls;

    /// <summary>Makes room for a batch.</summary>
    /// <param name="packetLength">Bytes kept of each packet.</param>
    public ReceivedBatch(int packetLength)
    {
        _packetLength = packetLength;
        var slotsLength = BatchSize * sizeof(MessageSlot);
        var segmentsLength = BatchSize * sizeof(Segment);
        _memory = GC.AllocateArray<byte>(
            slotsLength + segmentsLength + BatchSize * (packetLength + ControlLength + KernelAddress.MaxLength), pinned: true);
        var start = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_memory, 0);
        _slots = (MessageSlot*)start;
        var segments = (Segment*)(start + slotsLength);
        _controls = start + slotsLength + segmentsLength;
        _packets = _controls + BatchSize * ControlLength;
        _addresses = _packets + BatchSize * packetLength;
        for (var i = 0; i < BatchSize; i++)
        {
            segments[i] = new Segment { Start = _packets + i * packetLength, Length = (nuint)packetLength };
            _slots[i].Segments = segments + i;
            _slots[i].SegmentCount = 1;
        }
    }

    /// <summary>Takes what has come, at most a batch.</summary>
    /// <returns>How many; their contents stand until the next call.</returns>
    public int Receive(SafeFileHandle socket)
    {
        for (var i = 0; i < BatchSize; i++)
        {
            _slots[i].Address = _addresses + i * KernelAddress.MaxLength;
            _slots[i].AddressLength = KernelAddress.MaxLength;
            _slots[i].Control = _controls + i * ControlLength;
            _slots[i].ControlLength = ControlLength;
        }
        return Math.Max(0, ReceiveMany(socket, _slots, BatchSize, DontWait | WholeLength, 0));
    }

    /// <summary>A received packet, or its first bytes.</summary>
    public ReadOnlySpan<byte> Packet(int slot) =>
        new(_packets + slot * _packetLength, (int)Math.Min(_slots[slot].Received, (uint)_packetLength));

    /// <summary>How long it was.</summary>
    public int Length(int slot) => (int)_slots[slot].Received;

    /// <summary>Its sender as struct sockaddr.</summary>
    public ReadOnlySpan<byte> Sender(int slot) =>
        new(_addresses + slot * KernelAddress.MaxLength, (int)Math.Min(_slots[slot].AddressLength, KernelAddress.MaxLength));

    /// <summary>When the kernel received it, by the real-time clock, in 100 ns since 1970; null when the kernel did not say.</summary>
    public long? ReceivedAt(int slot)
    {
        if (_slots[slot].ControlLength < TimestampControlLength)
            return null;
        // struct cmsghdr: length (8), level (4), type (4); then struct timespec.
        var control = new ReadOnlySpan<byte>(_controls + slot * ControlLength, TimestampControlLength);
        if (BinaryPrimitives.ReadInt32LittleEndian(control[8..]) != LevelSocket
            || BinaryPrimitives.ReadInt32LittleEndian(control[12..]) != TimestampNs)
            return null;
        return BinaryPrimitives.ReadInt64LittleEndian(control[16..]) * TimeSpan.TicksPerSecond
            + BinaryPrimitives.ReadInt64LittleEndian(control[24..]) / TimeSpan.NanosecondsPerTick;
    }
}
