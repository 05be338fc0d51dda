using System.Net;
using System.Net.Sockets;
using System.Text;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;
using Steth.Identity;

namespace Steth.Controller.Tests.Agents;

public sealed class AgentClientTests : IDisposable
{
    private const string Renewed = """{"jsonrpc":"2.0","id":1,"result":{"expires_at":"2026-01-02T03:04:05+00:00"}}""";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private readonly AgentClient _client = new(
        new AgentClientSettings { Silence = TimeSpan.FromSeconds(1), ConnectTimeout = TimeSpan.FromSeconds(1), MaxLineBytes = 4096, MaxAnswerBytes = 65536 },
        TimeProvider.System);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _client.Dispose();

    private static Node At(IPEndPoint endpoint) => new() { Name = "comp1", AgentEndpoint = endpoint, Networks = [] };

    private Task<LeaseRenewResult> RenewAsync(IPEndPoint endpoint, TimeSpan? deadline = null) => _client.CallAsync(
        At(endpoint), AgentOperations.LeaseRenew, new LeaseRenewParams { LeaseId = "x", Seconds = 5 }, deadline ?? Deadline, Token);

    private async Task<AgentException> FailAsync(string answer)
    {
        await using var server = new CannedServer(answer);
        return await Should.ThrowAsync<AgentException>(RenewAsync(server.Endpoint));
    }

    private async Task<(PingResult? Result, List<string> Events)> PingAsync(IPEndPoint endpoint)
    {
        var events = new List<string>();
        var result = await _client.StreamAsync(
            At(endpoint),
            AgentOperations.Ping,
            new PingParams { Targets = [IPAddress.Loopback] },
            e => events.Add($"{e.Destination} {e.Received}"),
            Deadline,
            Token);
        return (result, events);
    }

    private static CannedServer Stream(params string[] lines) => new(async (stream, ct) =>
    {
        await stream.WriteAsync(CannedServer.StreamHead, ct);
        foreach (var line in lines)
            await stream.WriteAsync(Encoding.UTF8.GetBytes(line), ct);
        stream.Close();
    });

    private static string Event(string address) => Line($$$"""{"jsonrpc":"2.0","method":"event","params":{"destination":"{{{address}}}","sent":1,"received":1}}""");

    private static string Line(string text) => text + "\n";

