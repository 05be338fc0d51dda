namespace Steth.Agent.Kernel.Sockets;

/// <summary>The clock the kernel stamps packets by (CLOCK_REALTIME).</summary>
internal static class RealClock
{
    /// <summary>100 ns since 1970.</summary>
    public static long Now => (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks;
}
