using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Steth.Contracts;
using Steth.Packets.Ip;
using static Steth.Agent.Kernel.Icmp.IcmpNative;

namespace Steth.Agent.Kernel.Icmp;

/// <summary>One raw ICMP or ICMPv6 socket, never waiting: sends one message a call, receives a batch a call. For one thread.</summary>
internal sealed unsafe class IcmpSocket : IDisposable
{
    private const int BatchSize = 64;

    /// <summary>IP header with options, the error's own, the quoted IP header and echo: what is behind is not looked at.</summary>
    private const int PacketLength = 256;

    private const int ControlLength = 64;
    private const int TimestampControlLength = 32;
    private const int MinBuffer = 1 << 20;
    private const int MaxBuffer = 16 << 20;

    /// <summary>What the kernel charges a queued packet beside its bytes, rounded up.</summary>
    private const int PacketOverhead = 1024;

    private readonly SafeFileHandle _socket;
    private readonly byte[] _memory;
    private readonly MessageSlot* _slots;
    private readonly byte* _packets;
    private readonly byte* _addresses;
    private readonly byte* _controls;

    private IcmpSocket(SafeFileHandle socket, bool isV6)
    {
        _socket = socket;
        IsV6 = isV6;
        var slotsLength = BatchSize * sizeof(MessageSlot);
        var segmentsLength = BatchSize * sizeof(Segment);
        _memory = GC.AllocateArray<byte>(
            slotsLength + segmentsLength + BatchSize * (PacketLength + ControlLength + SocketAddress.MaxLength), pinned: true);
        var start = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_memory, 0);
        _slots = (MessageSlot*)start;
        var segments = (Segment*)(start + slotsLength);
        _controls = start + slotsLength + segmentsLength;
        _packets = _controls + BatchSize * ControlLength;
        _addresses = _packets + BatchSize * PacketLength;
        for (var i = 0; i < BatchSize; i++)
        {
            segments[i] = new Segment { Start = _packets + i * PacketLength, Length = PacketLength };
            _slots[i].Segments = segments + i;
            _slots[i].SegmentCount = 1;
        }
    }

    /// <summary>Speaks ICMPv6.</summary>
    public bool IsV6 { get; }

    /// <summary>For poll(2), while this is not disposed.</summary>
    public int Descriptor => (int)_socket.DangerousGetHandle();

    /// <summary>Opens a socket in the calling thread's network namespace.</summary>
    /// <returns>Null when the host does not speak this IP version.</returns>
    /// <exception cref="OperationException">
    /// PermissionDenied without CAP_NET_RAW; NoSuchDevice; ToolFailed with the kernel's words.
    /// </exception>
    public static IcmpSocket? Open(bool v6, EchoSettings settings)
    {
        var socket = new SafeFileHandle(
            Socket(v6 ? FamilyV6 : FamilyV4, RawCloseOnExec, (int)(v6 ? IpProtocol.IcmpV6 : IpProtocol.Icmp)), ownsHandle: true);
        if (socket.IsInvalid)
        {
            var error = Marshal.GetLastPInvokeError();
            return error == Eafnosupport ? null : throw Failed(error);
        }
        try
        {
            Configure(socket, v6, settings);
            return new IcmpSocket(socket, v6);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends one message.</summary>
    /// <returns>0, or the kernel's errno.</returns>
    public int Send(ReadOnlySpan<byte> message, ReadOnlySpan<byte> address)
    {
        while (SendTo(_socket, message, (nuint)message.Length, DontWait, address, address.Length) < 0)
        {
            if (Marshal.GetLastPInvokeError() is var error and not Eintr)
                return error;
        }
        return 0;
    }

    /// <summary>Takes what has come, at most a batch.</summary>
    /// <returns>How many; their contents stand until the next call.</returns>
    public int Receive()
    {
        for (var i = 0; i < BatchSize; i++)
        {
            _slots[i].Address = _addresses + i * SocketAddress.MaxLength;
            _slots[i].AddressLength = SocketAddress.MaxLength;
            _slots[i].Control = _controls + i * ControlLength;
            _slots[i].ControlLength = ControlLength;
        }
        return Math.Max(0, ReceiveMany(_socket, _slots, BatchSize, DontWait, 0));
    }

    /// <summary>A received packet: from its IP header (IPv4) or its ICMPv6 header.</summary>
    public ReadOnlySpan<byte> Packet(int slot) => new(_packets + slot * PacketLength, (int)_slots[slot].Received);

    /// <summary>Its sender as struct sockaddr.</summary>
    public ReadOnlySpan<byte> Sender(int slot) => new(_addresses + slot * SocketAddress.MaxLength, SocketAddress.MaxLength);

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

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private static void Configure(SafeFileHandle socket, bool v6, EchoSettings settings)
    {
        var buffer = (int)Math.Clamp((long)settings.Targets * (settings.Size + PacketOverhead), MinBuffer, MaxBuffer);
        // The forced sizes pass net.core.*mem_max and need CAP_NET_ADMIN; without it, as much as the host allows.
        if (!Set(socket, LevelSocket, ReceiveBufferForce, buffer))
            Set(socket, LevelSocket, ReceiveBuffer, buffer);
        if (!Set(socket, LevelSocket, SendBufferForce, buffer))
            Set(socket, LevelSocket, SendBuffer, buffer);
        var configured = EchoReplyFilter.Attach(socket, v6, settings.Identifier)
            && Set(socket, LevelSocket, TimestampNs, 1)
            && (!settings.Broadcast || Set(socket, LevelSocket, Broadcast, 1));
        if (configured && settings.DontFragment)
        {
            configured = v6
                ? Set(socket, LevelIpv6, Ipv6MtuDiscover, PathMtuDo) && Set(socket, LevelIpv6, Ipv6DontFragment, 1)
                : Set(socket, LevelIp, IpMtuDiscover, PathMtuDo);
        }
        if (!configured)
            throw Failed(Marshal.GetLastPInvokeError());
        if (settings.Interface is not { } device)
            return;
        var name = Encoding.UTF8.GetBytes($"{device}\0");
        if (SetOption(socket, LevelSocket, BindToDevice, name, name.Length) == 0)
            return;
        var error = Marshal.GetLastPInvokeError();
        throw error == Enodev ? Devices.Missing(device, settings.Namespace) : Failed(error);
    }

    private static bool Set(SafeFileHandle socket, int level, int name, int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return SetOption(socket, level, name, bytes, bytes.Length) == 0;
    }

    private static OperationException Failed(int error) => error is Eperm or Eacces
        ? new OperationException(OperationErrorCode.PermissionDenied, "The agent may not open a raw ICMP socket: it needs CAP_NET_RAW.")
        : new OperationException(
            OperationErrorCode.ToolFailed, $"The kernel refused a raw ICMP socket: {Marshal.GetPInvokeErrorMessage(error)}.");
}
