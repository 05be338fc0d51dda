using System.Runtime.InteropServices;
using Steth.Contracts;
using Steth.Contracts.Names;

namespace Steth.Agent.Kernel;

/// <summary>Device names as the kernel knows them in the calling thread's network namespace.</summary>
internal static partial class Devices
{
    /// <summary>Kernel index of a device of this thread's namespace.</summary>
    /// <exception cref="OperationException">NoSuchDevice.</exception>
    public static int Index(DeviceName device, NamespaceName? inside)
    {
        var index = IfNameToIndex(device.ToString());
        return index != 0 ? (int)index : throw Missing(device, inside);
    }

    /// <summary>Whether the device exists in that namespace.</summary>
    /// <exception cref="OperationException">The namespace does not exist or may not be entered.</exception>
    public static bool Exists(DeviceName device, NamespaceName? inside) =>
        NetworkNamespace.Run(inside, () => IfNameToIndex(device.ToString()) != 0);

    /// <summary>The error for a device that is not there.</summary>
    public static OperationException Missing(DeviceName device, NamespaceName? inside) =>
        new(OperationErrorCode.NoSuchDevice, $"There is no network device '{device}' {Where(inside)}.");

    /// <summary>For a sentence: on this host, or in which namespace of it.</summary>
    public static string Where(NamespaceName? inside) => inside is { } name ? $"in the network namespace '{name}' of this host" : "on this host";

    [LibraryImport("libc", EntryPoint = "if_nametoindex", StringMarshalling = StringMarshalling.Utf8)]
    private static partial uint IfNameToIndex(string name);
}
