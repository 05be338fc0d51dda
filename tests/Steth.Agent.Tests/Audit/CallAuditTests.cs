using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Steth.Agent.Audit;
using Steth.Agent.Compat;
using Steth.Agent.Operations;
using Steth.Agent.Tests.Rpc;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tests.Audit;

/// <summary>A line a call, whatever becomes of it: over the real endpoint.</summary>
public class CallAuditTests
{
    private static Task<RpcServer> StartAsync(Role most = Role.Change) => RpcServer.StartAsync(
        dispatcher =>
        {
            dispatcher.Map(AgentOperations.LeaseList, (_, _, _) => Task.FromResult(new LeaseListResult { Leases = [] }));
            dispatcher.Map(AgentOperations.InterfaceTeardown, async (p, _, token) =>
            {
                await Task.Delay(Timeout.Infinite, token);
                return new InterfaceTeardownResult { Interface = p.Interface.ToString() };
            });
            dispatcher.Map(AgentOperations.InterfaceList, (_, _, _) =>
                throw new OperationException(OperationErrorCode.ToolMissing, "ip is not installed on this host; install the package iproute2."));
            dispatcher.Map(AgentOperations.FrameSend, (_, _, _) => Task.FromResult(new FrameSendResult { Sent = 1, Mark = 1 }));
            CompatMethods.Map(dispatcher);
        },
        most: most);

    private static string Call(string method, string parameters = "{}") => $$"""{"jsonrpc":"2.0","method":"{{method}}","params":{{parameters}},"id":1}""";

    private static AuditEntry[] Entries(RpcServer server) => [.. server.Audit.Read(_ => true, 10_000, TestContext.Current.CancellationToken).Entries];

    private static async Task<AuditEntry> OneAsync(string body, Role most = Role.Change, params (string, string)[] headers)
    {
        await using var server = await StartAsync(most);
        (await server.SendAsync(body, headers)).Dispose();
        return Entries(server).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Call_Done_SaysWhoWhatOnWhatAndHowLong()
    {
        var before = DateTimeOffset.UtcNow.AddMilliseconds(-1);
        var entry = await OneAsync(Call("frame.send", """{"device":"eth1","namespace":"qrouter-1","kind":"probe","target_ip":"192.0.2.9","count":3}"""));
        entry.At.ShouldBeInRange(before, DateTimeOffset.UtcNow);
        entry.Id.ShouldMatch("^[0-9a-f]{6}-1$");
        entry.DurationMs.ShouldBeInRange(0, 10_000);
        entry.ShouldBe(new AuditEntry
        {
            At = entry.At,
            Id = entry.Id,
            Role = "change",
            Method = "frame.send",
            Target = "eth1 qrouter-1 192.0.2.9",
            Params = """{"device":"eth1","namespace":"qrouter-1","kind":"probe","target_ip":"192.0.2.9","count":3}""",
            Outcome = AuditOutcome.Ok,
            DurationMs = entry.DurationMs,
        });
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","method":"interface.teardown","params":{"interface":"eth1"},"id":1}""", Role.Read, "interface.teardown", "eth1",
        AuditOutcome.Refused, "interface.teardown needs the role change, and this agent allows read at most (max_role).")]
    [InlineData("""{"jsonrpc":"2.0","method":"no.such","params":{"secret":"x"},"id":1}""", Role.Read, "no.such", null,
        AuditOutcome.Refused, "There is no method 'no.such' here.")]
    [InlineData("{", Role.Read, null, null, AuditOutcome.Refused, "The body is not JSON, or nested deeper than 32: line 1, byte 2.")]
    [InlineData("[]", Role.Read, null, null, AuditOutcome.Refused, "A batch holds 1 to 100 requests, not 0.")]
    [InlineData("""{"jsonrpc":"2.0","method":7,"id":1}""", Role.Read, null, null, AuditOutcome.Refused, "Not a JSON-RPC request: method must be a string.")]
    [InlineData("""{"jsonrpc":"2.0","method":"lease.list"}""", Role.Read, "lease.list", null, AuditOutcome.Ok, null)]
    [InlineData("""{"jsonrpc":"2.0","method":"interface.list","id":1}""", Role.Read, "interface.list", null,
        AuditOutcome.Failed, "ip is not installed on this host; install the package iproute2.")]
    [InlineData("""{"method":"get_interface","params":["eth7"],"id":1}""", Role.Read, "get_interface", "eth7",
        AuditOutcome.Failed, "ip is not installed on this host; install the package iproute2.")]
    public async Task Call_OfEachKind_IsOneLineWithItsReason(
        string body, Role most, string? method, string? target, AuditOutcome outcome, string? reason)
    {
        var entry = await OneAsync(body, most);
        (entry.Method, entry.Target, entry.Outcome, entry.Reason).ShouldBe((method, target, outcome, reason));
    }

