using System.IO.Pipelines;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Steth.Agent.Rpc;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Identity;

namespace Steth.Agent.Tests.Rpc;

/// <summary>A certificate that is revoked, or ends, while its operator asks.</summary>
public sealed class CertificateEndTests : IDisposable
{
    private const string Forever = """{"jsonrpc":"2.0","method":"interface.teardown","params":{"interface":"eth1"},"id":1}""";

    private static readonly DateTimeOffset Now = new(2031, 5, 4, 3, 2, 1, TimeSpan.Zero);

    private readonly string _folder = Directory.CreateTempSubdirectory("steth-end-").FullName;
    private readonly AskedTime _time = new();
    private readonly AuthorityFolder _authority;
    private readonly string _node;
    private readonly X509Certificate2 _alice;
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _runs;

    public CertificateEndTests()
    {
        _authority = AuthorityFolder.Create(Path.Combine(_folder, "pki"), Now);
        _node = _authority.IssueNode(PrincipalName.Parse("comp1"), [], [IPAddress.Loopback], Now, TimeSpan.FromDays(9));
        var alice = _authority.IssueOperator(PrincipalName.Parse("alice"), Role.Change, false, Now, TimeSpan.FromSeconds(100));
        _alice = X509Certificate2.CreateFromPem(File.ReadAllText(Path.Combine(alice, BundleFiles.Certificate)));
    }

    private string Whose => $" It is alice's, serial number {_alice.SerialNumber}.";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _alice.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task CallThatRuns_CertificateRevoked_EndsWithinTwoSecondsAndSaysWhy()
    {
        await using var server = await StartAsync();
        var asking = server.ErrorAsync(Forever);
        await _started.Task;
        Revoke();
        _time.Advance(TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        (await asking.WaitAsync(TimeSpan.FromSeconds(20), Token)).ShouldBe(
            ((int)OperationErrorCode.Forbidden, $"The caller's certificate is revoked.{Whose}"));
        var entry = Entries(server).ShouldHaveSingleItem();
        (entry.Who, entry.Method, entry.Target, entry.Outcome, entry.Reason).ShouldBe(
            ("alice", "interface.teardown", "eth1", AuditOutcome.Refused, $"The caller's certificate is revoked.{Whose}"));
    }

    [Fact]
    public async Task StreamThatRuns_CertificateEnds_IsTheLastLine()
    {
        await using var server = await StartAsync();
        using var body = new StringContent(Forever);
        using var response = await server.SendAsync(body, HttpCompletionOption.ResponseHeadersRead, ("Accept", "application/x-ndjson"));
        await _started.Task;
        for (var second = 0; second <= 100; second++)
            _time.Advance(TimeSpan.FromSeconds(1));
        var lines = (await response.Content.ReadAsStringAsync(Token).WaitAsync(TimeSpan.FromSeconds(20), Token)).Split('\n');
        lines[^2].ShouldContain($"The caller's certificate ended on 2031-05-04 03:03 UTC: renew it with 'steth pki renew'.{Whose}");
    }

    [Fact]
    public async Task Body_CertificateRevokedWhileItComes_RunsNothing()
    {
        await using var server = await StartAsync();
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes(Forever[..20]), Token);
        using var body = new StreamContent(pipe.Reader.AsStream());
        var before = _time.Asked;
        var asking = server.SendAsync(body, HttpCompletionOption.ResponseContentRead);
        // From here on he is known, and his body is read.
        while (_time.Asked == before)
            await Task.Delay(10, Token);
        Revoke();
        _time.Advance(TimeSpan.FromSeconds(1));
        await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes(Forever[20..]), Token);
        await pipe.Writer.CompleteAsync();
        using var response = await asking.WaitAsync(TimeSpan.FromSeconds(20), Token);
        (await response.Content.ReadAsStringAsync(Token)).ShouldContain("The caller's certificate is revoked.");
        _runs.ShouldBe(0);
    }

    [Fact]
    public async Task RevokedBefore_AuditSaysWhoseItWas()
    {
        Revoke();
        _time.Advance(TimeSpan.FromSeconds(1));
        await using var server = await StartAsync();
        (await server.ErrorAsync(Forever)).Code.ShouldBe((int)OperationErrorCode.Forbidden);
        Entries(server).ShouldHaveSingleItem().Reason.ShouldBe($"The caller's certificate is revoked.{Whose}");
    }

    private Task<RpcServer> StartAsync() => RpcServer.StartAsync(
        dispatcher => dispatcher.Map(AgentOperations.InterfaceTeardown, async (p, _, token) =>
        {
            Interlocked.Increment(ref _runs);
            _started.TrySetResult();
            await Task.Delay(Timeout.Infinite, token);
            return new InterfaceTeardownResult { Interface = p.Interface.ToString() };
        }),
        Callers.Certified(new BundleWatch(_node, PrincipalKind.Node, _time, _ => { }), Role.Change, _time),
        _alice,
        _time);

    private void Revoke() => _authority.Revoke(_authority.List().Where(i => i.Principal.Kind == PrincipalKind.Operator), Now);

    private static AuditEntry[] Entries(RpcServer server) => [.. server.Audit.Read(_ => true, 100, Token).Entries];

    /// <summary>Counts who wants to know the time of day.</summary>
    private sealed class AskedTime() : FakeTimeProvider(Now)
    {
        private int _asked;

        public int Asked => Volatile.Read(ref _asked);

        public override DateTimeOffset GetUtcNow()
        {
            Interlocked.Increment(ref _asked);
            return base.GetUtcNow();
        }
    }
}
