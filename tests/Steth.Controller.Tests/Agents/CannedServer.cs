using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Steth.Controller.Tests.Agents;

/// <summary>Takes connections on loopback and answers each request as the test says, byte by byte if need be.</summary>
internal sealed class CannedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Func<NetworkStream, CancellationToken, Task> _answer;
    private readonly Task _serving;

    public CannedServer(Func<NetworkStream, CancellationToken, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        _serving = ServeAsync();
    }

    public CannedServer(string answer)
        : this((stream, ct) => stream.WriteAsync(Encoding.UTF8.GetBytes(answer), ct).AsTask())
    {
    }

    public IPEndPoint Endpoint => (IPEndPoint)_listener.LocalEndpoint;

    public List<string> Requests { get; } = [];

    public int Connections { get; private set; }

    /// <summary>A complete HTTP answer.</summary>
    public static string Http(string body, string type = "application/json") =>
        $"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";

    /// <summary>The head of a stream that ends with its connection.</summary>
    public static byte[] StreamHead => "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nConnection: close\r\n\r\n"u8.ToArray();

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _serving;
        _end.Dispose();
    }

    private async Task ServeAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_end.Token);
                Connections++;
                connections.Add(ServeAsync(client));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            var stream = client.GetStream();
            while (await ReadRequestAsync(stream) is { } request)
            {
                Requests.Add(request);
                await _answer(stream, _end.Token);
                if (!client.Connected)
                    return;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The client, or the test, has had enough.
        }
    }

    private async Task<string?> ReadRequestAsync(NetworkStream stream)
    {
        var text = "";
        var buffer = new byte[8192];
        while (true)
        {
            var head = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (head > 0 && text.Length - head - 4 >= Length(text[..head]))
                return text;
            var count = await stream.ReadAsync(buffer, _end.Token);
            if (count == 0)
                return null;
            text += Encoding.UTF8.GetString(buffer, 0, count);
        }
    }

    private static int Length(string head)
    {
        const string Name = "Content-Length: ";
        var line = head.Split("\r\n").FirstOrDefault(l => l.StartsWith(Name, StringComparison.OrdinalIgnoreCase));
        return line is null ? 0 : int.Parse(line[Name.Length..], System.Globalization.CultureInfo.InvariantCulture);
    }
}