    [Fact]
    public async Task Call_UnknownMember_IsRefusedAndItsValueNotKept()
    {
        var entry = await OneAsync(Call("lease.list", """{"password":"hunter2"}"""));
        (entry.Outcome, entry.Params).ShouldBe((AuditOutcome.Refused, null));
        entry.ToString().ShouldNotContain("hunter2");
    }

    /// <summary>The reader of parameters takes them so as well.</summary>
    [Fact]
    public async Task Call_ParametersInAnArrayOfOne_AreKeptAsAnyOther()
    {
        var entry = await OneAsync(Call("frame.send", """[{"device":"eth1","kind":"probe","count":3}]"""));
        (entry.Outcome, entry.Target, entry.Params).ShouldBe((AuditOutcome.Ok, "eth1", """{"device":"eth1","kind":"probe","count":3}"""));
    }

    [Theory]
    [InlineData("\"AQID\"", "(3 bytes)")]
    [InlineData("\"???\"", "(no bytes)")]
    [InlineData("7", "(no bytes)")]
    public void Bytes_AreCountedAndNotKept(string value, string kept) => AuditedParams.Of(
        JsonElement.Parse($$"""{"data":{{value}}}"""), AgentOperations.CaptureRun.EventType.Options.GetTypeInfo(typeof(CapturedFrame))).Params.ShouldBe($$"""{"data":"{{kept}}"}""");

    [Fact]
    public async Task Call_LongParameters_AreBounded()
    {
        var names = string.Join(',', Enumerable.Range(0, 5000).Select(i => $"\"192.0.2.{i % 250}\""));
        var entry = await OneAsync($$"""{"method":"ping","params":{"ips":[{{names}}],"interface":"{{new string('i', 50_000)}}"},"id":1}""", Role.Read);
        entry.Params!.Length.ShouldBeLessThanOrEqualTo(1001);
        entry.Params.ShouldContain("(4992 more)");
        entry.Target.ShouldBe($"192.0.2.0 192.0.2.1 192.0.2.2 192.0.2.3 +5");
    }

    [Fact]
    public async Task Call_NameWithLineEnds_IsOneLineOfTheLog()
    {
        await using var server = await StartAsync();
        (await server.SendAsync(Call("""a\nerror: forged\u001b[31m"""))).Dispose();
        server.Log.ToString().Split('\n').Count(line => line.Contains("audit {", StringComparison.Ordinal)).ShouldBe(1);
        server.Log.ToString().ShouldNotContain("\nerror: forged");
        server.Log.ToString().ShouldNotContain("\u001b");
    }

