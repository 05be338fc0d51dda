using System.Runtime.InteropServices;

namespace Steth.Agent.Kernel;

/// <summary>What the kernel says of its own clock (adjtimex(2)).</summary>
internal static partial class KernelClock
{
    // Reading changes nothing and needs no privilege: a struct timex of zeroes has no mode set. It has 208 bytes on 64-bit Linux.
    private const int Room = 256;
    private const int TimeError = 5;

    /// <summary>Whether a time source steers the clock; null when the kernel does not say.</summary>
    public static bool? IsSynchronized
    {
        get
        {
            Span<byte> timex = stackalloc byte[Room];
            timex.Clear();
            var state = Adjtimex(timex);
            return state < 0 ? null : state != TimeError;
        }
    }

    [LibraryImport("libc", EntryPoint = "adjtimex", SetLastError = true)]
    private static partial int Adjtimex(Span<byte> timex);
}
