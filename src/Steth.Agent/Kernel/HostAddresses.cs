using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using Steth.Agent.Kernel.Sockets;
using Steth.Contracts.Names;

namespace Steth.Agent.Kernel;

/// <summary>Which interface of this host holds which address (getifaddrs(3)).</summary>
internal static partial class HostAddresses
{
    private const uint Loopback = 0x8;
    private const uint NoArp = 0x80;

    /// <summary>
    /// The interface to bind to for an address: the one that holds it. Null when none does, or it is a loopback or dummy one, whose
    /// addresses are reached by other interfaces.
    /// </summary>
    public static DeviceName? DeviceOf(IPAddress address)
    {
        var wanted = KernelAddress.Key(KernelAddress.Of(address));
        if (GetIfAddrs(out var list) != 0)
            return null;
        try
        {
            for (var entry = list; entry != 0; entry = Marshal.ReadIntPtr(entry))
            {
                // struct ifaddrs: next, name, flags (32 bits, filled up), address.
                var flags = (uint)Marshal.ReadInt32(entry, 2 * nint.Size);
                var held = Marshal.ReadIntPtr(entry, 3 * nint.Size);
                if (held == 0 || (flags & (Loopback | NoArp)) != 0 || Key(held) != wanted)
                    continue;
                return DeviceName.TryParse(Marshal.PtrToStringUTF8(Marshal.ReadIntPtr(entry, nint.Size)), null, out var name) ? name : null;
            }
            return null;
        }
        finally
        {
            FreeIfAddrs(list);
        }
    }

    private static unsafe UInt128 Key(nint held)
    {
        var family = BinaryPrimitives.ReadUInt16LittleEndian(new ReadOnlySpan<byte>((byte*)held, 2));
        return family is SocketNative.FamilyV4 or SocketNative.FamilyV6
            ? KernelAddress.Key(new ReadOnlySpan<byte>((byte*)held, family == SocketNative.FamilyV4 ? 16 : KernelAddress.MaxLength))
            : 0;
    }

    [LibraryImport("libc", EntryPoint = "getifaddrs", SetLastError = true)]
    private static partial int GetIfAddrs(out nint list);

    [LibraryImport("libc", EntryPoint = "freeifaddrs")]
    private static partial void FreeIfAddrs(nint list);
}
