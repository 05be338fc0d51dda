using System.Diagnostics;
using System.Text;

namespace Steth.Bench;

/// <summary>Requests a second and pings, beside a server and a program that do the same.</summary>
internal static class WireFigures
{
    public static async Task RunAsync(string agentProgram, string pelixServer)
    {
        using var agent = Peer.StartAgent(agentProgram);
        using var pelix = Peer.Start("/usr/bin/python3", portOnStderr: false, pelixServer);
        // The peer speaks HTTP/1.0 and closes after each answer.
        var ours = new List<(double PerSecond, double P99Ms)>();
        var theirs = new List<(double PerSecond, double P99Ms)>();
        await RequestLoad.RunAsync(agent.Port, 16, keepAlive: true, TimeSpan.FromSeconds(1));
        for (var round = 0; round < Figures.Rounds; round++)
        {
            ours.Add(await RequestLoad.RunAsync(agent.Port, 16, keepAlive: true, TimeSpan.FromSeconds(2)));
            theirs.Add(await RequestLoad.RunAsync(pelix.Port, 16, keepAlive: false, TimeSpan.FromSeconds(2)));
        }
        var (pings, fpings) = await PingAsync(agent.Port);
        const string Server = "jsonrpclib-pelix, pooled server";
        Figures.PeerHead();
        var (mine, other) = (Median(ours, o => o.PerSecond), Median(theirs, t => t.PerSecond));
        Figures.Peer("say_hello, 16 connections, requests/s", mine, other, "F0", Server);
        Figures.Peer("say_hello, 16 connections, p99 ms", Median(ours, o => o.P99Ms), Median(theirs, t => t.P99Ms), "F2", Server);
        Figures.Peer("ping of 1,000 loopback targets, ms", pings * 1000, fpings * 1000, "F1", "fping -c1 -i0 (whole process)");
    }

    private static async Task<(double Ours, double Theirs)> PingAsync(int port)
    {
        var targets = Enumerable.Range(0, 1000).Select(i => $"127.0.{1 + i / 250}.{1 + i % 250}").ToArray();
        var list = string.Join("\",\"", targets);
        var body = $$$"""{"jsonrpc":"2.0","id":1,"method":"icmp.ping","params":{"targets":["{{{list}}}"],"count":1}}""";
        using var http = new HttpClient();
        var pings = new List<double>();
        var fpings = new List<double>();
        for (var round = -1; round < Figures.Rounds; round++)
        {
            var begin = Stopwatch.GetTimestamp();
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            var answer = await (await http.PostAsync(new Uri($"http://127.0.0.1:{port}/"), content)).Content.ReadAsStringAsync();
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
        return (Figures.Median(pings), Figures.Median(fpings));
    }

    private static double Median<T>(IEnumerable<T> rounds, Func<T, double> figure) => Figures.Median(rounds.Select(figure));
}
