using System.Runtime.InteropServices;
using static Steth.Agent.Kernel.Sockets.SocketNative;

namespace Steth.Agent.Kernel.Sockets;

/// <summary>Why the kernel did not take a packet, in an operator's words.</summary>
internal static class SendRefusal
{
    /// <summary>Whether the packet may go when the queue is shorter.</summary>
    public static bool IsTemporary(int error) => error is Eagain or Enobufs;

    /// <summary>The reason.</summary>
    /// <param name="error">errno of the send.</param>
    /// <param name="packetLength">IP packet in bytes, for one that is too long.</param>
    /// <param name="mtu">What the kernel knows of the path; null: unknown.</param>
    public static string Reason(int error, int packetLength, int? mtu) => error switch
    {
        Enetunreach => "this host has no route to it",
        Ehostunreach => "this host's route to it says unreachable",
        Eacces => "this host forbids it: a broadcast address without broadcast set, or a prohibit route",
        Eperm => "a firewall rule on this host drops it",
        Enodev => "the interface went away",
        Enetdown => "the interface is down",
        Emsgsize => mtu is { } bytes ? $"{packetLength} bytes do not fit MTU {bytes}" : $"{packetLength} bytes do not fit the MTU",
        Eagain or Enobufs => "this host's send queue stayed full",
        _ => $"this host cannot send it: {Marshal.GetPInvokeErrorMessage(error)}",
    };
}
