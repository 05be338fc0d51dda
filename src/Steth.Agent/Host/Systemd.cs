using System.Net.Sockets;

namespace Steth.Agent.Host;

/// <summary>Tells systemd how the agent is doing (sd_notify(3)): a datagram to the socket named in NOTIFY_SOCKET.</summary>
internal static class Systemd
{
    /// <summary>Sends a state such as <c>READY=1</c>.</summary>
    /// <param name="socketName">The variable's value: a path, or <c>@</c> and an abstract name. Null or empty: nobody listens.</param>
    /// <param name="state">The state.</param>
    /// <returns>Why it could not be sent; null when it was, or there is nobody to send to.</returns>
    public static string? Notify(string? socketName, string state)
    {
        if (string.IsNullOrEmpty(socketName))
            return null;
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            var name = socketName[0] == '@' ? $"\0{socketName.AsSpan(1)}" : socketName;
            socket.SendTo(System.Text.Encoding.UTF8.GetBytes(state), new UnixDomainSocketEndPoint(name));
            return null;
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            return $"NOTIFY_SOCKET {socketName}: {e.Message}";
        }
    }
}
