using System.Net.Sockets;

namespace Steth.Lab.Servers;

/// <summary>Answers HTTP requests on a socket, one a connection, until it is cancelled.</summary>
internal static class HttpListener
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Serves on a bound and listening socket.</summary>
    public static async Task ServeAsync(Socket listener, Func<HttpRequest, CancellationToken, Task<HttpResponse>> answer,
        CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            var connection = await listener.AcceptAsync(ct);
            _ = ServeOneAsync(connection, answer, ct);
        }
    }

    private static async Task ServeOneAsync(Socket connection, Func<HttpRequest, CancellationToken, Task<HttpResponse>> answer,
        CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        try
        {
            await using var stream = new NetworkStream(connection, ownsSocket: true);
            var response = await HttpRequest.ReadAsync(stream, limit.Token) is { } request
                ? await answer(request, limit.Token)
                : HttpResponse.Of(400);
            await stream.WriteAsync(response.ToBytes(), limit.Token);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // the client went away, or took too long: nobody is left to tell
        }
    }
}
