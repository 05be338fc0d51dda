using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Steth.Contracts;
using Steth.Contracts.Names;

namespace Steth.Agent.Kernel;

/// <summary>Sends whole Ethernet frames by one device (packet(7), SOCK_RAW); receives nothing.</summary>
public sealed partial class FrameSocket : IDisposable
{
    private const int Eperm = 1;
    private const int Eintr = 4;
    private const int Enxio = 6;
    private const int Eagain = 11;
    private const int Enodev = 19;
    private const int Emsgsize = 90;
    private const int Enetdown = 100;
    private const int Enobufs = 105;
    private const int DontWait = 0x40;

    // A queue that is full for so long, over all frames, does not move.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    private readonly SafeFileHandle _socket;
    private readonly DeviceName _device;
    private readonly string _where;
    private TimeSpan _waited;

    private FrameSocket(SafeFileHandle socket, DeviceName device, string where)
    {
        _socket = socket;
        _device = device;
        _where = where;
    }

    /// <summary>Opens a socket on a device of a namespace; it stays there.</summary>
    /// <exception cref="OperationException">NoSuchDevice (device or namespace); PermissionDenied without CAP_NET_RAW.</exception>
    public static FrameSocket Open(DeviceName device, NamespaceName? inside) => NetworkNamespace.Run(inside, () =>
    {
        var where = $"'{device}' {Devices.Where(inside)}";
        var index = Devices.Index(device, inside);
        const int packetFamily = 17, rawCloseOnExec = 3 | 0x80000, noProtocol = 0;
        var socket = new SafeFileHandle(Socket(packetFamily, rawCloseOnExec, noProtocol), ownsHandle: true);
        if (socket.IsInvalid)
            throw Failed(where, Marshal.GetLastPInvokeError());
        // struct sockaddr_ll: family, protocol, index; the rest stays 0.
        Span<byte> address = stackalloc byte[20];
        address.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(address, packetFamily);
        BinaryPrimitives.WriteInt32LittleEndian(address[4..], index);
        if (Bind(socket, address, address.Length) == 0)
            return new FrameSocket(socket, device, where);
        var error = Marshal.GetLastPInvokeError();
        socket.Dispose();
        throw Failed(where, error);
    });

    /// <summary>The device's MTU in bytes: what a frame may carry behind its header.</summary>
    /// <exception cref="OperationException">NoSuchDevice: it went away.</exception>
    public int ReadMtu()
    {
        // struct ifreq of netdevice(7): the name, then an int.
        const nuint getMtu = 0x8921;
        const int nameLength = 16;
        Span<byte> request = stackalloc byte[40];
        request.Clear();
        Encoding.UTF8.GetBytes(_device.ToString(), request);
        return Control(_socket, getMtu, request) == 0
            ? BinaryPrimitives.ReadInt32LittleEndian(request[nameLength..])
            : throw Failed(_where, Marshal.GetLastPInvokeError());
    }

    /// <summary>Sends one frame from its Ethernet header on, a VLAN tag in place.</summary>
    /// <exception cref="OperationException">
    /// ToolFailed with the kernel's words: device down, queue full for long, frame longer than its MTU; NoSuchDevice: it went away.
    /// </exception>
    public void Send(ReadOnlySpan<byte> frame)
    {
        for (var downBefore = false; Send(_socket, frame, (nuint)frame.Length, DontWait) < 0;)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error is Eagain or Enobufs && _waited < _patience)
            {
                var start = Stopwatch.GetTimestamp();
                Thread.Sleep(1);
                _waited += Stopwatch.GetElapsedTime(start);
            }
            // A device that went down leaves its error on the socket: only the second answer tells how things are now.
            else if (error != Eintr && (error != Enetdown || downBefore))
            {
                throw Failed(_where, error);
            }
            downBefore |= error == Enetdown;
        }
    }

    /// <summary>Sends the first frames of a batch in one call.</summary>
    /// <param name="batch">The frames.</param>
    /// <param name="first">The first of them.</param>
    /// <param name="count">How many.</param>
    /// <returns>How many the kernel took; fewer when the device's queue is full: try the rest a little later.</returns>
    /// <exception cref="OperationException">As <see cref="Send(ReadOnlySpan{byte})"/>, when it took none.</exception>
    public unsafe int Send(FrameBatch batch, int first, int count)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first + count, batch.Capacity);
        for (var downBefore = false; ;)
        {
            if (SendMany(_socket, batch.Slots + first, (uint)count, DontWait) is var sent and >= 0)
            {
                GC.KeepAlive(batch);
                return sent;
            }
            var error = Marshal.GetLastPInvokeError();
            if (error is Eagain or Enobufs)
                return 0;
            if (error != Eintr && (error != Enetdown || downBefore))
                throw Failed(_where, error);
            downBefore |= error == Enetdown;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private static OperationException Failed(string where, int error) => error switch
    {
        Eperm => new OperationException(
            OperationErrorCode.PermissionDenied, $"The agent may not send frames on {where}; run it with CAP_NET_RAW."),
        Enodev or Enxio => new OperationException(OperationErrorCode.NoSuchDevice, $"The network device {where} went away."),
        Enetdown => new OperationException(OperationErrorCode.ToolFailed, $"Cannot send on {where}: the device is down."),
        Eagain or Enobufs => new OperationException(
            OperationErrorCode.ToolFailed, $"Cannot send on {where}: its queue is full and does not move; look at the link."),
        Emsgsize => new OperationException(OperationErrorCode.ToolFailed, $"Cannot send on {where}: the frame is longer than its MTU."),
        _ => new OperationException(OperationErrorCode.ToolFailed, $"Cannot send on {where}: {Marshal.GetPInvokeErrorMessage(error)}."),
    };

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    private static partial int Bind(SafeHandle socket, ReadOnlySpan<byte> address, int length);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(SafeHandle socket, ReadOnlySpan<byte> frame, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeHandle socket, nuint request, Span<byte> argument);

    [LibraryImport("libc", EntryPoint = "sendmmsg", SetLastError = true)]
    private static unsafe partial int SendMany(SafeHandle socket, FrameBatch.MessageSlot* messages, uint count, int flags);
}
