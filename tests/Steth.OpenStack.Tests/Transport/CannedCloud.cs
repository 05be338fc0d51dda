using Microsoft.Extensions.Time.Testing;
using Steth.OpenStack.Keystone;
using Steth.OpenStack.Neutron;

namespace Steth.OpenStack.Tests.Transport;

/// <summary>Keystone and Neutron on one port; the tokens are token-1, token-2, …</summary>
internal sealed class CannedCloud : IAsyncDisposable
{
    private readonly Func<CannedRequest, CannedAnswer> _neutron;
    private int _tokens;

    public CannedCloud(Func<CannedRequest, CannedAnswer> neutron, OpenStackSettings? settings = null, Func<string, string>? changeToken = null)
    {
        _neutron = neutron;
        Server = new CannedServer(request => request.Path == "/v3/auth/tokens"
            ? CannedAnswer.Json(201, (changeToken ?? (t => t))(Recording.Token(Server!.Url)), $"X-Subject-Token: token-{++_tokens}")
            : _neutron(request));
        Keystone = new KeystoneClient(Clouds.Password(Server.Url + "/v3"), settings ?? Clouds.Quick, Time);
        Neutron = new NeutronClient(Keystone);
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public CannedServer Server { get; }

    public KeystoneClient Keystone { get; }

    public NeutronClient Neutron { get; }

    /// <summary>What Neutron was asked, as path and query.</summary>
    public IReadOnlyList<string> Asked => [.. Server.Requests.Where(r => r.Path != "/v3/auth/tokens").Select(r => r.Target)];

    /// <summary>How many tokens were given.</summary>
    public int Tokens => _tokens;

    /// <summary>A cloud that always answers Neutron's questions with this.</summary>
    public static CannedCloud Always(string body) => new(_ => CannedAnswer.Json(200, body));

    public async ValueTask DisposeAsync()
    {
        Keystone.Dispose();
        await Server.DisposeAsync();
    }
}
