using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Steth.Agent.Tests.Host;
using Steth.Agent.Tests.Kernel;
using Steth.Contracts;
using Steth.Identity;

namespace Steth.Agent.Tests.Limits;

/// <summary>What comes to the TLS port and is no client of ours, or one that misbehaves.</summary>
public sealed class TlsConnectionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("steth-tls-").FullName;

    private AuthorityFolder? _authority;
    private IdentityBundle? _operator;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task GarbageAndPlainHttp_GetNothingAndLeaveTheLogAlone()
    {
        await using var agent = await StartAsync();
        var lines = agent.Lines.Count;
        var random = new Random(61);
        for (var i = 0; i < 100; i++)
        {
            var garbage = new byte[random.Next(1, 3000)];
            random.NextBytes(garbage);
            (await SayAsync(agent, garbage)).ShouldNotContain("HTTP");
            (await SayAsync(agent, "POST / HTTP/1.1\r\nHost: agent\r\nContent-Length: 2\r\n\r\n{}"u8.ToArray())).ShouldNotContain("HTTP");
            // The head of a ClientHello with a body that is none.
            (await SayAsync(agent, [0x16, 0x03, 0x01, 0x00, 0x40, 0x01, .. garbage])).ShouldNotContain("HTTP");
        }
        agent.Lines.Skip(lines).ShouldBeEmpty();
    }

    [Fact]
    public async Task HalfOpenHandshakes_AreGivenUp()
    {
        await using var agent = await StartAsync();
        var start = Stopwatch.GetTimestamp();
        using var crowd = new Crowd();
        await crowd.JoinAsync(agent.Port, "127.0.5.1", 100);
        crowd.Alive().ShouldBe(100);
        await crowd.UntilAliveAsync(0);
        Stopwatch.GetElapsedTime(start).TotalSeconds.ShouldBeInRange(10, 20);
    }

    [Fact]
    public async Task GarbageBeneathTls_EndsThatConnectionAlone()
    {
        await using var agent = await StartAsync();
        await using var other = await ConnectAsync(agent);
        await AskAsync(other);
        var lines = agent.Lines.Count;
        var random = new Random(62);
        var garbage = new byte[2000];
        // What is no record at all, a record of data and an alert whose seals are wrong.
        foreach (var head in (byte[][])[[0x80, 0x80, 0x80], [0x17, 0x03, 0x03, 0x01, 0x00], [0x15, 0x03, 0x03, 0x00, 0x20]])
        {
            random.NextBytes(garbage);
            var (tcp, tls) = await ConnectWithTcpAsync(agent);
            await using var _ = tls;
            await AskAsync(tls);
            await tcp.WriteAsync((byte[])[.. head, .. garbage], Token);
            (await UntilClosedAsync(tls)).ShouldBe("");
            await AskAsync(other);
        }
        await using var late = await ConnectAsync(agent);
        await AskAsync(late);
        agent.Lines.Skip(lines).ShouldBeEmpty();
    }

    [Fact]
    public async Task GarbageBeneathTls_IsReadWhenTheCallUnderWayIsAnswered()
    {
        await using var agent = await StartAsync();
        var lines = agent.Lines.Count;
        var (tcp, tls) = await ConnectWithTcpAsync(agent);
        await using var _ = tls;
        await tls.WriteAsync(ConnectionTests.StreamRequest("icmp.ping", """{"targets":["127.0.0.1"],"count":3,"interval_ms":500}"""), Token);
        (await tls.ReadAsync(new byte[10], Token)).ShouldBeGreaterThan(0);
        await tcp.WriteAsync(new byte[2000], Token);
        (await UntilClosedAsync(tls)).ShouldContain("\"result\"");
        agent.Lines.Skip(lines).ShouldBeEmpty();
    }

    [Fact]
    public async Task GarbageBeneathTls_DoesNotKeepACallWhoseClientLeft()
    {
        Privilege.NeedsRoot();
        await using var agent = await StartAsync();
        var lines = agent.Lines.Count;
        var (tcp, tls) = await ConnectWithTcpAsync(agent);
        await tls.WriteAsync(
            ConnectionTests.StreamRequest("capture.run", """{"points":[{"device":"lo"}],"filter":"icmp6","seconds":600}"""), Token);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Token);
        deadline.CancelAfter(TimeSpan.FromSeconds(20));
        while (agent.Captures() == 0)
            await Task.Delay(50, deadline.Token);
        await tcp.WriteAsync(new byte[2000], Token);
        await tcp.DisposeAsync();
        while (agent.Captures() > 0)
            await Task.Delay(50, deadline.Token);
        await using var late = await ConnectAsync(agent);
        await AskAsync(late);
        agent.Lines.Skip(lines).ShouldBeEmpty();
    }

    [Fact]
    public async Task GarbageWithinTls_IsRefusedAndEndsThatConnectionAlone()
    {
        await using var agent = await StartAsync();
        await using var other = await ConnectAsync(agent);
        await AskAsync(other);
        var lines = agent.Lines.Count;
        var random = new Random(63);
        for (var i = 0; i < 50; i++)
        {
            var garbage = new byte[random.Next(20, 2000)];
            random.NextBytes(garbage);
            await using var tls = await ConnectAsync(agent);
            await AskAsync(tls);
            await tls.WriteAsync((byte[])[.. garbage, .. "\r\n\r\n"u8], Token);
            (await UntilClosedAsync(tls)).ShouldStartWith("HTTP/1.1 400 ");
        }
        await AskAsync(other);
        agent.Lines.Skip(lines).ShouldBeEmpty();
    }

    [Fact]
    public async Task ManyIdleConnections_AreHeld_OthersAreServed_AndNothingIsLeftOfThem()
    {
        const int idle = 1000;
        const int each = 250;
        await using var agent = await StartAsync();
        Assert.SkipWhen(agent.Lines.Any(line => line.Contains("open files", StringComparison.Ordinal)), "The limit of open files is too low here.");
        await using (var first = await ConnectAsync(agent))
            await AskAsync(first);
        var (files, memory, start) = (agent.OpenFiles(), agent.MemoryMiB(), Stopwatch.GetTimestamp());
        var crowd = new ConcurrentBag<SslStream>();
        await Parallel.ForEachAsync(Enumerable.Range(0, idle), new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = Token }, async (i, _) =>
        {
            var tls = await ConnectAsync(agent, $"127.0.6.{i / each + 1}");
            crowd.Add(tls);
            // The client's side of a handshake is done before the agent's is.
            await AskAsync(tls);
        });
        var joined = Stopwatch.GetElapsedTime(start);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{idle} TLS connections in {joined.TotalSeconds:0.0} s take {agent.MemoryMiB() - memory:0} MiB"));
        agent.OpenFiles().ShouldBeGreaterThan(idle);

        start = Stopwatch.GetTimestamp();
        await using (var fresh = await ConnectAsync(agent))
            await AskAsync(fresh);
        Stopwatch.GetElapsedTime(start).TotalSeconds.ShouldBeLessThan(5);
        foreach (var tls in crowd)
            await AskAsync(tls);

        foreach (var tls in crowd)
            await tls.DisposeAsync();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Token);
        deadline.CancelAfter(TimeSpan.FromSeconds(20));
        while (agent.OpenFiles() > files + 10)
            await Task.Delay(50, deadline.Token);
    }

    /// <summary>A certificate may say where its issuer's is to be fetched: a stranger's makes the agent fetch nothing.</summary>
    [Fact]
    public async Task CertificateThatNamesWhereItsIssuerIs_IsRefusedAndNothingIsFetched()
    {
        await using var agent = await StartAsync();
        using var web = new TcpListener(IPAddress.Loopback, 0);
        web.Start();
        using var stranger = Stranger($"http://{web.LocalEndpoint}/ca.cer");
        var start = Stopwatch.GetTimestamp();
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", agent.Port, Token);
        await using var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "comp1",
                ClientCertificateContext = SslStreamCertificateContext.Create(stranger, null, offline: true),
                RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
            },
            Token);
        try
        {
            (await tls.ReadAsync(new byte[1], Token)).ShouldBe(0);
        }
        catch (IOException)
        {
            // Told by an alert, or reset.
        }
        Stopwatch.GetElapsedTime(start).TotalSeconds.ShouldBeLessThan(5);
        web.Pending().ShouldBeFalse();
        File.ReadAllText(agent.AuditFile).ShouldContain("The handshake showed a certificate that is no operator");
    }

    private static X509Certificate2 Stranger(string issuerAt)
    {
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authority = new CertificateRequest("CN=elsewhere", authorityKey, HashAlgorithmName.SHA256);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = DateTimeOffset.UtcNow;
        using var issuer = authority.CreateSelfSigned(now.AddDays(-1), now.AddDays(2));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("O=steth, OU=change, CN=alice", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], true));
        request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension(null, [issuerAt]));
        using var bare = request.Create(issuer, now, now.AddDays(1), [1, 2]);
        return bare.CopyWithPrivateKey(key);
    }

    private Task<AgentProcess> StartAsync()
    {
        var now = DateTimeOffset.UtcNow;
        _authority = AuthorityFolder.Create(Path.Combine(_folder, "pki"), now);
        var bundle = _authority.IssueNode(PrincipalName.Parse("comp1"), [], [IPAddress.Loopback], now, TimeSpan.FromDays(90));
        return AgentProcess.StartAsync(["--tls", bundle]);
    }

    private async Task<SslStream> ConnectAsync(AgentProcess agent, string from = "127.0.0.1") => (await ConnectWithTcpAsync(agent, from)).Tls;

    /// <summary>Connects with an operator's certificate.</summary>
    private async Task<(Stream Tcp, SslStream Tls)> ConnectWithTcpAsync(AgentProcess agent, string from = "127.0.0.1")
    {
        _operator ??= IdentityBundle.Load(
            _authority!.IssueOperator(PrincipalName.Parse("boss"), Role.Probe, payload: false, DateTimeOffset.UtcNow, TimeSpan.FromDays(90)),
            PrincipalKind.Operator);
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        await socket.ConnectAsync(IPAddress.Loopback, agent.Port, Token);
        var tcp = new NetworkStream(socket, ownsSocket: true);
        var tls = new SslStream(tcp);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "127.0.0.1",
            EnabledSslProtocols = SslProtocols.Tls13,
            ClientCertificateContext = _operator.Context,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            RemoteCertificateValidationCallback = (_, certificate, _, _) => _operator.Knows(certificate as X509Certificate2, PrincipalKind.Node),
        }, Token);
        return (tcp, tls);
    }

    /// <summary>One call that has to be answered; the connection stays.</summary>
    private static async Task AskAsync(SslStream tls)
    {
        const string body = """{"jsonrpc":"2.0","id":1,"method":"lease.list","params":{}}""";
        await tls.WriteAsync(Encoding.ASCII.GetBytes($"POST / HTTP/1.1\r\nHost: agent\r\nContent-Length: {body.Length}\r\n\r\n{body}"), Token);
        var answer = "";
        var buffer = new byte[4096];
        while (!answer.EndsWith("\"id\":1}", StringComparison.Ordinal))
        {
            var count = await tls.ReadAsync(buffer, Token);
            count.ShouldBeGreaterThan(0, answer);
            answer += Encoding.ASCII.GetString(buffer, 0, count);
        }
        answer.ShouldContain("\"leases\":[]");
    }

    /// <summary>What comes until the agent ends a connection, which it has to do within seconds.</summary>
    private static async Task<string> UntilClosedAsync(SslStream tls)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Token);
        deadline.CancelAfter(TimeSpan.FromSeconds(5));
        var text = new StringBuilder();
        try
        {
            var buffer = new byte[4096];
            while (await tls.ReadAsync(buffer, deadline.Token) is var count and > 0)
                text.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }
        catch (IOException)
        {
            // Reset, or an alert: what came before it counts.
        }
        return text.ToString();
    }

    private static async Task<string> SayAsync(AgentProcess agent, byte[] bytes)
    {
        using var client = new TcpClient();
        var text = new StringBuilder();
        try
        {
            await client.ConnectAsync("127.0.0.1", agent.Port, Token);
            await client.GetStream().WriteAsync(bytes, Token);
            client.Client.Shutdown(SocketShutdown.Send);
            var buffer = new byte[4096];
            while (await client.GetStream().ReadAsync(buffer, Token) is var count and > 0)
                text.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }
        catch (Exception e) when (e is IOException or SocketException or InvalidOperationException)
        {
            // Reset: what came before it counts.
        }
        return text.ToString();
    }
}
