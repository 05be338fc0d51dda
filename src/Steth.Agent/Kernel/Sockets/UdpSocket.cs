using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Packets.Ip;
using Steth.Packets.Udp;
using static Steth.Agent.Kernel.Sockets.SocketNative;

namespace Steth.Agent.Kernel.Sockets;

/// <summary>
/// One UDP socket on an address of this host that never waits and stamps what it receives: sends one message a call, receives a batch a
/// call. For one thread.
/// </summary>
internal sealed class UdpSocket : IDisposable
{
    private const int PacketLength = 64;

    private readonly SafeFileHandle _socket;
    private readonly ReceivedBatch _batch = new(PacketLength);

    private UdpSocket(SafeFileHandle socket, int port)
    {
        _socket = socket;
        Port = port;
    }

    /// <summary>Its local port.</summary>
    public int Port { get; }

    /// <summary>For poll(2), while this is not disposed.</summary>
    public int Descriptor => (int)_socket.DangerousGetHandle();

    /// <summary>Packets that came and found the queue full; null when the kernel does not tell.</summary>
    public long? Dropped => SocketCalls.Dropped(_socket);

    /// <summary>Opens a socket.</summary>
    /// <param name="address">An address of this host.</param>
    /// <param name="port">0: one that is free.</param>
    /// <param name="device">Send by this device only; null: by the routes.</param>
    /// <param name="buffer">Bytes of each queue.</param>
    /// <param name="probePathMtu">See <see cref="SocketCalls.ProbePathMtu"/>.</param>
    /// <exception cref="OperationException">
    /// NoSuchDevice: the host has no such address or device; Busy: the port is taken; PermissionDenied; ToolFailed with the kernel's words.
    /// </exception>
    public static UdpSocket Open(IPAddress address, int port, DeviceName? device, int buffer, bool probePathMtu = false)
    {
        var v6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        var socket = new SafeFileHandle(Socket(v6 ? FamilyV6 : FamilyV4, DatagramCloseOnExec, 0), ownsHandle: true);
        try
        {
            if (socket.IsInvalid)
                throw Failed(address, port, Marshal.GetLastPInvokeError());
            SocketCalls.SetBuffers(socket, buffer);
            var local = KernelAddress.Of(address, port);
            if (!SocketCalls.Set(socket, LevelSocket, TimestampNs, 1)
                || (v6 && !SocketCalls.Set(socket, LevelIpv6, Ipv6Only, 1))
                || (probePathMtu && !SocketCalls.ProbePathMtu(socket, v6))
                || (device is { } name && !SocketCalls.SendBy(socket, v6, Devices.Index(name, null)))
                || BindTo(socket, local, local.Length) != 0)
                throw Failed(address, port, Marshal.GetLastPInvokeError());
            var length = local.Length;
            return NameOf(socket, local, ref length) == 0
                ? new UdpSocket(socket, BinaryPrimitives.ReadUInt16BigEndian(local.AsSpan(2)))
                : throw Failed(address, port, Marshal.GetLastPInvokeError());
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>IP and UDP header of a packet to an address, in bytes.</summary>
    public static int HeaderLength(IPAddress to) =>
        (to.AddressFamily == AddressFamily.InterNetworkV6 ? IPv6Header.FixedLength : IPv4Header.MinLength) + UdpHeader.Length;

    /// <summary>Sends one message.</summary>
    /// <returns>0, or the kernel's errno.</returns>
    public int Send(ReadOnlySpan<byte> message, ReadOnlySpan<byte> address) => SocketCalls.Send(_socket, message, address);

    /// <summary>Takes what has come, at most a batch.</summary>
    /// <returns>How many; their contents stand until the next call.</returns>
    public int Receive() => _batch.Receive(_socket);

    /// <summary>
    /// The first bytes of a received payload, <see cref="Packets.Probe.ReflectedProbe.Length"/> at least where there are as many.
    /// </summary>
    public ReadOnlySpan<byte> Packet(int slot) => _batch.Packet(slot);

    /// <summary>How long the payload was.</summary>
    public int Length(int slot) => _batch.Length(slot);

    /// <summary>Its sender as struct sockaddr.</summary>
    public ReadOnlySpan<byte> Sender(int slot) => _batch.Sender(slot);

    /// <summary>When the kernel received it, by <see cref="RealClock"/>; null when the kernel did not say.</summary>
    public long? ReceivedAt(int slot) => _batch.ReceivedAt(slot);

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private static OperationException Failed(IPAddress address, int port, int error) => error switch
    {
        Eaddrnotavail => new(OperationErrorCode.NoSuchDevice, $"This host has no address {address}."),
        Eafnosupport => new(OperationErrorCode.NoSuchDevice, $"This host does not speak the IP version of {address}."),
        Enodev => new(OperationErrorCode.NoSuchDevice, $"The interface that holds {address} went away."),
        Eaddrinuse => new(OperationErrorCode.Busy,
            $"UDP port {port} on {address} is taken by another program, or by another check that runs now: wait, or choose another port."),
        Eperm or Eacces => new(OperationErrorCode.PermissionDenied,
            $"The agent may not open UDP port {port} on {address}: {Marshal.GetPInvokeErrorMessage(error)}."),
        _ => new(OperationErrorCode.ToolFailed,
            $"The kernel refused UDP port {port} on {address}: {Marshal.GetPInvokeErrorMessage(error)}."),
    };
}
