using System.Net;
using Microsoft.Extensions.Time.Testing;
using Steth.Agent.Rpc;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tests.Rpc;

public class NdjsonStreamTests
{
    private const string Ping = """{"jsonrpc":"2.0","method":"icmp.ping","params":{"targets":["192.0.2.1"]},"id":9}""";

    private static readonly (string, string) Stream = ("Accept", "application/x-ndjson");

    private static PingTargetResult Target(int sent) => new() { Destination = IPAddress.Parse("192.0.2.1"), Sent = sent, Received = 0 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stream_Events_ComeInOrderAndTheResponseLast()
    {
        await using var server = await RpcServer.StartAsync(d => d.Map(AgentOperations.Ping, async (_, events, _, token) =>
        {
            await events(Target(1), token);
            await events(Target(2), token);
            return new PingResult { Targets = [] };
        }));
        using var response = await server.SendAsync(Ping, Stream);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/x-ndjson");
        var lines = (await response.Content.ReadAsStringAsync(Token)).Split('\n');
        lines.Length.ShouldBe(4);
        lines[0].ShouldStartWith("""{"jsonrpc":"2.0","method":"event","params":{"destination":"192.0.2.1","sent":1,""");
        lines[1].ShouldContain("\"sent\":2,");
        lines[2].ShouldBe("""{"jsonrpc":"2.0","result":{"targets":[]},"id":9}""");
        lines[3].ShouldBe("");
    }

    [Fact]
    public async Task Stream_NotAskedFor_DropsTheEvents()
    {
        await using var server = await RpcServer.StartAsync(d => d.Map(AgentOperations.Ping, async (_, events, _, token) =>
        {
            await events(Target(1), token);
            return new PingResult { Targets = [] };
        }));
        (await server.AskAsync(Ping)).ShouldBe("""{"jsonrpc":"2.0","result":{"targets":[]},"id":9}""");
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","method":"nope","id":1}""", "-32601")]
    [InlineData("""{"jsonrpc":"2.0","method":"icmp.ping","id":1}""", "-32602")]
    [InlineData("""{"jsonrpc":"2.0","method":"icmp.ping","params":{"targets":[]},"id":1}""", "-32603")]
    public async Task Stream_Error_IsTheLastLine(string body, string code)
    {
        await using var server = await RpcServer.StartAsync(d => d.Map(AgentOperations.Ping, (_, _, _, _) => throw new InvalidOperationException()));
        var answer = await server.AskAsync(body, Stream);
        answer.ShouldContain($"\"error\":{{\"code\":{code}");
        answer.TrimEnd('\n').ShouldNotContain('\n');
    }

    [Fact]
    public async Task Stream_Silence_SendsAHeartbeatASecond()
    {
        var time = new FakeTimeProvider();
        var done = new TaskCompletionSource<PingResult>();
        await using var server = await RpcServer.StartAsync(d => d.Map(AgentOperations.Ping, (_, _, _, _) => done.Task), time);
        using var response = await server.SendAsync(new StringContent(Ping), HttpCompletionOption.ResponseHeadersRead, Stream);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Token));
        for (var beat = 0; beat < 2; beat++)
        {
            var reading = reader.ReadLineAsync(Token).AsTask();
            while (!reading.IsCompleted)
            {
                time.Advance(TimeSpan.FromSeconds(1));
                await Task.Yield();
            }
            (await reading).ShouldBe("""{"jsonrpc":"2.0","method":"heartbeat"}""");
        }
        done.SetResult(new PingResult { Targets = [] });
        string? line;
        do
        {
            line = await reader.ReadLineAsync(Token);
        }
        while (line == """{"jsonrpc":"2.0","method":"heartbeat"}""");
        line.ShouldBe("""{"jsonrpc":"2.0","result":{"targets":[]},"id":9}""");
    }

    [Fact]
    public async Task Stream_ClientGoesAway_CancelsTheCall()
    {
        var started = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        await using var server = await RpcServer.StartAsync(d => d.Map(AgentOperations.Ping, async (_, events, _, token) =>
        {
            await events(Target(1), token);
            started.SetResult();
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, token);
            }
            finally
            {
                cancelled.SetResult();
            }
            return new PingResult { Targets = [] };
        }));
        using (var response = await server.SendAsync(new StringContent(Ping), HttpCompletionOption.ResponseHeadersRead, Stream))
            await started.Task.WaitAsync(Token);
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(10), Token);
        server.Log.ToString().ShouldBe("");
    }

    [Fact]
    public async Task Stream_SlowReader_HoldsTheOperationBack()
    {
        var held = new TaskCompletionSource<int>();
        await using var server = await RpcServer.StartAsync(d => d.Map(AgentOperations.Ping, async (_, events, _, token) =>
        {
            for (var sent = 0; sent < 1_000_000; sent++)
            {
                var sending = events(Target(sent), token);
                if (!sending.IsCompleted)
                    held.TrySetResult(sent);
                await sending;
            }
            held.TrySetException(new InvalidOperationException("never held back"));
            return new PingResult { Targets = [] };
        }));
        using (var response = await server.SendAsync(new StringContent(Ping), HttpCompletionOption.ResponseHeadersRead, Stream))
        {
            // Nothing is read here: the operation waits as soon as the queue is full.
            (await held.Task.WaitAsync(TimeSpan.FromSeconds(10), Token)).ShouldBeInRange(RpcLimits.EventsInFlight, 999_999);
        }
        server.Log.ToString().ShouldBe("");
    }
}
