using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Steth.Contracts;
using Steth.Contracts.Names;

namespace Steth.Agent.Kernel;

/// <summary>Sends whole Ethernet frames by one device (packet(7), SOCK_RAW); receives nothing.</summary>
public sealed partial class FrameSocket : IDisposable
{
    private const int Eperm = 1;
    private const int Enxio = 6;
    private const int Enodev = 19;
    private const int Emsgsize = 90;
    private const int Enetdown = 100;

    private readonly SafeFileHandle _socket;
    private readonly string _where;

    private FrameSocket(SafeFileHandle socket, string where)
    {
        _socket = socket;
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
            return new FrameSocket(socket, where);
        var error = Marshal.GetLastPInvokeError();
        socket.Dispose();
        throw Failed(where, error);
    });

    /// <summary>Sends one frame from its Ethernet header on, a VLAN tag in place.</summary>
    /// <exception cref="OperationException">
    /// ToolFailed with the kernel's words: device down, frame longer than its MTU; NoSuchDevice: it went away.
    /// </exception>
    public void Send(ReadOnlySpan<byte> frame)
    {
        // A device that went down leaves its error on the socket: only the second answer tells how things are now.
        if (Send(_socket, frame, (nuint)frame.Length, 0) >= 0
            || (Marshal.GetLastPInvokeError() == Enetdown && Send(_socket, frame, (nuint)frame.Length, 0) >= 0))
            return;
        throw Failed(_where, Marshal.GetLastPInvokeError());
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private static OperationException Failed(string where, int error) => error switch
    {
        Eperm => new OperationException(
            OperationErrorCode.PermissionDenied, $"The agent may not send frames on {where}; run it with CAP_NET_RAW."),
        Enodev or Enxio => new OperationException(OperationErrorCode.NoSuchDevice, $"The network device {where} went away."),
        Enetdown => new OperationException(OperationErrorCode.ToolFailed, $"Cannot send on {where}: the device is down."),
        Emsgsize => new OperationException(OperationErrorCode.ToolFailed, $"Cannot send on {where}: the frame is longer than its MTU."),
        _ => new OperationException(OperationErrorCode.ToolFailed, $"Cannot send on {where}: {Marshal.GetPInvokeErrorMessage(error)}."),
    };

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    private static partial int Bind(SafeHandle socket, ReadOnlySpan<byte> address, int length);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(SafeHandle socket, ReadOnlySpan<byte> frame, nuint length, int flags);
}
