using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Steth.Contracts.Names;

namespace Steth.Agent.Kernel;

/// <summary>
/// Asks drivers what ethtool(8) shows, by SIOCETHTOOL (include/uapi/linux/ethtool.h); the program need not be installed. Only commands
/// that read are here; they need no privilege. Bound to the network namespace of the thread that makes it.
/// </summary>
internal sealed partial class EthtoolSocket : IDisposable
{
    private const int Ioctl = 0x8946;
    private const int NameLength = 16;

    private readonly Socket _any = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    /// <summary>
    /// Sends a command in the machine's byte order whose first word is its number; the kernel writes its answer over it.
    /// </summary>
    /// <returns>0, or the error of errno(3): EOPNOTSUPP is what the driver does not have.</returns>
    public unsafe int Ask(DeviceName device, Span<byte> command)
    {
        // struct ifreq of netdevice(7): the name, then a pointer.
        Span<byte> request = stackalloc byte[40];
        request.Clear();
        Encoding.UTF8.GetBytes(device.ToString(), request[..(NameLength - 1)]);
        fixed (byte* start = command)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(request[NameLength..], (ulong)(nuint)start);
            return IoControl(_any.SafeHandle, Ioctl, request) >= 0 ? 0 : Marshal.GetLastPInvokeError();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _any.Dispose();

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int IoControl(SafeHandle socket, nuint request, Span<byte> value);
}