    [Fact]
    public async Task CallAsync_Answered_SendsOneRequestAndReadsTheResult()
    {
        await using var server = new CannedServer(CannedServer.Http(Renewed));
        var result = await RenewAsync(server.Endpoint);
        result.ExpiresAt.ShouldBe(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        var request = server.Requests.ShouldHaveSingleItem();
        request.ShouldStartWith("POST /jsonrpc HTTP/1.1\r\n");
        request.ShouldContain("Content-Type: application/json\r\n");
        request.ShouldContain("Steth-Deadline-Ms: 18000\r\n");
        request.ShouldEndWith("""{"jsonrpc":"2.0","id":1,"method":"lease.renew","params":{"lease_id":"x","seconds":5}}""");
    }

    [Fact]
    public async Task CallAsync_SecondCall_UsesTheConnectionAgain()
    {
        await using var server = new CannedServer(CannedServer.Http(Renewed));
        await RenewAsync(server.Endpoint);
        await RenewAsync(server.Endpoint);
        server.Connections.ShouldBe(1);
        server.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task CallAsync_AgentRefuses_KeepsCodeAndWords()
    {
        var failure = await FailAsync(CannedServer.Http("""{"jsonrpc":"2.0","id":1,"error":{"code":-32005,"message":"There is no lease 'x' here."}}"""));
        failure.Code.ShouldBe(OperationErrorCode.NoSuchDevice);
        failure.IsSilent.ShouldBeFalse();
        failure.Message.ShouldBe("There is no lease 'x' here.");
        failure.Node.ShouldBe("comp1");
    }

    [Fact]
    public async Task CallAsync_UnknownMethod_SaysThatTheVersionDiffers()
    {
        var failure = await FailAsync(CannedServer.Http("""{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"x"}}"""));
        failure.Code.ShouldBe(OperationErrorCode.MethodNotFound);
        failure.Message.ShouldMatch("^The agent on 127.0.0.1:[0-9]+ does not know lease.renew: it is another version than this steth; update the older of the two.$");
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":null}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":[1]}""")]
    public async Task CallAsync_ResultOfAnotherShape_SaysThatTheVersionDiffers(string body)
    {
        var failure = await FailAsync(CannedServer.Http(body));
        failure.Code.ShouldBe(OperationErrorCode.InternalError);
        failure.Message.ShouldEndWith("in another shape than expected: it is another version than this steth; update the older of the two.");
        failure.Message.ShouldNotContain("Steth.Contracts");
    }

    [Theory]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "it answers HTTP 404.")]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", "it answers HTTP 302.")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\nmore\r\n\r\n", "it does not speak HTTP.")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "its answer to lease.renew is not JSON.")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"a\":\"b\"}", "its answer to lease.renew is not JSON-RPC 2.0.")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]", "its answer to lease.renew is not JSON-RPC 2.0.")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "its answer to lease.renew is not JSON.")]
    public async Task CallAsync_SomebodyElse_IsNotAnAgent(string answer, string sign)
    {
        var failure = await FailAsync(answer);
        failure.IsSilent.ShouldBeTrue();
        failure.Message.ShouldMatch("^Something answers on 127.0.0.1:[0-9]+ but it is not a steth-agent: ");
        failure.Message.ShouldEndWith(sign);
    }

    [Fact]
    public async Task CallAsync_TooLongAnAnswer_IsCutOff() =>
        (await FailAsync(CannedServer.Http(new string(' ', 70000)))).Message.ShouldEndWith("it sends more than 65536 bytes where one answer was expected.");

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"jsonrpc\":")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le")]
    [InlineData("")]
    public async Task CallAsync_HalfAnAnswer_SaysThatItEnded(string half)
    {
        await using var server = new CannedServer(async (stream, ct) =>
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(half), ct);
            stream.Close();
        });
        var failure = await Should.ThrowAsync<AgentException>(RenewAsync(server.Endpoint));
        failure.Message.ShouldBe($"The connection to {server.Endpoint} ended before the answer did: did steth-agent stop there, or has it a certificate "
            + "(then leave out --insecure)?");
        failure.IsSilent.ShouldBeTrue();
    }

    [Fact]
    public async Task CallAsync_NobodyListens_SaysSo()
    {
        IPEndPoint endpoint;
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            endpoint = (IPEndPoint)free.LocalEndpoint;
        }
        var failure = await Should.ThrowAsync<AgentException>(RenewAsync(endpoint));
        failure.Message.ShouldBe($"No agent listens on {endpoint}: is steth-agent running there?");
        failure.IsSilent.ShouldBeTrue();
    }

    [Fact]
    public async Task CallAsync_NoAnswerInTime_IsGivenUp()
    {
        await using var server = new CannedServer((_, ct) => Task.Delay(Timeout.Infinite, ct));
        var failure = await Should.ThrowAsync<AgentException>(RenewAsync(server.Endpoint, TimeSpan.FromMilliseconds(300)));
        failure.Message.ShouldBe($"{server.Endpoint} did not answer within 0.3 s.");
    }

    [Fact]
    public async Task CallAsync_NoHandshake_IsAnAgentThatDoesNotAnswer()
    {
        var folder = Directory.CreateTempSubdirectory("steth-client-").FullName;
        try
        {
            var identity = AuthorityFolder.Create(Path.Combine(folder, "pki"), DateTimeOffset.UtcNow)
                .IssueOperator(PrincipalName.Parse("operator"), Role.Read, payload: false, DateTimeOffset.UtcNow, TimeSpan.FromDays(1));
            using var client = new AgentClient(
                new AgentClientSettings { Identity = IdentityBundle.Load(identity, PrincipalKind.Operator), ConnectTimeout = TimeSpan.FromSeconds(0.2) },
                TimeProvider.System);
            // The kernel takes the connection; the program behind it is hung, or too busy.
            var hung = new TcpListener(IPAddress.Loopback, 0);
            hung.Start();
            var endpoint = (IPEndPoint)hung.LocalEndpoint;

            var failure = await Should.ThrowAsync<AgentException>(client.CallAsync(
                At(endpoint), AgentOperations.AgentInfo, new AgentInfoParams(), TimeSpan.FromSeconds(1), Token));

            hung.Stop();
            failure.Message.ShouldBe($"{endpoint} did not answer within 1 s.");
            failure.IsSilent.ShouldBeTrue();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task CallAsync_NoConnection_IsSaidToBeSo()
    {
        // A full queue: the kernel does not answer who comes next, as a firewall that swallows does not.
        using var full = new Socket(SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        full.Listen(0);
        var endpoint = (IPEndPoint)full.LocalEndPoint!;
        Socket[] waiting = [.. Enumerable.Range(0, 4).Select(_ => new Socket(SocketType.Stream, ProtocolType.Tcp))];
        foreach (var socket in waiting)
            _ = socket.ConnectAsync(endpoint, Token).AsTask().ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        await Task.Delay(200, Token);

        var failure = await Should.ThrowAsync<AgentException>(RenewAsync(endpoint));

        foreach (var socket in waiting)
            socket.Dispose();
        failure.Message.ShouldBe($"{endpoint} did not take a connection within 1 s: is the host up, and the port open in its firewall?");
    }

    [Fact]
    public async Task CallAsync_CallerGivesUp_IsCancelled()
    {
        await using var server = new CannedServer((_, ct) => Task.Delay(Timeout.Infinite, ct));
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await Should.ThrowAsync<OperationCanceledException>(_client.CallAsync(
            At(server.Endpoint), AgentOperations.LeaseRenew, new LeaseRenewParams { LeaseId = "x", Seconds = 5 }, Deadline, cancel.Token));
    }

    [Fact]
    public async Task StreamAsync_EventsHeartbeatsAndTheResponse_ArriveInOrder()
    {
        await using var server = Stream(
            Event("192.0.2.1"),
            Line("""{"jsonrpc":"2.0","method":"heartbeat"}"""),
            "\n",
            Event("192.0.2.2")[..20],
            Event("192.0.2.2")[20..],
            Line("""{"jsonrpc":"2.0","method":"news","params":{}}"""),
            """{"jsonrpc":"2.0","id":1,"result":{"targets":[]}}""");
        var (result, events) = await PingAsync(server.Endpoint);
        result!.Targets.ShouldBeEmpty();
        events.ShouldBe(["192.0.2.1 1", "192.0.2.2 1"]);
        server.Requests[0].ShouldContain("Accept: application/x-ndjson\r\n");
    }

    /// <summary>JSON, but nothing that an agent says, or that could be read as text.</summary>
    [Theory]
    [InlineData("""{"jsonrpc":"2.0","method":1}""", "JSON-RPC 2.0")]
    [InlineData("""{"jsonrpc":"2.0","method":null,"result":{}}""", "JSON-RPC 2.0")]
    [InlineData("""{"jsonrpc":"2.\ud800","method":"event"}""", "JSON")]
    [InlineData("""{"jsonrpc":"2.0","method":"e\uD800","params":{}}""", "JSON")]
    [InlineData("""{"jsonrpc":"2.0","m\ud800":"event"}""", "JSON")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":{"code":-32001,"message":"\ud800"}}""", "JSON")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{"targets":["\udfff"]}}""", "JSON")]
    public async Task StreamAsync_LineThatIsNone_IsNotAnAgent(string line, string what)
    {
        await using var server = Stream(Event("192.0.2.1"), Line(line));
        (await Should.ThrowAsync<AgentException>(PingAsync(server.Endpoint))).Message
            .ShouldEndWith($"but it is not a steth-agent: its answer to icmp.ping is not {what}.");
    }

    [Fact]
    public async Task CallAsync_ErrorWithAWholeSurrogatePair_IsItsText()
    {
        var failure = await FailAsync(CannedServer.Http("""{"jsonrpc":"2.0","id":1,"error":{"code":-32001,"message":"\ud83d\ude00"}}"""));
        failure.Message.ShouldBe("😀");
    }

    [Fact]
    public async Task StreamAsync_ErrorAtTheEnd_IsThrown()
    {
        await using var server = Stream(Event("192.0.2.1"), Line("""{"jsonrpc":"2.0","id":1,"error":{"code":-32001,"message":"Not permitted."}}"""));
        var failure = await Should.ThrowAsync<AgentException>(PingAsync(server.Endpoint));
        failure.Code.ShouldBe(OperationErrorCode.PermissionDenied);
    }

    [Fact]
    public async Task StreamAsync_EndsWithoutAResponse_SaysSo()
    {
        await using var server = Stream(Event("192.0.2.1"));
        (await Should.ThrowAsync<AgentException>(PingAsync(server.Endpoint))).Message.ShouldContain("ended before the answer did");
    }

    [Fact]
    public async Task StreamAsync_FallsSilent_IsGivenUp()
    {
        await using var server = new CannedServer(async (stream, ct) =>
        {
            await stream.WriteAsync(CannedServer.StreamHead, ct);
            await stream.WriteAsync(Encoding.UTF8.GetBytes(Event("192.0.2.1")), ct);
            await Task.Delay(Timeout.Infinite, ct);
        });
        var failure = await Should.ThrowAsync<AgentException>(PingAsync(server.Endpoint));
        failure.Message.ShouldBe($"The agent on {server.Endpoint} has been silent for 1 s: the host or the way to it is down.");
    }

    [Fact]
    public async Task StreamAsync_DripWithoutALine_IsSilenceToo()
    {
        await using var server = new CannedServer(async (stream, ct) =>
        {
            await stream.WriteAsync(CannedServer.StreamHead, ct);
            while (true)
            {
                await stream.WriteAsync(" "u8.ToArray(), ct);
                await Task.Delay(100, ct);
            }
        });
        (await Should.ThrowAsync<AgentException>(PingAsync(server.Endpoint))).Message.ShouldContain("has been silent for 1 s");
    }

    [Fact]
    public async Task StreamAsync_HeartbeatsOnly_OutlastTheSilence()
    {
        await using var server = new CannedServer(async (stream, ct) =>
        {
            await stream.WriteAsync(CannedServer.StreamHead, ct);
            for (var i = 0; i < 6; i++)
            {
                await stream.WriteAsync(Encoding.UTF8.GetBytes(Line("""{"jsonrpc":"2.0","method":"heartbeat"}""")), ct);
                await Task.Delay(300, ct);
            }
            await stream.WriteAsync(Encoding.UTF8.GetBytes(Line("""{"jsonrpc":"2.0","id":1,"result":{"targets":[]}}""")), ct);
            stream.Close();
        });
        (await PingAsync(server.Endpoint)).Result!.Targets.ShouldBeEmpty();
    }

    [Fact]
    public async Task StreamAsync_EndlessLine_IsCutOff()
    {
        await using var server = Stream(new string('x', 5000));
        (await Should.ThrowAsync<AgentException>(PingAsync(server.Endpoint))).Message.ShouldEndWith("it sends more than 4096 bytes where one answer was expected.");
    }
}
