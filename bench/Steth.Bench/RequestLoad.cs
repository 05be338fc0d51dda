using System.Diagnostics;
using System.Net.Http.Headers;

namespace Steth.Bench;

/// <summary>Sends say_hello over a number of connections for a while.</summary>
internal static class RequestLoad
{
    private static readonly byte[] s_body = """{"jsonrpc":"2.0","method":"say_hello","id":1}"""u8.ToArray();

    /// <summary>Requests a second and the 99th percentile of the latency in ms.</summary>
    public static async Task<(double PerSecond, double P99Ms)> RunAsync(int port, int connections, TimeSpan length)
    {
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = connections, UseProxy = false });
        var address = new Uri($"http://127.0.0.1:{port}/");
        await SendAsync(http, address);
        var start = Stopwatch.GetTimestamp();
        var latencies = await Task.WhenAll(Enumerable.Range(0, connections).Select(async _ =>
        {
            var own = new List<double>();
            while (Stopwatch.GetElapsedTime(start) < length)
            {
                var sent = Stopwatch.GetTimestamp();
                await SendAsync(http, address);
                own.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
            }
            return own;
        }));
        var elapsed = Stopwatch.GetElapsedTime(start);
        var all = latencies.SelectMany(l => l).Order().ToArray();
        return (all.Length / elapsed.TotalSeconds, all[(int)(all.Length * 0.99)]);
    }

    private static async Task SendAsync(HttpClient http, Uri address)
    {
        using var content = new ByteArrayContent(s_body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var answer = await http.PostAsync(address, content);
        var text = await answer.Content.ReadAsStringAsync();
        if (!text.Contains("\"code\"", StringComparison.Ordinal))
            throw new InvalidOperationException($"Unexpected answer: {text}");
    }
}
