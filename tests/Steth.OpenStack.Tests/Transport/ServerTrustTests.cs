using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Steth.OpenStack.Keystone;

namespace Steth.OpenStack.Tests.Transport;

public sealed class ServerTrustTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("steth-openstack-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Tls_SelfSigned_IsRefusedWithAReason()
    {
        await using var server = Server(Certificate());
        (await FailureAsync(server, c => c)).ShouldBe((
            OpenStackFailure.Untrusted,
            $"The certificate of Keystone at {server.Url}/v3/auth/tokens is not trusted: its CA is unknown here (name its CA's file with cacert or OS_CACERT)."));
        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Tls_CaCert_IsTrusted()
    {
        var certificate = Certificate();
        var file = Save(certificate);
        await using var server = Server(certificate);
        (await TokenAsync(server, c => c with { CaCertFile = file })).ShouldBe("t");
    }

    [Fact]
    public async Task Tls_CaCertOfAnother_IsRefused()
    {
        using var other = Certificate();
        var file = Save(other);
        await using var server = Server(Certificate());
        (await FailureAsync(server, c => c with { CaCertFile = file })).Failure.ShouldBe(OpenStackFailure.Untrusted);
    }

    [Fact]
    public async Task Tls_Insecure_IsTakenOnlyWhenTold()
    {
        await using var server = Server(Certificate());
        (await TokenAsync(server, c => c with { Verify = false })).ShouldBe("t");
    }

    [Fact]
    public async Task Tls_AnotherName_IsRefusedWithAReason()
    {
        var certificate = Certificate("keystone.example");
        var file = Save(certificate);
        await using var server = Server(certificate);
        (await FailureAsync(server, c => c with { CaCertFile = file })).Message.ShouldContain("not trusted: it was made out to another name (");
    }

    [Fact]
    public async Task Tls_Expired_IsRefusedWithAReason()
    {
        var certificate = Certificate(ends: DateTimeOffset.UnixEpoch.AddYears(50));
        var file = Save(certificate);
        await using var server = Server(certificate);
        (await FailureAsync(server, c => c with { CaCertFile = file })).Message.ShouldContain("not trusted: it has expired or is not valid yet (");
    }

    [Fact]
    public async Task Tls_ClientCertificate_IsShown()
    {
        using var own = Certificate("steth");
        var (certFile, keyFile) = (Path.Combine(_folder, "me.pem"), Path.Combine(_folder, "me.key"));
        await File.WriteAllTextAsync(certFile, own.ExportCertificatePem(), Cancellation);
        await File.WriteAllTextAsync(keyFile, own.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem(), Cancellation);
        await using var server = Server(Certificate());
        (await TokenAsync(server, c => c with { Verify = false, ClientCertFile = certFile, ClientKeyFile = keyFile })).ShouldBe("t");
        server.ClientThumbprint.ShouldBe(own.Thumbprint);
    }

    [Fact]
    public async Task Tls_PlainHttpServer_IsNamed()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var answered = AnswerPlainlyAsync(listener);
        using (var keystone = new KeystoneClient(Clouds.Password($"https://127.0.0.1:{port}/v3"), Clouds.Quick with { Attempts = 1 }, TimeProvider.System))
        {
            var failure = await Should.ThrowAsync<OpenStackException>(() => keystone.TokenAsync(Cancellation));
            failure.Message.ShouldBe(
                $"Keystone at https://127.0.0.1:{port}/v3/auth/tokens does not speak TLS with us: is it http:// rather than https://, or does it want a client certificate?");
            (failure.Failure, failure.IsServiceDown).ShouldBe((OpenStackFailure.NotOpenStack, true));
        }
        await answered;
    }

    [Fact]
    public void CaCert_MissingOrNoPem_IsOneSentence()
    {
        var text = Path.Combine(_folder, "text.pem");
        File.WriteAllText(text, "nothing");
        var none = Path.Combine(_folder, "none.pem");
        var cloud = Clouds.Password("https://k:5000");
        Should.Throw<OpenStackException>(() => new KeystoneClient(cloud with { CaCertFile = none }, Clouds.Quick, TimeProvider.System))
            .Message.ShouldBe($"cacert names {none}, which does not exist.");
        Should.Throw<OpenStackException>(() => new KeystoneClient(cloud with { CaCertFile = text }, Clouds.Quick, TimeProvider.System))
            .Message.ShouldBe($"cacert names {text}, in which no certificate in PEM form was found.");
        Should.Throw<OpenStackException>(() => new KeystoneClient(cloud with { ClientCertFile = text }, Clouds.Quick, TimeProvider.System))
            .Message.ShouldBe($"cert names {text}, in which no certificate in PEM form was found.");
    }

    private static async Task AnswerPlainlyAsync(TcpListener listener)
    {
        using var client = await listener.AcceptSocketAsync(Cancellation);
        var hello = new byte[4096];
        await client.ReceiveAsync(hello, Cancellation);
        await client.SendAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(), Cancellation);
        try
        {
            // Until the client is gone: a close before that might be a reset.
            while (await client.ReceiveAsync(hello, Cancellation) > 0)
                continue;
        }
        catch (SocketException)
        {
            // The client is gone, with a reset of its own.
        }
    }

    private static X509Certificate2 Certificate(string? name = null, DateTimeOffset? ends = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name ?? "127.0.0.1"}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (name is null)
            names.AddIpAddress(IPAddress.Loopback);
        else
            names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, ends ?? DateTimeOffset.UnixEpoch.AddYears(200));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }

    private static CannedServer Server(X509Certificate2 certificate) =>
        new(_ => CannedAnswer.Json(201, Recording.Token("https://x"), "X-Subject-Token: t"), certificate);

    private string Save(X509Certificate2 certificate)
    {
        var file = Path.Combine(_folder, "ca.pem");
        File.WriteAllText(file, certificate.ExportCertificatePem());
        return file;
    }

    private static async Task<string> TokenAsync(CannedServer server, Func<Cloud, Cloud> change)
    {
        using var keystone = new KeystoneClient(change(Clouds.Password(server.Url + "/v3")), Clouds.Quick, TimeProvider.System);
        return (await keystone.TokenAsync(Cancellation)).Value.Reveal();
    }

    private static async Task<(OpenStackFailure Failure, string Message)> FailureAsync(CannedServer server, Func<Cloud, Cloud> change)
    {
        var failure = await Should.ThrowAsync<OpenStackException>(() => TokenAsync(server, change));
        return (failure.Failure, failure.Message);
    }
}
