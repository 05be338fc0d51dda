using System.Net;
using System.Net.Sockets;

namespace Steth.Agent.Tests.Limits;

/// <summary>Connections to an agent that are held and never ask anything, by addresses of 127.0.0.0/8.</summary>
internal sealed class Crowd : IDisposable
{
    private readonly List<Socket> _sockets = [];

    public int Count => _sockets.Count;

    /// <summary>Connects more of them, by one address.</summary>
    public async Task JoinAsync(int port, string from, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            _sockets.Add(socket);
            socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
            {
                // Turned away already; it counts as one that is not alive.
            }
        }
    }

    /// <summary>How many the other side has not closed.</summary>
    public int Alive() => _sockets.Count(IsAlive);

    /// <summary>Waits until so many at most are left.</summary>
    public async Task UntilAliveAsync(int atMost)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(20));
        while (Alive() > atMost)
            await Task.Delay(50, deadline.Token);
    }

    public void Dispose() => _sockets.ForEach(s => s.Dispose());

    private static bool IsAlive(Socket socket)
    {
        try
        {
            return socket.Connected && !socket.Poll(0, SelectMode.SelectRead) || socket.Available > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
