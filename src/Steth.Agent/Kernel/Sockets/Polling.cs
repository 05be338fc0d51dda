using static Steth.Agent.Kernel.Sockets.SocketNative;

namespace Steth.Agent.Kernel.Sockets;

/// <summary>Waits until a socket has something to read.</summary>
internal static unsafe class Polling
{
    /// <summary>Waits.</summary>
    /// <param name="sockets">Descriptors, 64 at most.</param>
    /// <param name="timeoutMs">How long at most; 0: not at all.</param>
    public static void Wait(ReadOnlySpan<int> sockets, int timeoutMs)
    {
        var entries = stackalloc PollEntry[sockets.Length];
        for (var i = 0; i < sockets.Length; i++)
            entries[i] = new PollEntry { Descriptor = sockets[i], Wanted = PollIn };
        // An interrupted or failed wait is a short one.
        _ = Poll(entries, (nuint)sockets.Length, timeoutMs);
    }
}
