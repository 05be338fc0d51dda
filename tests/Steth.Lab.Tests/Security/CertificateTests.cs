using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Steth.Lab.Tests.Labs;

namespace Steth.Lab.Tests.Security;

/// <summary>Who is let in: real agents, real certificates, real connections.</summary>
public sealed class CertificateTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("steth-certificates-").FullName;

    private string Pki => Path.Combine(_folder, "pki");

    private string Node => Path.Combine(Pki, "nodes", "comp1");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Operator_MayWhatHisRoleAllows()
    {
        await InitAsync();
        (await TlsAgent.StethAsync("pki", "operator", "bob", "--role", "read", "--dir", Pki)).MustWork();
        await using var agent = await TlsAgent.StartAsync("--tls", Node);

        (await AskAsync(agent, "boss", "interfaces", agent.Address, "-f", "value", "-c", "name")).MustWork().ShouldContain("lo");
        (await AskAsync(agent, "bob", "interfaces", agent.Address, "-f", "value", "-c", "name")).MustWork().ShouldContain("lo");
        var ping = await AskAsync(agent, "bob", "ping", agent.Address, "127.0.0.1");
        ping.Errors.ShouldContain("icmp.ping needs the role probe; the certificate of bob has read.");
        ping.ExitCode.ShouldBe(2);
        (await AskAsync(agent, "boss", "ping", agent.Address, "127.0.0.1")).MustWork();
    }

    [Fact]
    public async Task MaxRole_CapsEveryCertificate()
    {
        await InitAsync();
        await using var agent = await TlsAgent.StartAsync("--tls", Node, "--max-role", "read");
        (await AskAsync(agent, "boss", "interfaces", agent.Address)).MustWork();
        (await AskAsync(agent, "boss", "ping", agent.Address, "127.0.0.1")).Errors
            .ShouldContain("icmp.ping needs the role probe, and this agent allows read at most (max_role).");
    }

    [Fact]
    public async Task Revoked_IsRefusedByTheRunningAgentAndToldWhy()
    {
        await InitAsync();
        (await TlsAgent.StethAsync("pki", "operator", "bob", "--role", "read", "--dir", Pki)).MustWork();
        var bobs = Path.Combine(_folder, "bob");
        Directory.Move(Path.Combine(Pki, "operators", "bob"), bobs);
        await using var agent = await TlsAgent.StartAsync("--tls", Node);
        (await TlsAgent.StethAsync("interfaces", agent.Address, "--tls", bobs)).MustWork();

        (await TlsAgent.StethAsync("pki", "revoke", "bob", "--dir", Pki)).MustWork().ShouldContain("revoked");
        await Task.Delay(1100, TestContext.Current.CancellationToken);
        var refused = await TlsAgent.StethAsync("interfaces", agent.Address, "--tls", bobs);
        refused.Errors.ShouldContain("The caller's certificate is revoked.");
        refused.ExitCode.ShouldNotBe(0);
        (await AskAsync(agent, "boss", "interfaces", agent.Address)).MustWork();
    }

    [Fact]
    public async Task Renewed_IsServedWithoutARestart()
    {
        await InitAsync();
        await using var agent = await TlsAgent.StartAsync("--tls", Node);
        var before = await ServedAsync(agent, SslProtocols.Tls13, "boss");
        (await TlsAgent.StethAsync("pki", "renew", "comp1", "--dir", Pki)).MustWork();
        await Task.Delay(1100, TestContext.Current.CancellationToken);
        var after = await ServedAsync(agent, SslProtocols.Tls13, "boss");
        after.Subject.ShouldBe(before.Subject);
        after.SerialNumber.ShouldNotBe(before.SerialNumber);
        (await AskAsync(agent, "boss", "interfaces", agent.Address)).MustWork();
    }

    [Fact]
    public async Task OtherAuthority_IsRefusedByBothSides()
    {
        await InitAsync();
        var other = Path.Combine(_folder, "other");
        (await TlsAgent.StethAsync("pki", "init", "--dir", other, "--name", "boss")).MustWork();
        await using var agent = await TlsAgent.StartAsync("--tls", Node);
        var refused = await TlsAgent.StethAsync("interfaces", agent.Address, "--tls", Path.Combine(other, "operators", "boss"));
        refused.ExitCode.ShouldBe(69);
        refused.Errors.ShouldContain($"The certificate of the agent on {agent.Address} is of an authority that ca.pem does not hold.");

        // Who trusts the agent, but has a certificate it does not know.
        var mixed = Path.Combine(_folder, "mixed");
        Directory.Move(Path.Combine(other, "operators", "boss"), mixed);
        File.AppendAllText(Path.Combine(mixed, "ca.pem"), File.ReadAllText(Path.Combine(Pki, "ca.pem")));
        var unknown = await TlsAgent.StethAsync("interfaces", agent.Address, "--tls", mixed);
        unknown.ExitCode.ShouldBe(69);
        // The alert that says it is lost where the connection is reset behind it.
        unknown.Errors.ShouldContain("not accept our certificate");
    }

    /// <summary>Who cannot be told who he is leaves a line, and no more than that.</summary>
    [Fact]
    public async Task Handshakes_WithoutACertificate_AreOneLineOfTheAuditWithTheAddress()
    {
        await InitAsync();
        await using var agent = await TlsAgent.StartAsync("--tls", Node);
        for (var i = 0; i < 5; i++)
            await Should.ThrowAsync<Exception>(() => SayAsync(agent, SslProtocols.Tls13, null));
        (await AskAsync(agent, "boss", "interfaces", agent.Address)).MustWork();

        var lines = agent.Audit.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(2);
        lines[0].ShouldContain("\"from\":\"127.0.0.1\"");
        lines[0].ShouldContain("\"outcome\":\"refused\",\"reason\":\"The handshake showed no certificate.\"");
        lines[1].ShouldContain("\"who\":\"boss\"");
        lines[1].ShouldContain("\"method\":\"interface.list\"");
    }

    [Fact]
    public async Task NodesCertificate_DoesNotAsk()
    {
        await InitAsync();
        await using var agent = await TlsAgent.StartAsync("--tls", Node);
        var bundle = await TlsAgent.StethAsync("interfaces", agent.Address, "--tls", Node);
        (bundle.ExitCode, bundle.Errors.Contains("it is no certificate of an operator", StringComparison.Ordinal)).ShouldBe((64, true), bundle.Errors);
        await Should.ThrowAsync<Exception>(() => SayAsync(agent, SslProtocols.Tls13, Node));
    }

    [Fact]
    public async Task NoCertificate_OrOlderTls_GetsNoByteOfAnAnswer()
    {
        await InitAsync();
        await using var agent = await TlsAgent.StartAsync("--tls", Node);
        (await SayAsync(agent, SslProtocols.Tls13, Path.Combine(Pki, "operators", "boss"))).ShouldStartWith("HTTP/1.1 200 ");
        await Should.ThrowAsync<Exception>(() => SayAsync(agent, SslProtocols.Tls13, null));
        await Should.ThrowAsync<Exception>(() => SayAsync(agent, SslProtocols.Tls12, Path.Combine(Pki, "operators", "boss")));
    }

    [Fact]
    public async Task CertificateOfAnotherAddress_IsRefused()
    {
        await InitAsync("comp1=192.0.2.1");
        await using var agent = await TlsAgent.StartAsync("--tls", Node);
        var refused = await AskAsync(agent, "boss", "interfaces", agent.Address);
        refused.ExitCode.ShouldBe(69);
        refused.Errors.ShouldContain($"The certificate of the agent on {agent.Address} is comp1's, and does not name 127.0.0.1: is this that node?");
    }

    [Fact]
    public async Task Insecure_OnOneSideOnly_IsSaid()
    {
        await InitAsync();
        await using var safe = await TlsAgent.StartAsync("--tls", Node);
        await using var plain = await TlsAgent.StartAsync("--insecure");
        var toSafe = await TlsAgent.StethAsync("interfaces", safe.Address, "--insecure");
        toSafe.ExitCode.ShouldBe(69);
        toSafe.Errors.ShouldContain("leave out --insecure");
        var toPlain = await AskAsync(plain, "boss", "interfaces", plain.Address);
        toPlain.ExitCode.ShouldBe(69);
        toPlain.Errors.ShouldContain($"{plain.Address} does not speak TLS 1.3 with us: does its agent run with --insecure");
        (await TlsAgent.StethAsync("interfaces", plain.Address, "--insecure")).MustWork();
        plain.Log.ShouldContain("plain HTTP without certificates (--insecure)");
    }

    [Fact]
    public async Task NoCertificateAtAll_SaysHowToGetOne()
    {
        var none = await TlsAgent.StethAsync("interfaces", "127.0.0.1:1");
        none.ExitCode.ShouldBe(64);
        none.Errors.ShouldContain("Agents are asked with an operator's certificate: make one with 'steth pki init'");
    }

    private async Task InitAsync(string node = "comp1=127.0.0.1")
    {
        (await TlsAgent.StethAsync("pki", "init", "--dir", Pki, "--name", "boss")).MustWork();
        (await TlsAgent.StethAsync("pki", "issue", node, "--dir", Pki)).MustWork();
    }

    private Task<LabRun> AskAsync(TlsAgent agent, string name, params string[] arguments) =>
        TlsAgent.StethAsync([.. arguments, "--tls", Path.Combine(Pki, "operators", name), "--timeout", "20"]);

    private async Task<X509Certificate2> ServedAsync(TlsAgent agent, SslProtocols protocol, string name)
    {
        X509Certificate2? served = null;
        await SayAsync(agent, protocol, Path.Combine(Pki, "operators", name), certificate => served = certificate);
        return served!;
    }

    private static async Task<string> SayAsync(TlsAgent agent, SslProtocols protocol, string? bundle, Action<X509Certificate2>? served = null)
    {
        var token = TestContext.Current.CancellationToken;
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", agent.Port, token);
        await using var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "127.0.0.1",
            EnabledSslProtocols = protocol,
            ClientCertificates = bundle is null ? null : [X509Certificate2.CreateFromPemFile(Path.Combine(bundle, "cert.pem"), Path.Combine(bundle, "key.pem"))],
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            {
                if (certificate is null)
                    return false;
                served?.Invoke(X509CertificateLoader.LoadCertificate(certificate.GetRawCertData()));
                return true;
            },
        }, token);
        await tls.WriteAsync("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"u8.ToArray(), token);
        using var reader = new StreamReader(tls);
        var answer = await reader.ReadToEndAsync(token);
        return answer.Length > 0 ? answer : throw new IOException("nothing was answered");
    }
}
