using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Steth.OpenStack;
using Steth.OpenStack.Keystone;
using Steth.OpenStack.Neutron;
using Steth.OpenStack.Tests.Transport;

namespace Steth.Cli.Tests.Commands;

/// <summary>Keystone and Neutron on 127.0.0.1, asked over HTTP or HTTPS; each answers as a real one, or as a test says.</summary>
internal sealed class LocalCloud : IAsyncDisposable
{
    public const string Password = "MARK-pa55w0rd-MARK";
    public const string Token = "MARK-t0ken-MARK";
    public const string Network = "4762b59f-20b5-4f60-8dbd-dce330c598ff";
    private readonly CannedServer _server;

    public LocalCloud(bool tls = false) => _server = new CannedServer(Answer, tls ? Certificate() : null);

    /// <summary>What Keystone answers; null: a token.</summary>
    public Func<CannedRequest, CannedAnswer?> Keystone { get; set; } = _ => null;

    /// <summary>What Neutron answers; null: what <see cref="Held"/> has.</summary>
    public Func<CannedRequest, CannedAnswer?> Neutron { get; set; } = _ => null;

    /// <summary>Resources by kind, as JSON; those of other kinds are none.</summary>
    public ConcurrentDictionary<string, string> Held { get; } = new();

    /// <summary>What was asked.</summary>
    public IReadOnlyList<CannedRequest> Requests => _server.Requests;

    public string Url => _server.Url;

    /// <summary>The credentials of the environment; a token instead of a password when it is named.</summary>
    public Dictionary<string, string> Environment(bool byToken = false)
    {
        var variables = new Dictionary<string, string> { ["OS_AUTH_URL"] = $"{Url}/v3", ["OS_PROJECT_NAME"] = "admin" };
        if (byToken)
        {
            (variables["OS_AUTH_TYPE"], variables["OS_TOKEN"]) = ("token", Token);
        }
        else
        {
            (variables["OS_USERNAME"], variables["OS_PASSWORD"]) = ("admin", Password);
        }
        return variables;
    }

    /// <summary>How long the API is waited for.</summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>The way there.</summary>
    public INeutronClient Open(IReadOnlyDictionary<string, string> environment) => new NeutronClient(new KeystoneClient(
        CredentialSource.Find(new CredentialSearch { Environment = environment, Folders = [] }),
        new OpenStackSettings { Deadline = Deadline, Attempts = 2, Backoff = TimeSpan.Zero },
        TimeProvider.System));

    /// <summary>A port as Neutron's API writes it.</summary>
    public static string Port(Guid id, string name, string vif = "ovs", string vnic = "normal", string host = "comp1", string owner = "compute:nova") => $$"""
        {"id": "{{id}}", "name": "{{name}}", "network_id": "{{Network}}", "mac_address": "fa:16:3e:41:3e:0c", "admin_state_up": true,
         "status": "ACTIVE", "device_owner": "{{owner}}", "binding:host_id": "{{host}}", "binding:vif_type": "{{vif}}",
         "binding:vnic_type": "{{vnic}}", "fixed_ips": [{"subnet_id": "5", "ip_address": "10.101.0.21"}], "security_groups": []}
        """;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private CannedAnswer Answer(CannedRequest request)
    {
        if (request.Path == "/v3/auth/tokens")
            return Keystone(request) ?? CannedAnswer.Json(201, Recording.Token(Url), $"X-Subject-Token: {Token}");
        if (Neutron(request) is { } told)
            return told;
        var kind = request.Path.Split('/')[^1];
        return CannedAnswer.Json(200, $$"""{"{{kind.Replace('-', '_')}}": [{{Held.GetValueOrDefault(kind)}}]}""");
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
