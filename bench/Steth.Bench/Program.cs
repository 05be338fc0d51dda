using System.Diagnostics;
using System.Globalization;
using System.Text;
using Steth.Bench;

// steth-bench AGENT PELIX_SERVER: prints each figure beside its peer's, measured in turn in this one run. Medians of five.
const int Rounds = 5;
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
using var agent = Peer.Start(args[0], portOnStderr: true, "--listen", "127.0.0.1", "--port", "0", "--insecure");
using var pelix = Peer.Start("/usr/bin/python3", portOnStderr: false, args[1]);

// The peer speaks HTTP/1.0 and closes after each answer.
var ours = new List<(double PerSecond, double P99Ms)>();
var theirs = new List<(double PerSecond, double P99Ms)>();
await RequestLoad.RunAsync(agent.Port, 16, keepAlive: true, TimeSpan.FromSeconds(1));
for (var round = 0; round < Rounds; round++)
{
    ours.Add(await RequestLoad.RunAsync(agent.Port, 16, keepAlive: true, TimeSpan.FromSeconds(2)));
    theirs.Add(await RequestLoad.RunAsync(pelix.Port, 16, keepAlive: false, TimeSpan.FromSeconds(2)));
}

var targets = Enumerable.Range(0, 1000).Select(i => $"127.0.{1 + i / 250}.{1 + i % 250}").ToArray();
var body = $$$"""{"jsonrpc":"2.0","id":1,"method":"icmp.ping","params":{"targets":["{{{string.Join("\",\"", targets)}}}"],"count":1}}""";
using var http = new HttpClient();
var pings = new List<double>();
var fpings = new List<double>();
for (var round = -1; round < Rounds; round++)
{
    var begin = Stopwatch.GetTimestamp();
    using var content = new StringContent(body, Encoding.UTF8, "application/json");
    var answer = await (await http.PostAsync(new Uri($"http://127.0.0.1:{agent.Port}/"), content)).Content.ReadAsStringAsync();
    var took = Stopwatch.GetElapsedTime(begin).TotalSeconds;
    var answered = answer.Split("\"received\":1,").Length - 1;
    if (answered != targets.Length)
        throw new InvalidOperationException($"{answered} of {targets.Length} targets answered.");
    var peer = Peer.Time("fping", ["-q", "-c1", "-i0", .. targets]);
    if (round < 0)
        continue;
    pings.Add(took);
    fpings.Add(peer);
}

Console.WriteLine($"{"figure",-46} {"steth",12} {"peer",12} {"ratio",8}  peer is");
Row("say_hello, 16 connections, requests/s", Median(ours.Select(o => o.PerSecond)), Median(theirs.Select(t => t.PerSecond)), "F0", "jsonrpclib-pelix, pooled server");
Row("say_hello, 16 connections, p99 ms", Median(ours.Select(o => o.P99Ms)), Median(theirs.Select(t => t.P99Ms)), "F2", "jsonrpclib-pelix, pooled server");
Row("ping of 1,000 loopback targets, ms", Median(pings) * 1000, Median(fpings) * 1000, "F1", "fping -c1 -i0 (whole process)");
return 0;

static void Row(string figure, double mine, double other, string format, string peer) =>
    Console.WriteLine($"{figure,-46} {mine.ToString(format),12} {other.ToString(format),12} {mine / other,8:F2}  {peer}");

static double Median(IEnumerable<double> values)
{
    var sorted = values.Order().ToArray();
    return sorted[sorted.Length / 2];
}
