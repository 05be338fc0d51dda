using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Steth.Agent.Tests.Host;
using Steth.Identity;

namespace Steth.Agent.Tests.Limits;

/// <summary>What comes to the TLS port and is no client of ours.</summary>
public sealed class TlsConnectionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("steth-tls-").FullName;

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
        var bundle = AuthorityFolder.Create(Path.Combine(_folder, "pki"), now)
            .IssueNode(PrincipalName.Parse("comp1"), [], [IPAddress.Loopback], now, TimeSpan.FromDays(90));
        return AgentProcess.StartAsync(["--tls", bundle]);
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
