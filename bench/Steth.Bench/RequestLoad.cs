using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Steth.Bench;

/// <summary>Sends say_hello over a number of connections for a while, on plain sockets: the same client for both sides.</summary>
internal static class RequestLoad
{
    private const string Body = """{"jsonrpc":"2.0","method":"say_hello","id":1}""";

    /// <summary>Requests answered a second and the 99th percentile of their latency in ms.</summary>
    /// <param name="port">On 127.0.0.1.</param>
    /// <param name="connections">At once.</param>
    /// <param name="keepAlive">False: a new connection a request, for a server that closes after each.</param>
    /// <param name="length">For how long.</param>
    public static async Task<(double PerSecond, double P99Ms)> RunAsync(int port, int connections, bool keepAlive, TimeSpan length)
    {
        var request = Encoding.ASCII.GetBytes(
            $"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {Body.Length}\r\n{(keepAlive ? "" : "Connection: close\r\n")}\r\n{Body}");
        var start = Stopwatch.GetTimestamp();
        var latencies = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(async () =>
        {
            var own = new List<double>();
            var buffer = new byte[4096];
            Socket? socket = null;
            while (Stopwatch.GetElapsedTime(start) < length)
            {
                var sent = Stopwatch.GetTimestamp();
                if (socket is null)
                {
                    socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                    await socket.ConnectAsync(IPAddress.Loopback, port);
                }
                await socket.SendAsync(request);
                await AnswerAsync(socket, buffer);
                own.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
                if (!keepAlive)
                {
                    socket.Dispose();
                    socket = null;
                }
            }
            socket?.Dispose();
            return own;
        })));
        var elapsed = Stopwatch.GetElapsedTime(start);
        var all = latencies.SelectMany(l => l).Order().ToArray();
        return (all.Length / elapsed.TotalSeconds, all[(int)(all.Length * 0.99)]);
    }

    private static async Task AnswerAsync(Socket socket, byte[] buffer)
    {
        for (var had = 0; ;)
        {
            var got = await socket.ReceiveAsync(buffer.AsMemory(had));
            if (got == 0)
                throw new InvalidOperationException($"The answer ended after {had} bytes.");
            had += got;
            // Both answers hold this once, followed by nothing but closing braces and members that are there at once.
            if (buffer.AsSpan(0, had).IndexOf("\r\n\r\n{"u8) >= 0 && buffer[had - 1] == (byte)'}')
                return;
        }
    }
}
