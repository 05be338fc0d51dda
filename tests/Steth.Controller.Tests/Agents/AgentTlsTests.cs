using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;
using Steth.Identity;

namespace Steth.Controller.Tests.Agents;

public sealed class AgentTlsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("steth-tls-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>A certificate may say where its issuer's is to be fetched: who poses as an agent makes us fetch nothing.</summary>
    [Fact]
    public async Task CertificateThatNamesWhereItsIssuerIs_IsRefusedAndNothingIsFetched()
    {
        using var web = new TcpListener(IPAddress.Loopback, 0);
        web.Start();
        using var stranger = Stranger($"http://{web.LocalEndpoint}/ca.cer");
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var serving = ServeAsync(server, stranger);
        var now = DateTimeOffset.UtcNow;
        var bundle = AuthorityFolder.Create(Path.Combine(_folder, "pki"), now)
            .IssueOperator(PrincipalName.Parse("alice"), Role.Read, payload: false, now, TimeSpan.FromDays(90));
        using var client = new AgentClient(
            new AgentClientSettings { Silence = TimeSpan.FromSeconds(1), Identity = IdentityBundle.Load(bundle, PrincipalKind.Operator) },
            TimeProvider.System);
        var node = new Node { Name = "comp1", AgentEndpoint = (IPEndPoint)server.LocalEndpoint, Networks = [] };
        (await Should.ThrowAsync<AgentException>(client.CallAsync(
            node, AgentOperations.LeaseList, new LeaseListParams(), TimeSpan.FromSeconds(10), Token))).Message
            .ShouldBe($"The certificate of the agent on {server.LocalEndpoint} is of an authority that ca.pem does not hold.");
        web.Pending().ShouldBeFalse();
        await serving;
    }

    private static async Task ServeAsync(TcpListener listener, X509Certificate2 certificate)
    {
        using var client = await listener.AcceptTcpClientAsync(Token);
        await using var tls = new SslStream(client.GetStream());
        try
        {
            await tls.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions
                {
                    ServerCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true),
                },
                Token);
            await tls.ReadExactlyAsync(new byte[1], Token);
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            // The client wants no more of it.
        }
    }

    private static X509Certificate2 Stranger(string issuerAt)
    {
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authority = new CertificateRequest("CN=elsewhere", authorityKey, HashAlgorithmName.SHA256);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = DateTimeOffset.UtcNow;
        using var issuer = authority.CreateSelfSigned(now.AddDays(-1), now.AddDays(2));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("O=steth, OU=node, CN=comp1", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], true));
        request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension(null, [issuerAt]));
        using var bare = request.Create(issuer, now, now.AddDays(1), [1, 2]);
        return bare.CopyWithPrivateKey(key);
    }
}
