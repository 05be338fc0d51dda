using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Steth.Agent.Host;
using Steth.Agent.Tests.Host;

namespace Steth.Agent.Tests.Limits;

/// <summary>Clients that are many, slow, or gone, against the real agent.</summary>
public class ConnectionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TenThousandConnections_AreHeld_OneMoreIsTurnedAway_AndTheFirstAreServed()
    {
        await using var agent = await AgentProcess.StartAsync();
        Assert.SkipWhen(agent.Lines.Any(line => line.Contains("open files", StringComparison.Ordinal)), "The limit of open files is too low here.");
        using var early = new HttpClient();
        (await early.AskAsync(agent, "lease.list")).Error().ShouldBe((0, ""));
        var before = agent.MemoryMiB();
        using var crowd = new Crowd();
        for (var host = 0; host < 20; host++)
            await crowd.JoinAsync(agent.Port, $"127.0.1.{host + 1}", host < 19 ? 512 : ConnectionRoom.Most - 1 - 19 * 512);
        await crowd.UntilAliveAsync(ConnectionRoom.Most - 1);
        crowd.Alive().ShouldBe(ConnectionRoom.Most - 1);
        await Task.Delay(500, Token);
        crowd.Alive().ShouldBe(ConnectionRoom.Most - 1);

        using var late = new Crowd();
        await late.JoinAsync(agent.Port, "127.0.2.1", 5);
        await late.UntilAliveAsync(0);
        (await early.AskAsync(agent, "lease.list")).Error().ShouldBe((0, ""));
        var memory = agent.MemoryMiB() - before;
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"10,000 connections take {memory:0} MiB"));
        memory.ShouldBeLessThan(500);
        agent.Lines.Count(line => line.Contains("turned away", StringComparison.Ordinal)).ShouldBe(1);

        crowd.Dispose();
        await UntilServedAsync(agent);
    }

    [Fact]
    public async Task OneAddress_CannotTakeAllRoom()
    {
        await using var agent = await AgentProcess.StartAsync();
        using var crowd = new Crowd();
        await crowd.JoinAsync(agent.Port, "127.0.3.1", ConnectionRoom.MostOfOneAddress + 100);
        await crowd.UntilAliveAsync(ConnectionRoom.MostOfOneAddress);
        crowd.Alive().ShouldBe(ConnectionRoom.MostOfOneAddress);
        await agent.MustServeAsync();
    }

    [Fact]
    public async Task FewOpenFiles_AreNeverUsedUpByConnections()
    {
        await using var agent = await AgentProcess.StartAsync(["--insecure"], mostOpenFiles: 400);
        agent.Lines.ShouldContain(line => line.Contains("leaves room for 100 connections, 25 of one address", StringComparison.Ordinal));
        using var crowd = new Crowd();
        for (var host = 0; host < 8; host++)
            await crowd.JoinAsync(agent.Port, $"127.0.4.{host + 1}", 100);
        await crowd.UntilAliveAsync(100);
        agent.OpenFiles().ShouldBeLessThan(300);
        crowd.Dispose();
        await UntilServedAsync(agent);
    }

    [Fact]
    public async Task SlowHeaders_AreGivenUp()
    {
        await using var agent = await AgentProcess.StartAsync();
        var start = Stopwatch.GetTimestamp();
        var slow = Enumerable.Range(0, 20).Select(_ => DribbleAsync(agent, "POST / HTTP/1.1\r\nHost: agent\r\nX-Slow: ", "a", TimeSpan.FromMilliseconds(500))).ToArray();
        await agent.MustServeAsync();
        var answers = await Task.WhenAll(slow);
        Stopwatch.GetElapsedTime(start).TotalSeconds.ShouldBeInRange(8, 20);
        answers.ShouldAllBe(answer => answer.Length == 0 || answer.StartsWith("HTTP/1.1 408 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SlowBody_IsGivenUpAndToldSo()
    {
        await using var agent = await AgentProcess.StartAsync();
        var start = Stopwatch.GetTimestamp();
        var slow = Enumerable.Range(0, 20).Select(_ => DribbleAsync(
            agent, "POST / HTTP/1.1\r\nHost: agent\r\nContent-Length: 1000000\r\n\r\n{", " ", TimeSpan.FromMilliseconds(500))).ToArray();
        await agent.MustServeAsync();
        var answers = await Task.WhenAll(slow);
        Stopwatch.GetElapsedTime(start).TotalSeconds.ShouldBeInRange(10, 30);
        answers.ShouldAllBe(answer => answer.StartsWith("HTTP/1.1 408 ", StringComparison.Ordinal) && answer.Contains("cannot be read", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SlowReader_OfAStreamOfHeartbeats_IsServedToTheEnd()
    {
        await using var agent = await AgentProcess.StartAsync();
        using var client = new TcpClient();
        client.ReceiveBufferSize = 4096;
        await client.ConnectAsync("127.0.0.1", agent.Port, Token);
        var stream = client.GetStream();
        // 18 s of silence: longer than any grace there is.
        await stream.WriteAsync(StreamRequest("icmp.ping", """{"targets":["127.0.0.1"],"count":2,"interval_ms":18000}"""), Token);
        var text = new StringBuilder();
        var buffer = new byte[20];
        while (!text.ToString().Contains("\"result\"", StringComparison.Ordinal))
        {
            var count = await stream.ReadAsync(buffer, Token);
            count.ShouldBeGreaterThan(0, text.ToString());
            text.Append(Encoding.ASCII.GetString(buffer, 0, count));
            await Task.Delay(50, Token);
        }
        text.ToString().Split("heartbeat").Length.ShouldBeGreaterThan(15);
    }

    [Fact]
    public async Task ReaderThatStopsReading_LosesItsCall()
    {
        await using var agent = await AgentProcess.StartAsync();
        using var client = new TcpClient();
        client.ReceiveBufferSize = 4096;
        await client.ConnectAsync("127.0.0.1", agent.Port, Token);
        var id = Guid.NewGuid();
        var frames = $$"""{"points":[{"device":"lo"}],"filter":"icmp","seconds":600,"max_frames":1000000,"snap_length":65535,"capture_id":"{{id}}"}""";
        await client.GetStream().WriteAsync(StreamRequest("capture.run", frames), Token);
        using var asker = new HttpClient();
        (await asker.AskAsync(agent, "icmp.ping", """{"targets":["127.0.0.1"],"count":300,"interval_ms":1,"size":60000}""")).Error().ShouldBe((0, ""));
        // The stream is stuck now. Nobody reads it for longer than is waited for.
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Token);
        deadline.CancelAfter(TimeSpan.FromSeconds(60));
        while (agent.Captures() > 0)
            await Task.Delay(200, deadline.Token);
        await agent.MustServeAsync();
    }

    [Fact]
    public async Task ClientsThatVanishInAStream_LeaveNothing()
    {
        await using var agent = await AgentProcess.StartAsync();
        await agent.MustServeAsync();
        var files = agent.OpenFiles();
        for (var i = 0; i < 30; i++)
        {
            using var client = new TcpClient { LingerState = new LingerOption(true, 0) };
            await client.ConnectAsync("127.0.0.1", agent.Port, Token);
            var stream = client.GetStream();
            await stream.WriteAsync(StreamRequest("capture.run", """{"points":[{"device":"lo"}],"filter":"icmp","seconds":600}"""), Token);
            (await stream.ReadAsync(new byte[100], Token)).ShouldBeGreaterThan(0);
        }
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Token);
        deadline.CancelAfter(TimeSpan.FromSeconds(20));
        while (agent.Captures() > 0 || agent.OpenFiles() > files + 10)
            await Task.Delay(100, deadline.Token);
    }

    [Fact]
    public async Task Garbage_IsRefusedAndLeavesTheLogAlone()
    {
        await using var agent = await AgentProcess.StartAsync();
        var lines = agent.Lines.Count;
        var random = new Random(60);
        for (var i = 0; i < 200; i++)
        {
            var garbage = new byte[random.Next(1, 2000)];
            random.NextBytes(garbage);
            (await SayAsync(agent, garbage)).ShouldBeOneOf("", "HTTP/1.1 400");
        }
        await agent.MustServeAsync();
        agent.Lines.Skip(lines).ShouldBeEmpty();
    }

    internal static byte[] StreamRequest(string method, string parameters)
    {
        var body = $$"""{"jsonrpc":"2.0","id":1,"method":"{{method}}","params":{{parameters}}}""";
        return Encoding.ASCII.GetBytes($"POST / HTTP/1.1\r\nHost: agent\r\nAccept: application/x-ndjson\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }

    /// <summary>Sends a beginning, then a little at a time until the agent has had enough; what it answers.</summary>
    private static async Task<string> DribbleAsync(AgentProcess agent, string beginning, string more, TimeSpan pause)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", agent.Port, Token);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(beginning), Token);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Token);
        deadline.CancelAfter(TimeSpan.FromSeconds(40));
        var answer = ReadAllAsync(stream, deadline.Token);
        while (!answer.IsCompleted)
        {
            try
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes(more), deadline.Token);
            }
            catch (IOException)
            {
                break;
            }
            await Task.WhenAny(answer, Task.Delay(pause, deadline.Token));
        }
        return await answer;
    }

    /// <summary>The first words of what it answers to some bytes.</summary>
    private static async Task<string> SayAsync(AgentProcess agent, byte[] bytes)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", agent.Port, Token);
        try
        {
            await client.GetStream().WriteAsync(bytes, Token);
            client.Client.Shutdown(SocketShutdown.Send);
            var answer = await ReadAllAsync(client.GetStream(), Token);
            return answer.Length < 12 ? "" : answer[..12];
        }
        catch (Exception e) when (e is IOException or SocketException or InvalidOperationException)
        {
            return ""; // reset before all was said
        }
    }

    private static async Task<string> ReadAllAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            while (await stream.ReadAsync(buffer, cancellationToken) is var count and > 0)
                text.Append(Encoding.ASCII.GetString(buffer, 0, count));
        }
        catch (IOException)
        {
            // Reset: what came before it counts.
        }
        return text.ToString();
    }

    private static async Task UntilServedAsync(AgentProcess agent)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Token);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        while (true)
        {
            try
            {
                await agent.MustServeAsync();
                return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(100, deadline.Token);
            }
        }
    }
}
