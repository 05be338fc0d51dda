using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Steth.Contracts.Names;
using static Steth.Agent.Kernel.Sockets.SocketNative;

namespace Steth.Agent.Kernel.Sockets;

/// <summary>What is done to every kind of socket in the same way.</summary>
internal static class SocketCalls
{
    /// <summary>Index of SK_MEMINFO_DROPS in what SO_MEMINFO tells (linux/sock_diag.h).</summary>
    private const int DropsAt = 8;

    /// <summary>Sets an option that is a number.</summary>
    /// <returns>False when the kernel refused; errno says why.</returns>
    public static bool Set(SafeFileHandle socket, int level, int name, int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return SetOption(socket, level, name, bytes, bytes.Length) == 0;
    }

    /// <summary>Makes both queues as long as asked; as long as the host allows when the agent may not.</summary>
    public static void SetBuffers(SafeFileHandle socket, int bytes)
    {
        // The forced sizes pass net.core.*mem_max and need CAP_NET_ADMIN.
        if (!Set(socket, LevelSocket, ReceiveBufferForce, bytes))
            Set(socket, LevelSocket, ReceiveBuffer, bytes);
        if (!Set(socket, LevelSocket, SendBufferForce, bytes))
            Set(socket, LevelSocket, SendBuffer, bytes);
    }

    /// <summary>Lets the socket send and receive by one device only.</summary>
    /// <returns>False when the kernel refused; errno says why.</returns>
    public static bool Bind(SafeFileHandle socket, DeviceName device)
    {
        var name = Encoding.UTF8.GetBytes($"{device}\0");
        return SetOption(socket, LevelSocket, BindToDevice, name, name.Length) == 0;
    }

    /// <summary>Sends unicast by one device, whatever the routes say of it; receives by any.</summary>
    /// <returns>False when the kernel refused; errno says why.</returns>
    public static bool SendBy(SafeFileHandle socket, bool v6, int index) => v6
        ? Set(socket, LevelIpv6, Ipv6UnicastInterface, BinaryPrimitives.ReverseEndianness(index))
        : Set(socket, LevelIp, IpUnicastInterface, BinaryPrimitives.ReverseEndianness(index));

    /// <summary>
    /// Sends DF (IPv6: never fragments) and does not care what the kernel remembers of the path's MTU, only the device's.
    /// </summary>
    /// <returns>False when the kernel refused; errno says why.</returns>
    public static bool ProbePathMtu(SafeFileHandle socket, bool v6) => v6
        ? Set(socket, LevelIpv6, Ipv6MtuDiscover, PathMtuProbe) && Set(socket, LevelIpv6, Ipv6DontFragment, 1)
        : Set(socket, LevelIp, IpMtuDiscover, PathMtuProbe);

    /// <summary>Sends one message without waiting.</summary>
    /// <returns>0, or the kernel's errno.</returns>
    public static int Send(SafeFileHandle socket, ReadOnlySpan<byte> message, ReadOnlySpan<byte> address)
    {
        while (SendTo(socket, message, (nuint)message.Length, DontWait, address, address.Length) < 0)
        {
            if (Marshal.GetLastPInvokeError() is var error and not Eintr)
                return error;
        }
        return 0;
    }

    /// <summary>Packets that came for the socket and found its queue full; null when the kernel does not tell.</summary>
    public static long? Dropped(SafeFileHandle socket)
    {
        Span<byte> numbers = stackalloc byte[64];
        var length = numbers.Length;
        return GetOption(socket, LevelSocket, MemoryInfo, numbers, ref length) == 0 && length >= 4 * (DropsAt + 1)
            ? BinaryPrimitives.ReadUInt32LittleEndian(numbers[(4 * DropsAt)..])
            : null;
    }
}
