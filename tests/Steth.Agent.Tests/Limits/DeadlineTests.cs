using System.Diagnostics;
using System.Text.Json;
using Steth.Agent.Tests.Host;
using Steth.Agent.Tests.Kernel;
using Steth.Contracts;

namespace Steth.Agent.Tests.Limits;

/// <summary>The real agent stops work when nobody waits for it any more.</summary>
public class DeadlineTests
{
    private const string Id = "7f1c3a52-6c1e-4a7e-9b38-0d9a1f2b3c4d";

    /// <summary>Calls that would run for ten seconds and more.</summary>
    private static readonly (string Method, string Parameters)[] Long =
    [
        ("icmp.ping", """{"targets":["127.0.0.1"],"count":1000,"interval_ms":1000}"""),
        ("udp.probe", """{"token":1,"targets":[{"from":"127.0.0.1","to":"127.0.0.2","port":9}],"count":1000,"interval_ms":1000}"""),
        ("mtu.search", """{"token":1,"targets":[{"from":"127.0.0.1","to":"127.0.0.2","port":9}],"icmp":false,"timeout_ms":10000}"""),
        ("capture.run", """{"points":[{"device":"lo"}],"filter":"icmp6","seconds":600}"""),
        ("vlan.listen", $$"""{"device":"lo","mark":7,"capture_id":"{{Id}}","senders":[{"sender":0,"probes":[{"kind":"plain","vlans":"7"}]}],"seconds":600}"""),
        ("vlan.send", """{"device":"lo","mark":8,"sender":0,"probes":[{"kind":"plain","vlans":"1-4094"}],"pps":100}"""),
        ("reflector.run", $$"""{"reflector_id":"{{Id}}","token":1,"points":[{"address":"127.0.0.1","peers":[]}],"seconds":600}"""),
        ("dhcp.scan", """{"device":"lo","first_xid":4096,"wait_ms":60000}"""),
        ("neighbour.scan", """{"device":"lo","targets":["127.0.0.9"],"wait_ms":60000}"""),
        ("frame.send", """{"device":"lo","kind":"probe","source_mac":"fa:16:3e:00:00:01","count":1000,"interval_ms":1000}"""),
        ("nic.inspect", """{"nics":["lo"],"seconds":30}"""),
    ];

    [Fact]
    public async Task LongCalls_EndAtTheDeadline()
    {
        Privilege.NeedsRoot();
        await using var agent = await AgentProcess.StartAsync();
        using var client = new HttpClient();
        await agent.MustServeAsync();
        foreach (var (method, parameters) in Long)
        {
            var start = Stopwatch.GetTimestamp();
            var (code, message) = (await client.AskAsync(agent, method, parameters, deadlineMs: 300)).Error();
            code.ShouldBe((int)OperationErrorCode.Timeout, $"{method}: {message}");
            Stopwatch.GetElapsedTime(start).TotalSeconds.ShouldBeLessThan(5, method);
        }
        await UntilQuietAsync(agent);
    }

    [Fact]
    public async Task LongCalls_EndWhenTheClientLeaves()
    {
        Privilege.NeedsRoot();
        await using var agent = await AgentProcess.StartAsync();
        await agent.MustServeAsync();
        var files = agent.OpenFiles();
        await Task.WhenAll(Long.Select(async call =>
        {
            using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
            await Should.ThrowAsync<OperationCanceledException>(() => client.AskAsync(agent, call.Method, call.Parameters), call.Method);
        }));
        await UntilQuietAsync(agent);
        agent.OpenFiles().ShouldBeLessThan(files + 40);
    }

    [Fact]
    public async Task Programs_EndAtTheDeadline()
    {
        Privilege.NeedsRoot();
        using var servers = new Swallowers();
        await using var agent = await servers.StartAgentAsync();
        using var client = new HttpClient();
        foreach (var (method, parameters, program, hasAsked) in servers.Calls)
        {
            var start = Stopwatch.GetTimestamp();
            var call = client.AskAsync(agent, method, parameters, deadlineMs: 3000);
            await UntilAsync(() => hasAsked() && agent.Programs().Contains(program));
            var (code, message) = (await call).Error();
            code.ShouldBe((int)OperationErrorCode.Timeout, $"{method}: {message}");
            Stopwatch.GetElapsedTime(start).TotalSeconds.ShouldBeInRange(2.9, 8, method);
            await UntilAsync(() => agent.Programs().Length == 0);
        }
        await agent.MustServeAsync();
    }

    [Fact]
    public async Task Programs_EndWhenTheClientLeaves()
    {
        Privilege.NeedsRoot();
        using var servers = new Swallowers();
        await using var agent = await servers.StartAgentAsync();
        await Task.WhenAll(servers.Calls.Select(async call =>
        {
            using var client = new HttpClient();
            var asked = client.AskAsync(agent, call.Method, call.Parameters);
            await UntilAsync(() => call.HasAsked() && agent.Programs().Contains(call.Program));
            client.CancelPendingRequests();
            await Should.ThrowAsync<OperationCanceledException>(asked, call.Method);
        }));
        await UntilAsync(() => agent.Programs().Length == 0);
        await agent.MustServeAsync();
    }

    [Fact]
    public async Task Batch_SharesOneDeadline()
    {
        Privilege.NeedsRoot();
        await using var agent = await AgentProcess.StartAsync();
        using var client = new HttpClient();
        await agent.MustServeAsync();
        var ping = $$"""{"jsonrpc":"2.0","id":1,"method":"icmp.ping","params":{{Long[0].Parameters}}}""";
        using var request = new HttpRequestMessage(HttpMethod.Post, agent.Address)
        {
            // Three times as many as run at a time.
            Content = new StringContent($"[{string.Join(',', Enumerable.Repeat(ping, 24))}]"),
        };
        request.Headers.Add("Steth-Deadline-Ms", "1000");
        var start = Stopwatch.GetTimestamp();
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        using var answers = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Stopwatch.GetElapsedTime(start).TotalSeconds.ShouldBeInRange(0.9, 2.9);
        answers.RootElement.EnumerateArray().Select(answer => answer.Error().Code).ShouldBe(Enumerable.Repeat((int)OperationErrorCode.Timeout, 24));
    }

    private static async Task UntilQuietAsync(AgentProcess agent)
    {
        await UntilAsync(() => agent.Captures() == 0);
        await agent.MustServeAsync();
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(20));
        while (!holds())
            await Task.Delay(50, deadline.Token);
    }
}