    [Fact]
    public async Task Batch_EachMember_IsALine()
    {
        await using var server = await StartAsync(Role.Read);
        (await server.SendAsync($"[{Call("lease.list")},{Call("no.such")},7]")).Dispose();
        Entries(server).Select(e => (e.Method, e.Outcome)).ShouldBe(
            [("lease.list", AuditOutcome.Ok), ("no.such", AuditOutcome.Refused), (null, AuditOutcome.Refused)], ignoreOrder: true);
        Entries(server).Select(e => e.Id).Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public async Task Call_DeadlinePassed_IsATimeout()
    {
        var entry = await OneAsync(Call("interface.teardown", """{"interface":"eth1"}"""), Role.Change, ("Steth-Deadline-Ms", "50"));
        (entry.Outcome, entry.Target).ShouldBe((AuditOutcome.Timeout, "eth1"));
        entry.DurationMs.ShouldBeGreaterThan(40);
    }

    [Fact]
    public async Task Call_CallerWentAway_IsCancelled()
    {
        await using var server = await StartAsync();
        using var gone = new CancellationTokenSource(200);
        using var body = new StringContent(Call("interface.teardown", """{"interface":"eth1"}"""));
        await Should.ThrowAsync<OperationCanceledException>(() => server.Client.PostAsync(new Uri("http://agent/"), body, gone.Token));
        for (var i = 0; i < 100 && Entries(server).Length == 0; i++)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        (Entries(server).ShouldHaveSingleItem().Outcome, Entries(server)[0].Method).ShouldBe((AuditOutcome.Cancelled, "interface.teardown"));
    }

    [Fact]
    public async Task Body_TooLong_IsALine()
    {
        await using var server = await StartAsync();
        using var response = await server.SendAsync(new string(' ', (1 << 20) + 1));
        response.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        Entries(server).ShouldHaveSingleItem().Reason.ShouldStartWith("The body is longer than");
    }

    [Fact]
    public async Task Strangers_AreALineForTheFirstAndCountedFromThenOn()
    {
        await using var server = await StartAsync();
        for (var i = 0; i < 50; i++)
            (await server.SendAsync(Call("lease.list"), ("Origin", "http://evil.example"))).Dispose();
        var entry = Entries(server).ShouldHaveSingleItem();
        (entry.Who, entry.Role, entry.Method, entry.Outcome).ShouldBe((null, null, null, AuditOutcome.Refused));
        entry.Reason.ShouldStartWith("Requests of web pages");
    }

    [Fact]
    public void Tally_AMinuteOfRefusals_IsTwoLines()
    {
        var audit = new AuditLog(AuditLog.Journal, new RpcLog());
        var time = new FakeTimeProvider();
        using var tally = new RefusalTally(audit, time, "tls");
        for (var i = 0; i < 1000; i++)
            tally.Refused(IPAddress.Parse("192.0.2.66"), "The handshake showed no certificate.");
        time.Advance(RefusalTally.Span);
        audit.Read(_ => true, 10, TestContext.Current.CancellationToken).Entries.Select(e => (e.Id, e.From, e.Reason)).ShouldBe(
        [
            ("tls-1", "192.0.2.66", "The handshake showed no certificate."),
            ("tls-2", "192.0.2.66", "999 more refusals within a minute, the last: The handshake showed no certificate."),
        ]);
    }

    [Fact]
    public async Task AuditReadHandler_Filters_TakeTheNewestThatMatch()
    {
        var audit = new AuditLog(AuditLog.Journal, new RpcLog());
        var start = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
        for (var i = 0; i < 10; i++)
        {
            audit.Write(new AuditEntry
            {
                At = start.AddMinutes(i),
                Id = $"{i}",
                Who = i % 2 == 0 ? "alice" : null,
                From = $"192.0.2.{i}",
                Method = i < 8 ? "icmp.ping" : "lease.list",
                Outcome = i == 4 ? AuditOutcome.Refused : AuditOutcome.Ok,
                DurationMs = 1,
            });
        }
        (await ReadAsync(new AuditReadParams())).ShouldBe("0123456789");
        (await ReadAsync(new AuditReadParams { Limit = 2 })).ShouldBe("89");
        (await ReadAsync(new AuditReadParams { Since = start.AddMinutes(2), Until = start.AddMinutes(5) })).ShouldBe("234");
        (await ReadAsync(new AuditReadParams { Who = "alice" })).ShouldBe("02468");
        (await ReadAsync(new AuditReadParams { Who = "192.0.2.3" })).ShouldBe("3");
        (await ReadAsync(new AuditReadParams { Method = "lease.list", Who = "alice" })).ShouldBe("8");
        (await ReadAsync(new AuditReadParams { Outcome = AuditOutcome.Refused })).ShouldBe("4");
        (await Should.ThrowAsync<OperationException>(() => ReadAsync(new AuditReadParams { Limit = 0 }))).Message
            .ShouldBe("limit has 0; allowed are 1-10000.");

        async Task<string> ReadAsync(AuditReadParams wanted)
        {
            var ids = new StringBuilder();
            await new AuditReadHandler(audit).HandleAsync(
                wanted,
                (entry, _) =>
                {
                    ids.Append(entry.Id);
                    return ValueTask.CompletedTask;
                },
                new() { CorrelationId = "t-1" },
                TestContext.Current.CancellationToken);
            return ids.ToString();
        }
    }
}
