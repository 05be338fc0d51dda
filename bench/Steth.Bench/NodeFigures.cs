using System.Diagnostics;
using System.Text;

namespace Steth.Bench;

/// <summary>What a diagnosis asks a network node, as the node grows, beside listing the addresses of each namespace by hand.</summary>
internal static class NodeFigures
{
    private const string Aim = "ip netns exec NS ip -j addr, one after another (aim: < 3000 ms)";

    public static async Task RunAsync(string agentProgram)
    {
        var node = NetworkNode.Start();
        using var agent = Peer.StartAgent(agentProgram);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{agent.Port}/"), Timeout = TimeSpan.FromSeconds(60) };
        Figures.PeerHead();
        foreach (var pairs in (int[])[50, 100, 150])
        {
            node.GrowTo(pairs);
            await CheckAsync(http, pairs);
            var ours = new List<double>();
            var theirs = new List<double>();
            for (var round = 0; round < Figures.Rounds; round++)
            {
                ours.Add(await TimeAsync(() => EvidenceAsync(http, pairs / 2)));
                theirs.Add(Namespaces(pairs).Sum(name => Peer.Time("ip", ["netns", "exec", name, "ip", "-j", "addr"])) * 1000);
            }
            var figure = $"evidence, {2 * pairs} namespaces, {node.Ports} OVS ports, ms";
            Figures.Peer(figure, Figures.Median(ours), Figures.Median(theirs), "F0", Aim);
        }
        Console.WriteLine();
        Figures.AimHead();
        foreach (var (method, parameters) in Questions(node.Pairs / 2).DistinctBy(q => q.Method))
        {
            var alone = new List<double>();
            for (var round = 0; round < Figures.Rounds; round++)
                alone.Add(await TimeAsync(() => AskAsync(http, method, parameters)));
            var figure = $"of that {method} alone, {2 * node.Pairs} namespaces, ms";
            Figures.Aim(figure, alone, "F0", "none: it tells where the time goes");
        }
    }

    /// <summary>The questions and their order are those of the diagnosis: Open vSwitch first, then all at once, then the namespaces.</summary>
    private static async Task EvidenceAsync(HttpClient http, int pair)
    {
        var questions = Questions(pair).ToList();
        await AskAsync(http, questions[0]);
        await Task.WhenAll(questions.Skip(1).Where(q => q.Method != "namespace.inspect").Select(q => AskAsync(http, q)));
        await Task.WhenAll(questions.Where(q => q.Method == "namespace.inspect").Select(q => AskAsync(http, q)));
    }

    private static IEnumerable<(string Method, string Parameters)> Questions(int pair)
    {
        yield return ("ovs.show", "{}");
        yield return ("agent.info", "{}");
        yield return ("interface.list", "{}");
        yield return ("namespace.list", "{}");
        foreach (var port in (int[])[0, 1, 2])
            yield return ("port.wiring", $$"""{"port_id":"{{NetworkNode.Port(pair, port)}}"}""");
        yield return ("dhcp.server", $$"""{"network_id":"{{NetworkNode.Network(pair)}}"}""");
        yield return ("namespace.inspect", $$"""{"namespace":"qrouter-{{NetworkNode.Router(pair)}}"}""");
        yield return ("namespace.inspect", $$"""{"namespace":"qdhcp-{{NetworkNode.Network(pair)}}"}""");
    }

    // What is measured must be the real thing: all namespaces, and the device found in the right one.
    private static async Task CheckAsync(HttpClient http, int pairs)
    {
        var names = await AskAsync(http, "namespace.list", "{}");
        if (Namespaces(pairs).FirstOrDefault(name => !names.Contains($"\"{name}\"", StringComparison.Ordinal)) is { } missing)
            throw new InvalidOperationException($"namespace.list lacks {missing}.");
        var wiring = await AskAsync(http, "port.wiring", $$"""{"port_id":"{{NetworkNode.Port(pairs - 1, 2)}}"}""");
        if (!wiring.Contains($"\"namespace\":\"qrouter-{NetworkNode.Router(pairs - 1)}\"", StringComparison.Ordinal))
            throw new InvalidOperationException($"port.wiring did not find the router's port: {wiring}");
    }

    private static IEnumerable<string> Namespaces(int pairs) => Enumerable.Range(0, pairs)
        .SelectMany(pair => new[] { $"qdhcp-{NetworkNode.Network(pair)}", $"qrouter-{NetworkNode.Router(pair)}" });

    private static async Task<double> TimeAsync(Func<Task> what)
    {
        var begin = Stopwatch.GetTimestamp();
        await what();
        return Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
    }

    private static Task<string> AskAsync(HttpClient http, (string Method, string Parameters) question) =>
        AskAsync(http, question.Method, question.Parameters);

    private static async Task<string> AskAsync(HttpClient http, string method, string parameters)
    {
        var body = $$"""{"jsonrpc":"2.0","id":1,"method":"{{method}}","params":{{parameters}}}""";
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        var answer = await (await http.PostAsync((Uri?)null, content)).Content.ReadAsStringAsync();
        return answer.Contains("\"result\":", StringComparison.Ordinal) ? answer
            : throw new InvalidOperationException($"{method} {parameters}: {answer}");
    }
}
