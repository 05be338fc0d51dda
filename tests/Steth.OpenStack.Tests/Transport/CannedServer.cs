using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Steth.OpenStack.Tests.Transport;

/// <summary>An HTTP server on 127.0.0.1 that answers one request a connection with what the test says, wrong things too.</summary>
internal sealed class CannedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly X509Certificate2? _certificate;
    private readonly Func<CannedRequest, CannedAnswer> _answer;
    private readonly ConcurrentQueue<CannedRequest> _requests = new();
    private readonly Task _serving;

    public CannedServer(Func<CannedRequest, CannedAnswer> answer, X509Certificate2? certificate = null)
    {
        _answer = answer;
        _certificate = certificate;
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Url => $"{(_certificate is null ? "http" : "https")}://127.0.0.1:{Port}";

    public IReadOnlyList<CannedRequest> Requests => [.. _requests];

    /// <summary>What the last TLS client showed of itself; null: nothing.</summary>
    public string? ClientThumbprint { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _listener.Stop();
        _stop.Dispose();
        _certificate?.Dispose();
    }

    private async Task ServeAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(ConnectionAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ConnectionAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            await using var stream = await OpenAsync(client);
            var request = await ReadAsync(stream);
            _requests.Enqueue(request);
            var answer = _answer(request);
            if (answer.IsHang)
                await Task.Delay(Timeout.Infinite, _stop.Token);
            if (answer.IsReset)
                client.LingerState = new LingerOption(true, 0);
            await stream.WriteAsync(answer.Bytes, _stop.Token);
            await stream.FlushAsync(_stop.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or System.Security.Authentication.AuthenticationException)
        {
            // The client went away, or did not like our certificate: that is what some tests are about.
        }
    }

    private async Task<Stream> OpenAsync(TcpClient client)
    {
        if (_certificate is null)
            return client.GetStream();
        var tls = new SslStream(client.GetStream());
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificate = _certificate,
            ClientCertificateRequired = true,
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            {
                ClientThumbprint = certificate?.GetCertHashString();
                return certificate is null or { Subject: "CN=steth" };
            },
        };
        await tls.AuthenticateAsServerAsync(options, _stop.Token);
        return tls;
    }

    private async Task<CannedRequest> ReadAsync(Stream stream)
    {
        var bytes = new List<byte>();
        var one = new byte[1];
        while (bytes.Count < 4 || Encoding.ASCII.GetString([.. bytes[^4..]]) != "\r\n\r\n")
        {
            if (await stream.ReadAsync(one, _stop.Token) == 0)
                throw new IOException("the request ended early");
            bytes.Add(one[0]);
        }
        var lines = Encoding.ASCII.GetString([.. bytes]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines.Skip(1).Select(l => l.Split(": ", 2)).ToDictionary(p => p[0].ToLowerInvariant(), p => p[1]);
        var body = new byte[int.Parse(headers.GetValueOrDefault("content-length", "0"), CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body, _stop.Token);
        var start = lines[0].Split(' ');
        return new CannedRequest(start[0], start[1], headers, Encoding.UTF8.GetString(body));
    }
}
