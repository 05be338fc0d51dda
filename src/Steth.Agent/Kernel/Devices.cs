using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Packets.Addresses;

namespace Steth.Agent.Kernel;

/// <summary>Device names as the kernel knows them in the calling thread's network namespace.</summary>
internal static partial class Devices
{
    private const int GetMtu = 0x8921; // SIOCGIFMTU

    /// <summary>Kernel index of a device of this thread's namespace.</summary>
    /// <exception cref="OperationException">NoSuchDevice.</exception>
    public static int Index(DeviceName device, NamespaceName? inside)
    {
        var index = IfNameToIndex(device.ToString());
        return index != 0 ? (int)index : throw Missing(device, inside);
    }

    /// <summary>MTU of a device of this thread's namespace in bytes; null when it is not there.</summary>
    public static int? Mtu(DeviceName device)
    {
        // struct ifreq of netdevice(7): the name, then the value.
        Span<byte> request = stackalloc byte[40];
        request.Clear();
        Encoding.UTF8.GetBytes(device.ToString(), request[..15]);
        using var any = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        return IoControl(any.SafeHandle, GetMtu, request) == 0 ? BinaryPrimitives.ReadInt32LittleEndian(request[16..]) : null;
    }

    /// <summary>Whether the device exists in that namespace.</summary>
    /// <exception cref="OperationException">The namespace does not exist or may not be entered.</exception>
    public static bool Exists(DeviceName device, NamespaceName? inside) =>
        NetworkNamespace.Run(inside, () => IfNameToIndex(device.ToString()) != 0);

    /// <summary>Which of some devices each of some namespaces holds; one that is gone meanwhile is left out.</summary>
    /// <exception cref="OperationException">PermissionDenied without CAP_SYS_ADMIN.</exception>
    public static IReadOnlyDictionary<NamespaceName, IReadOnlyList<DeviceName>> Held(
        IReadOnlyList<NamespaceName> namespaces, IReadOnlyCollection<DeviceName> wanted) =>
        NetworkNamespace.RunInEach<IReadOnlyList<DeviceName>>(namespaces, () =>
        {
            var here = Names();
            return [.. wanted.Where(d => here.Contains(d.ToString()))];
        });

    /// <summary>As <see cref="Exists"/>, and false when the namespace itself is gone.</summary>
    public static bool ExistsIfNamespaceDoes(DeviceName device, NamespaceName? inside)
    {
        try
        {
            return Exists(device, inside);
        }
        catch (OperationException e) when (e.Code == OperationErrorCode.NoSuchDevice)
        {
            return false;
        }
    }

    /// <summary>Hardware address of a device; null when it has none of six octets.</summary>
    /// <exception cref="OperationException">NoSuchDevice (device or namespace).</exception>
    public static MacAddress? HardwareAddress(DeviceName device, NamespaceName? inside) => NetworkNamespace.Run(inside, () =>
    {
        var octets = Find(device, inside).GetPhysicalAddress().GetAddressBytes();
        return octets.Length == MacAddress.Length ? MacAddress.FromBytes(octets) : (MacAddress?)null;
    });

    /// <summary>The first IPv4 address of a device; null when it has none.</summary>
    /// <exception cref="OperationException">NoSuchDevice (device or namespace).</exception>
    public static IPAddress? FirstIPv4(DeviceName device, NamespaceName? inside) => NetworkNamespace.Run(inside, () =>
        Find(device, inside).GetIPProperties().UnicastAddresses
            .Select(a => a.Address)
            .FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork));

    /// <summary>An IPv6 address of a device to speak to its neighbours from, the link-local one first; null when it has none.</summary>
    /// <exception cref="OperationException">NoSuchDevice (device or namespace).</exception>
    public static IPAddress? FirstIPv6(DeviceName device, NamespaceName? inside) => NetworkNamespace.Run(inside, () =>
        Find(device, inside).GetIPProperties().UnicastAddresses
            .Select(a => a.Address)
            .Where(a => a.AddressFamily == AddressFamily.InterNetworkV6)
            .OrderByDescending(a => a.IsIPv6LinkLocal)
            .Select(a => new IPAddress(a.GetAddressBytes()))
            .FirstOrDefault());

    /// <summary>The error for a device that is not there.</summary>
    public static OperationException Missing(DeviceName device, NamespaceName? inside) =>
        new(OperationErrorCode.NoSuchDevice, $"There is no network device '{device}' {Where(inside)}.");

    /// <summary>For a sentence: on this host, or in which namespace of it.</summary>
    public static string Where(NamespaceName? inside) =>
        inside is { } name ? $"in the network namespace '{name}' of this host" : "on this host";

    private static NetworkInterface Find(DeviceName device, NamespaceName? inside) =>
        NetworkInterface.GetAllNetworkInterfaces().FirstOrDefault(d => d.Name == device.ToString()) ?? throw Missing(device, inside);

    private static HashSet<string> Names()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var list = IfNameIndex();
        if (list == 0)
            throw new IOException($"if_nameindex: {Marshal.GetLastPInvokeErrorMessage()}");
        // struct if_nameindex of if_nameindex(3): the index, filled up, and a pointer to the name; an entry of zeroes ends the list.
        for (var entry = list; Marshal.ReadInt32(entry) != 0; entry += 2 * nint.Size)
            names.Add(Marshal.PtrToStringUTF8(Marshal.ReadIntPtr(entry, nint.Size)) ?? "");
        IfFreeNameIndex(list);
        return names;
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int IoControl(SafeHandle socket, nuint request, Span<byte> value);

    [LibraryImport("libc", EntryPoint = "if_nameindex", SetLastError = true)]
    private static partial nint IfNameIndex();

    [LibraryImport("libc", EntryPoint = "if_freenameindex")]
    private static partial void IfFreeNameIndex(nint list);

    [LibraryImport("libc", EntryPoint = "if_nametoindex", StringMarshalling = StringMarshalling.Utf8)]
    private static partial uint IfNameToIndex(string name);
}
