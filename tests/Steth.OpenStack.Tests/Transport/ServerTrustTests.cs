using System.Net;
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
    public async Task Tls_PlainHttpServer_IsNamed()
    {
        await using var server = new CannedServer(_ => CannedAnswer.Json(400, ""));
        using var keystone = new KeystoneClient(Clouds.Password($"https://127.0.0.1:{server.Port}/v3"), Clouds.Quick with { Deadline = TimeSpan.FromSeconds(2) }, TimeProvider.System);
        var failure = await Should.ThrowAsync<OpenStackException>(() => keystone.TokenAsync(Cancellation));
        failure.IsServiceDown.ShouldBeTrue();
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
