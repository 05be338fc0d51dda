using System.Net;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Steth.Agent.Kernel.Sockets;
using Steth.Contracts;
using Steth.Packets.Icmp;
using Steth.Packets.Ip;
using static Steth.Agent.Kernel.Sockets.SocketNative;

namespace Steth.Agent.Kernel.Icmp;

/// <summary>One raw ICMP or ICMPv6 socket, never waiting: sends one message a call, receives a batch a call. For one thread.</summary>
internal sealed class IcmpSocket : IDisposable
{
    /// <summary>IP header with options, the error's own, the quoted IP header and echo: what is behind is not looked at.</summary>
    private const int PacketLength = 256;

    private const int MinBuffer = 1 << 20;
    private const int MaxBuffer = 16 << 20;

    /// <summary>What the kernel charges a queued packet beside its bytes, rounded up.</summary>
    private const int PacketOverhead = 1024;

    private readonly SafeFileHandle _socket;
    private readonly ReceivedBatch _batch = new(PacketLength);

    private IcmpSocket(SafeFileHandle socket, bool isV6)
    {
        _socket = socket;
        IsV6 = isV6;
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
    public int Send(ReadOnlySpan<byte> message, ReadOnlySpan<byte> address) => SocketCalls.Send(_socket, message, address);

    /// <summary>Takes what has come, at most a batch.</summary>
    /// <returns>How many; their contents stand until the next call.</returns>
    public int Receive() => _batch.Receive(_socket);

    /// <summary>A received message from its ICMP header on; empty when it is cut.</summary>
    public ReadOnlySpan<byte> Message(int slot)
    {
        // An IPv4 raw socket's packets begin with the IP header, an IPv6 one's with the ICMPv6 header.
        var packet = _batch.Packet(slot);
        var headerLength = IsV6 || packet.IsEmpty ? 0 : 4 * (packet[0] & 0xf);
        return packet.Length < headerLength + IcmpMessage.HeaderLength ? [] : packet[headerLength..];
    }

    /// <summary>Who sent a received message that is not cut.</summary>
    public IPAddress SenderOf(int slot) =>
        IsV6 ? KernelAddress.ReadV6(_batch.Sender(slot)) : new IPAddress(_batch.Packet(slot).Slice(12, 4));

    /// <summary>When the kernel received it, by the real-time clock, in 100 ns since 1970; null when the kernel did not say.</summary>
    public long? ReceivedAt(int slot) => _batch.ReceivedAt(slot);

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private static void Configure(SafeFileHandle socket, bool v6, EchoSettings settings)
    {
        var buffer = (int)Math.Clamp((long)settings.Targets * (settings.Size + PacketOverhead), MinBuffer, MaxBuffer);
        SocketCalls.SetBuffers(socket, buffer);
        var configured = EchoReplyFilter.Attach(socket, v6, settings.Identifier)
            && SocketCalls.Set(socket, LevelSocket, TimestampNs, 1)
            && (!settings.Broadcast || SocketCalls.Set(socket, LevelSocket, Broadcast, 1));
        if (configured && settings.DontFragment)
        {
            configured = v6
                ? SocketCalls.Set(socket, LevelIpv6, Ipv6MtuDiscover, PathMtuDo) && SocketCalls.Set(socket, LevelIpv6, Ipv6DontFragment, 1)
                : SocketCalls.Set(socket, LevelIp, IpMtuDiscover, PathMtuDo);
        }
        if (configured && settings.ProbePathMtu)
            configured = SocketCalls.ProbePathMtu(socket, v6);
        if (configured && settings.Outgoing is { } outgoing)
            configured = SocketCalls.SendBy(socket, v6, Devices.Index(outgoing, settings.Namespace));
        if (configured && settings.Source is { } source)
            configured = KernelAddress.Of(source) is var address && BindTo(socket, address, address.Length) == 0;
        if (!configured)
            throw Failed(Marshal.GetLastPInvokeError());
        if (settings.Interface is not { } device)
            return;
        if (SocketCalls.Bind(socket, device))
            return;
        var error = Marshal.GetLastPInvokeError();
        throw error == Enodev ? Devices.Missing(device, settings.Namespace) : Failed(error);
    }

    private static OperationException Failed(int error) => error is Eperm or Eacces
        ? new OperationException(OperationErrorCode.PermissionDenied, "The agent may not open a raw ICMP socket: it needs CAP_NET_RAW.")
        : new OperationException(
            OperationErrorCode.ToolFailed, $"The kernel refused a raw ICMP socket: {Marshal.GetPInvokeErrorMessage(error)}.");
}
