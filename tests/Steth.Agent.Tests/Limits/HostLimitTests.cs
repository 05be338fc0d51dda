using Steth.Agent.Limits;
using Steth.Agent.Tests.Host;
using Steth.Agent.Tests.Kernel;
using Steth.Contracts;

namespace Steth.Agent.Tests.Limits;

/// <summary>What the real agent takes of its host at most, and what it says beyond.</summary>
public class HostLimitTests
{
    private const string Lo = """{"device":"lo"}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Captures_MoreThanAreTaken_AreBusyUntilOneEnds()
    {
        Privilege.NeedsRoot();
        await using var agent = await AgentProcess.StartAsync();
        using var client = new HttpClient();
        // The devices run out first: 4 captures of 64, of which a ring is a quarter of a MiB.
        await using (var held = new HeldStreams(agent, client))
        {
            for (var i = 0; i < HostLimits.CaptureDevices / 64; i++)
                await held.AddAsync(Capture(64));
            (await client.AskAsync(agent, "capture.run", Capture(1))).Error().ShouldBe(
                ((int)OperationErrorCode.Busy, "256 devices are listened on on this agent already, which is the most; ask again when a capture has ended."));
        }
        await UntilNoneIsLeftAsync(agent);
        // Then the captures, where each is of a single device and its rings are small by their use (vlan.listen).
        await using (var held = new HeldStreams(agent, client))
        {
            for (var i = 0; i < HostLimits.Captures; i++)
                await held.AddAsync(Listen(), "vlan.listen");
            (await client.AskAsync(agent, "vlan.listen", Listen())).Error().ShouldBe(
                ((int)OperationErrorCode.Busy, "64 captures run on this agent already, which is the most; ask again when one has ended."));
            (await client.AskAsync(agent, "lease.list")).Error().Code.ShouldBe(0);
        }
        await UntilNoneIsLeftAsync(agent);
    }

    [Fact]
    public async Task Rings_MoreThanAreTaken_AreBusy()
    {
        Privilege.NeedsRoot();
        await using var agent = await AgentProcess.StartAsync();
        using var client = new HttpClient();
        await using var held = new HeldStreams(agent, client);
        // One device gets two rings of 8 MiB; 8 of these are 128 MiB.
        for (var i = 0; i < 8; i++)
            await held.AddAsync(Capture(1));
        (await client.AskAsync(agent, "capture.run", Capture(1))).Error().ShouldBe(((int)OperationErrorCode.Busy,
            "128 MiB of capture rings are in use on this agent already, which is the most; ask again when a capture has ended, or for fewer devices."));
    }

    [Fact]
    public async Task ProbeSockets_MoreThanAreTaken_AreBusy()
    {
        Privilege.NeedsRoot();
        await using var agent = await AgentProcess.StartAsync();
        using var client = new HttpClient();
        await using (var held = new HeldStreams(agent, client))
        {
            // 64 points and the one that proves them: 31 of these are 2,015.
            for (var i = 0; i < 31; i++)
                await held.AddAsync(Reflect(50_000, 64), "reflector.run");
            var more = string.Join(',', Enumerable.Range(1, 12).Select(i => $$"""{"from":"127.0.1.{{i}}","to":"127.0.0.1","port":9}"""));
            (await client.AskAsync(agent, "mtu.search", $$"""{"token":1,"targets":[{{more}}]}""")).Error().ShouldBe(((int)OperationErrorCode.Busy,
                "2048 sockets of probes are open on this agent already, which is the most; ask again when another check has ended."));
            (await client.AskAsync(agent, "icmp.ping", """{"targets":["127.0.0.1"],"count":1}""")).Error().Code.ShouldBe(0);
        }
    }

    [Fact]
    public async Task Packets_MoreThanAreSentASecondInAll_AreBusy()
    {
        Privilege.NeedsRoot();
        await using var agent = await AgentProcess.StartAsync();
        using var client = new HttpClient();
        await using var held = new HeldStreams(agent, client);
        for (var i = 0; i < 2; i++)
            await held.AddAsync(Reflect(1_000_000), "reflector.run");
        (await client.AskAsync(agent, "reflector.run", Reflect(1))).Error().ShouldBe(((int)OperationErrorCode.Busy,
            "2000000 packets a second are sent by other calls on this agent, and 2000000 is the most; 1 more are too many: send slower, or ask again later."));
        (await client.AskAsync(agent, "reflector.run", Reflect(1_000_001))).Error().Code.ShouldBe((int)OperationErrorCode.Busy);
        (await client.AskAsync(agent, "icmp.ping", """{"targets":["127.0.0.1"],"count":1}""")).Error().Code.ShouldBe((int)OperationErrorCode.Busy);
    }

    [Fact]
    public async Task Ping_Pace_IsBounded()
    {
        Privilege.NeedsRoot();
        await using var agent = await AgentProcess.StartAsync();
        using var client = new HttpClient();
        var start = System.Diagnostics.Stopwatch.GetTimestamp();
        var targets = string.Join(',', Enumerable.Range(1, 100).Select(i => $"\"127.0.0.{i}\""));
        var result = await client.AskAsync(agent, "icmp.ping", $$"""{"targets":[{{targets}}],"count":500,"interval_ms":0}""");
        result.Error().ShouldBe((0, ""));
        // 50,000 probes, of which the first 4,096 may go at once.
        System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds.ShouldBeGreaterThan(0.45);
        (await client.AskAsync(agent, "icmp.ping", $$"""{"targets":[{{targets}},{{string.Join(',', Enumerable.Repeat(targets, 5))}}],"count":1000}"""))
            .Error().ShouldBe(((int)OperationErrorCode.InvalidParams, "count has 600000 probes over all targets; allowed are 1-500000."));
    }

    private static string Capture(int devices) =>
        $$"""{"points":[{{string.Join(',', Enumerable.Repeat(Lo, devices))}}],"filter":"icmp6","seconds":600}""";

    private static string Listen() =>
        $$"""{"device":"lo","mark":1,"capture_id":"{{Guid.NewGuid()}}","senders":[{"sender":0,"probes":[{"kind":"plain","vlans":"1"}]}],"seconds":600}""";

    private static string Reflect(int pps, int points = 1) =>
        $$"""{"reflector_id":"{{Guid.NewGuid()}}","token":1,"points":[{{string.Join(',', Enumerable.Range(1, points).Select(Point))}}],"pps":{{pps}},"seconds":600}""";

    private static string Point(int number) => $$"""{"address":"127.0.0.{{number}}","peers":[]}""";

    private static async Task UntilNoneIsLeftAsync(AgentProcess agent)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Token);
        deadline.CancelAfter(TimeSpan.FromSeconds(20));
        while (agent.Captures() > 0 || agent.OpenFiles() > 250)
            await Task.Delay(50, deadline.Token);
    }

    /// <summary>Streams that have begun to listen and are not read on.</summary>
    private sealed class HeldStreams(AgentProcess agent, HttpClient client) : IAsyncDisposable
    {
        private readonly List<HttpResponseMessage> _streams = [];

        public async Task AddAsync(string parameters, string method = "capture.run")
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, agent.Address)
            {
                Content = new StringContent($$"""{"jsonrpc":"2.0","id":1,"method":"{{method}}","params":{{parameters}}}"""),
            };
            request.Headers.Add("Accept", "application/x-ndjson");
            var stream = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
            _streams.Add(stream);
            // Heartbeats come before it where it takes long to begin.
            var lines = new StreamReader(await stream.Content.ReadAsStreamAsync(Token));
            var line = await lines.ReadLineAsync(Token);
            while (line is not null && line.Contains("\"heartbeat\"", StringComparison.Ordinal))
                line = await lines.ReadLineAsync(Token);
            line.ShouldNotBeNull().ShouldContain("\"event\"");
        }

        public ValueTask DisposeAsync()
        {
            _streams.ForEach(s => s.Dispose());
            return ValueTask.CompletedTask;
        }
    }
}
