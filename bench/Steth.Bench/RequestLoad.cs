using System.Diagnostics;
using System.Net.Http.Headers;

namespace Steth.Bench;

/// <summary>Sends say_hello over a number of connections for a while.</summary>
internal static class RequestLoad
{
    private static readonly byte[] s_body = """{"jsonrpc":"2.0","method":"say_hello","id":1}"""u8.ToArray();

    /// <summary>Requests answered a second, the 99th percentile of their latency in ms, and requests that were not answered.</summary>
    public static async Task<(double PerSecond, double P99Ms, int Failed)> RunAsync(int port, int connections, bool keepAlive, TimeSpan length)
    {
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = connections, UseProxy = false });
        http.DefaultRequestHeaders.ConnectionClose = !keepAlive;
        var address = new Uri($"http://127.0.0.1:{port}/");
        var failed = 0;
        var start = Stopwatch.GetTimestamp();
        var latencies = await Task.WhenAll(Enumerable.Range(0, connections).Select(async _ =>
        {
            var own = new List<double>();
            while (Stopwatch.GetElapsedTime(start) < length)
            {
                var sent = Stopwatch.GetTimestamp();
                if (!await TrySendAsync(http, address))
                {
                    Interlocked.Increment(ref failed);
                    continue;
                }
                own.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
            }
            return own;
        }));
        var elapsed = Stopwatch.GetElapsedTime(start);
        var all = latencies.SelectMany(l => l).Order().ToArray();
        return (all.Length / elapsed.TotalSeconds, all[(int)(all.Length * 0.99)], failed);
    }

    private static async Task<bool> TrySendAsync(HttpClient http, Uri address)
    {
        using var content = new ByteArrayContent(s_body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        try
        {
            using var answer = await http.PostAsync(address, content);
            return (await answer.Content.ReadAsStringAsync()).Contains("\"code\"", StringComparison.Ordinal);
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
