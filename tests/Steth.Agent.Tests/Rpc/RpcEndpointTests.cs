using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Steth.Agent.Rpc;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tests.Rpc;

public class RpcEndpointTests
{
    private static Task<RpcServer> StartAsync(TimeProvider? time = null) => RpcServer.StartAsync(
        dispatcher =>
        {
            dispatcher.Map(AgentOperations.LeaseRelease, (p, _, _) => p.LeaseId switch
            {
                "missing" => throw new OperationException(OperationErrorCode.NoSuchDevice, "There is no lease 'missing' here."),
                "crash" => throw new InvalidOperationException("secret detail"),
                _ => Task.FromResult(new LeaseReleaseResult { Released = true }),
            });
            dispatcher.Map(AgentOperations.InterfaceTeardown, async (p, _, token) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, token);
                return new InterfaceTeardownResult { Interface = p.Interface.ToString() };
            });
            dispatcher.Map(AgentOperations.IperfServe, (p, _, _) => Task.FromResult(
                new IperfServeResult { LeaseId = "<\"é>", Port = p.Port, Tool = "iperf3" }));
        },
        time);

    private static string Release(string lease, string id = "1") =>
        $$"""{"jsonrpc":"2.0","method":"lease.release","params":{"lease_id":"{{lease}}"},"id":{{id}}}""";

    [Fact]
    public async Task Post_Version2_IsAnsweredOnAnyPathAsJsonRpc()
    {
        await using var server = await StartAsync();
        using var response = await server.SendAsync(Release("a"));
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.GetValues("Content-Type").ShouldBe(["application/json-rpc"]);
        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe("""{"jsonrpc":"2.0","result":{"released":true},"id":1}""");
    }

    [Fact]
    public async Task Post_Version1_IsAnsweredWithNullErrorOrNullResult()
    {
        await using var server = await StartAsync();
        (await server.AskAsync("""{"method":"lease.release","params":[{"lease_id":"a"}],"id":"x"}"""))
            .ShouldBe("""{"result":{"released":true},"error":null,"id":"x"}""");
        (await server.AskAsync("""{"method":"nope","params":[],"id":7}"""))
            .ShouldStartWith("""{"result":null,"error":{"code":-32601,"message":"There is no method 'nope' here.","data":{"correlation_id":""");
    }

    [Theory]
    [InlineData("1")]
    [InlineData("-1.50e3")]
    [InlineData("12345678901234567890123")]
    [InlineData("\"a\\u0062 \\ud83d\\ude00\"")]
    [InlineData("null")]
    public async Task Post_Id_IsEchoedAsSent(string id)
    {
        await using var server = await StartAsync();
        (await server.AskAsync(Release("a", id))).ShouldEndWith($"\"id\":{id}}}");
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","method":"lease.release","params":{"lease_id":"crash"}}""")]
    [InlineData("""{"method":"lease.release","params":[],"id":null}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"nope"}""")]
    [InlineData("""[{"jsonrpc":"2.0","method":"nope"},{"jsonrpc":"2.0","method":"lease.release"}]""")]
    public async Task Post_Notification_IsAnsweredEmptyWith200(string body)
    {
        await using var server = await StartAsync();
        (await server.AskAsync(body)).ShouldBe("");
    }

    [Theory]
    [InlineData("", -32700)]
    [InlineData("{", -32700)]
    [InlineData("{\"a\":1,}", -32700)]
    [InlineData("[]", -32600)]
    [InlineData("1", -32600)]
    [InlineData("null", -32600)]
    [InlineData("{}", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":1}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","method":1,"id":1}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","method":"\ud800","id":1}""", -32700)]
    [InlineData("""{"jsonrpc":"3.0","method":"say_hello","id":1}""", -32600)]
    [InlineData("""{"jsonrpc":2.0,"method":"say_hello","id":1}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","method":"say_hello","id":{}}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","method":"say_hello","id":true}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","method":"say_hello","params":3,"id":1}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","method":"LEASE.RELEASE","id":1}""", -32601)]
    [InlineData("""{"jsonrpc":"2.0","method":"lease.release","id":1}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","method":"lease.release","params":["a"],"id":1}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","method":"lease.release","params":{"lease_id":"\ud800"},"id":1}""", -32700)]
    [InlineData("""{"jsonrpc":"2.0","method":"lease.release","params":{"lease_id":"a","\uDC00":1},"id":1}""", -32700)]
    public async Task Post_Malformed_IsRefusedAsTheStandardSays(string body, int code)
    {
        await using var server = await StartAsync();
        (await server.ErrorAsync(body)).Code.ShouldBe(code);
    }

    [Fact]
    public async Task Post_InvalidUtf8_IsAParseError()
    {
        await using var server = await StartAsync();
        using var response = await server.SendAsync(new ByteArrayContent([(byte)'"', 0xff, (byte)'"']), HttpCompletionOption.ResponseContentRead);
        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("\"code\":-32700");
    }

    [Theory]
    [InlineData(31, -32600)]
    [InlineData(40, -32700)]
    public async Task Post_DeepNesting_IsBounded(int depth, int code)
    {
        await using var server = await StartAsync();
        (await server.ErrorAsync($$"""{"id":{{new string('[', depth)}}{{new string(']', depth)}}}""")).Code.ShouldBe(code);
    }

    [Fact]
    public async Task Post_Batch_KeepsOrderAndLeavesNotificationsOut()
    {
        await using var server = await StartAsync();
        var answer = await server.AskAsync($$"""[{{Release("a", "1")}},{"jsonrpc":"2.0","method":"nope"},5,{{Release("missing", "\"b\"")}},{"method":"nope","id":3}]""");
        using var json = JsonDocument.Parse(answer);
        var answers = json.RootElement.EnumerateArray().ToArray();
        answers.Select(a => a.GetProperty("id").GetRawText()).ShouldBe(["1", "null", "\"b\"", "3"]);
        answers.Select(a => a.TryGetProperty("jsonrpc", out _)).ShouldBe([true, true, true, false]);
        answers[1].GetProperty("error").GetProperty("code").GetInt32().ShouldBe(-32600);
        answers[2].GetProperty("error").GetProperty("code").GetInt32().ShouldBe(-32005);
    }

    [Fact]
    public async Task Post_BatchOf100_IsTakenAndOf101Refused()
    {
        await using var server = await StartAsync();
        using var answers = JsonDocument.Parse(await server.AskAsync($"[{string.Join(',', Enumerable.Range(0, 100).Select(i => Release("a", $"{i}")))}]"));
        answers.RootElement.EnumerateArray().Select(a => a.GetProperty("id").GetInt32()).ShouldBe(Enumerable.Range(0, 100));
        var (code, message) = await server.ErrorAsync($"[{string.Join(',', Enumerable.Repeat(Release("a"), 101))}]");
        code.ShouldBe(-32600);
        message.ShouldBe("A batch holds 1 to 100 requests, not 101.");
    }

    [Fact]
    public async Task Post_BodyOverTheLimit_Is413AndSaysTheLimit()
    {
        await using var server = await StartAsync();
        var empty = Release("").Length;
        (await server.AskAsync(Release(new string('x', RpcLimits.BodyBytes - empty)))).ShouldContain("\"released\":true");
        using var response = await server.SendAsync(Release(new string('x', RpcLimits.BodyBytes - empty + 1)));
        response.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        text.ShouldContain("\"code\":-32600");
        text.ShouldContain("1048576");
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("OPTIONS")]
    public async Task Method_OtherThanPost_Is405(string method)
    {
        await using var server = await StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri("http://agent/"));
        using var response = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        response.Content.Headers.Allow.ShouldBe(["POST"]);
    }

    [Fact]
    public async Task Call_KnownFailure_KeepsCodeAndSentence()
    {
        await using var server = await StartAsync();
        (await server.ErrorAsync(Release("missing"))).ShouldBe((-32005, "There is no lease 'missing' here."));
    }

    [Fact]
    public async Task Call_UnknownFailure_TellsTheCorrelationIdAndLogsTheRest()
    {
        await using var server = await StartAsync();
        using var answer = JsonDocument.Parse(await server.AskAsync(Release("crash")));
        var error = answer.RootElement.GetProperty("error");
        var id = error.GetProperty("data").GetProperty("correlation_id").GetString()!;
        error.GetProperty("code").GetInt32().ShouldBe(-32603);
        error.GetProperty("message").GetString().ShouldBe($"Internal error, correlation id {id}; see the agent's log.");
        server.Log.ToString().ShouldContain("secret detail");
        server.Log.ToString().ShouldContain(id);
    }

    [Fact]
    public async Task Answer_Text_IsNotEscapedForHtml()
    {
        await using var server = await StartAsync();
        (await server.AskAsync("""{"jsonrpc":"2.0","method":"iperf.serve","id":1}"""))
            .ShouldBe("""{"jsonrpc":"2.0","result":{"lease_id":"<\"é>","port":5001,"tool":"iperf3"},"id":1}""");
    }

    [Fact]
    public async Task Deadline_Passed_CancelsTheCallAndAnswersTimeout()
    {
        var time = new FakeTimeProvider();
        await using var server = await StartAsync(time);
        var asking = server.ErrorAsync("""{"jsonrpc":"2.0","method":"interface.teardown","params":{"interface":"a"},"id":1}""", ("Steth-Deadline-Ms", "1500"));
        while (!asking.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(500));
            await Task.Yield();
        }
        (await asking).ShouldBe((-32002, "The call was not done within 1.5 s and was cancelled; allow more time."));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("1.5")]
    [InlineData("soon")]
    public async Task Deadline_Malformed_IsRefused(string deadline)
    {
        await using var server = await StartAsync();
        (await server.ErrorAsync(Release("a"), ("Steth-Deadline-Ms", deadline))).Code.ShouldBe(-32600);
    }

    [Fact]
    public async Task Stop_WhileACallRuns_CancelsItAndSaysSo()
    {
        await using var server = await StartAsync();
        var asking = server.ErrorAsync("""{"jsonrpc":"2.0","method":"interface.teardown","params":{"interface":"a"},"id":1}""");
        server.Stop();
        (await asking).Code.ShouldBe(-32004);
    }

    [Fact]
    public async Task Post_OfAWebPage_IsRefused()
    {
        await using var server = await StartAsync();
        using var response = await server.SendAsync(Release("a"), ("Origin", "http://elsewhere.example"));
        response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        answer.RootElement.GetProperty("error").GetProperty("message").GetString()
            .ShouldBe("Requests of web pages (header Origin) are refused; use a client that is no browser.");
    }

    [Fact]
    public async Task Calls_MoreThanAreTakenAtATime_AreBusyUntilOneEnds()
    {
        var calls = new HeldCalls();
        await using var server = await calls.StartAsync();
        await calls.HoldAsync(server, "192.0.2.1", RpcLimits.CallsOfOneCaller);
        var (code, message) = await HeldCalls.ErrorAsync(server, "192.0.2.1");
        code.ShouldBe((int)OperationErrorCode.Busy);
        message.ShouldBe("128 calls of this caller run on this agent already, which is the most for one; ask again when one has ended.");

        await calls.HoldAsync(server, "192.0.2.2", RpcLimits.CallsInFlight - RpcLimits.CallsOfOneCaller);
        (code, message) = await HeldCalls.ErrorAsync(server, "192.0.2.3");
        code.ShouldBe((int)OperationErrorCode.Busy);
        message.ShouldBe("256 calls run on this agent already, which is the most; ask again later.");
        // A batch is no way around: each of its requests is a call.
        using var batch = JsonDocument.Parse(await server.AskAsync($"[{HeldCalls.Request},{HeldCalls.Request}]", (RpcServer.FromHeader, "192.0.2.3")));
        batch.RootElement.EnumerateArray().ShouldAllBe(answer => answer.GetProperty("error").GetProperty("code").GetInt32() == (int)OperationErrorCode.Busy);

        await calls.EndAsync();
        (await server.AskAsync(HeldCalls.Request, (RpcServer.FromHeader, "192.0.2.1"))).ShouldContain("result");
    }

    [Fact]
    public async Task Bodies_MoreThanAreHeldAtATime_AreBusyUntilTheirCallsEnd()
    {
        var calls = new HeldCalls();
        await using var server = await calls.StartAsync();
        // What is set aside for a body of 600,000 bytes as it comes is a mebibyte at most; so of one caller some 20 fit.
        var request = HeldCalls.Request + new string(' ', 600_000);
        for (var held = 0; held < 18; held++)
            await calls.HoldAsync(server, "192.0.2.1", 1, request);
        var busy = (Code: 0, Message: "");
        for (var more = 0; more < 60 && busy.Code == 0; more++)
        {
            var call = server.AskAsync(request, (RpcServer.FromHeader, "192.0.2.1"));
            if (await Task.WhenAny(call, calls.NextStart) == call)
                busy = await HeldCalls.ErrorAsync(server, "192.0.2.1", request);
        }
        busy.ShouldBe(((int)OperationErrorCode.Busy, "Too many bytes of requests are held on this agent already; ask again later."));
        // Others, and small requests, go on.
        await calls.HoldAsync(server, "192.0.2.2", 1, request);
        await calls.HoldAsync(server, "192.0.2.1", 1);
        await calls.EndAsync();
        (await server.AskAsync(request, (RpcServer.FromHeader, "192.0.2.1"))).ShouldContain("result");
    }

    [Fact]
    public async Task Error_QuotingTheCaller_IsBoundedAndPrintable()
    {
        await using var server = await StartAsync();
        var (_, message) = await server.ErrorAsync("""{"jsonrpc":"2.0","method":"interface.teardown","params":{"interface":"a\n\u001b[31m\u202e"},"id":1}""");
        message.ShouldStartWith("interface: 'a\\u000a\\u001b[31m\\u202e' is not a network device name");
        (_, message) = await server.ErrorAsync($$"""{"jsonrpc":"2.0","method":"interface.teardown","params":{"interface":"{{new string('a', 10240)}}"},"id":1}""");
        message.Length.ShouldBe(1003);
        message.ShouldEndWith("' is not a network device name; expected 1-15 characters without spaces or '/', not starting with '-'.");
    }

    [Fact]
    public async Task Invoke_WithinTheAgent_NeedsNoJson()
    {
        await using var server = await StartAsync();
        var call = new CallContext { CorrelationId = "test" };
        var token = TestContext.Current.CancellationToken;
        (await server.Dispatcher.InvokeAsync(AgentOperations.LeaseRelease, new LeaseReleaseParams { LeaseId = "a" }, call, token)).Released.ShouldBeTrue();
        (await Should.ThrowAsync<OperationException>(() => server.Dispatcher.InvokeAsync(AgentOperations.OvsShow, new OvsShowParams(), call, token)))
            .Code.ShouldBe(OperationErrorCode.MethodNotFound);
    }
}
