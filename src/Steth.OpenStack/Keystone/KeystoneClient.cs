using System.Net;
using Steth.OpenStack.Transport;

namespace Steth.OpenStack.Keystone;

/// <summary>Gets tokens from Keystone v3 and keeps the current one in memory.</summary>
public sealed class KeystoneClient : IDisposable
{
    private readonly OpenStackSettings _settings;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _one = new(1, 1);
    private Uri? _v3;
    private KeystoneToken? _token;

    /// <summary>Makes a client; nothing is sent yet.</summary>
    /// <exception cref="OpenStackException">The cacert or cert file cannot be used.</exception>
    public KeystoneClient(Cloud cloud, OpenStackSettings settings, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(cloud);
        ArgumentNullException.ThrowIfNull(settings);
        Cloud = cloud;
        _settings = settings;
        _time = time;
        Transport = new ApiTransport(cloud, settings, time);
    }

    /// <summary>The cloud.</summary>
    public Cloud Cloud { get; }

    /// <summary>The connections, shared with the services' clients.</summary>
    internal ApiTransport Transport { get; }

    /// <summary>How to behave.</summary>
    internal OpenStackSettings Settings => _settings;

    /// <summary>The current token; a new one when there is none or it is about to lapse.</summary>
    /// <exception cref="OpenStackException">No token could be had; the message says why.</exception>
    public Task<KeystoneToken> TokenAsync(CancellationToken cancellationToken) => TokenAsync(refused: null, cancellationToken);

    /// <summary>A token other than the one a service has just refused; when another call has renewed it meanwhile, that one.</summary>
    /// <exception cref="OpenStackException">No token could be had; the message says why.</exception>
    public Task<KeystoneToken> RenewAsync(KeystoneToken refused, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(refused);
        return TokenAsync(refused, cancellationToken);
    }

    /// <summary>Closes the connections; the token is forgotten.</summary>
    public void Dispose()
    {
        _token = null;
        Transport.Dispose();
        _one.Dispose();
    }

    private async Task<KeystoneToken> TokenAsync(KeystoneToken? refused, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_token is { } token && !ReferenceEquals(token, refused) && !(token.RenewAt <= _time.GetUtcNow()))
                return token;
            _v3 ??= await VersionDiscovery.FindAsync(Transport, Cloud.AuthUrl, cancellationToken);
            return _token = await AuthenticateAsync(_v3, cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<KeystoneToken> AuthenticateAsync(Uri v3, CancellationToken cancellationToken)
    {
        var uri = new Uri(v3.AbsoluteUri + "/auth/tokens");
        var given = Cloud.Credentials is TokenCredentials { Project: null } credentials ? credentials.Token : null;
        var request = given is null
            ? new ApiRequest("Keystone", HttpMethod.Post, uri, Body: AuthRequest.Write(Cloud.Credentials))
            : new ApiRequest("Keystone", HttpMethod.Get, uri, Token: given, SubjectToken: given);
        var answer = await Transport.SendAsync(request, cancellationToken);
        if (!answer.IsSuccess)
            throw Refused(answer);
        return ApiJson.Read(answer, root => root.TryGetProperty("token", out var body) && (given ?? answer.SubjectToken) is { } value
            ? Token(value, ApiJson.Read(answer.Service, body, KeystoneJson.Default.TokenAnswer, "token"))
            : throw ApiJson.NotOpenStack(answer.Service, "there is no token in its answer"));
    }

    private KeystoneToken Token(Secret value, TokenAnswer answer)
    {
        // The lifetime is counted from now, so that a clock that differs from Keystone's does no harm.
        var now = _time.GetUtcNow();
        var lifetime = answer.IssuedAt is { } issued && Cloud.Credentials is not TokenCredentials { Project: null }
            ? answer.ExpiresAt - issued
            : answer.ExpiresAt - now;
        if (lifetime > TimeSpan.FromDays(3650))
            lifetime = null;
        if (lifetime < TimeSpan.Zero)
            lifetime = TimeSpan.Zero;
        var margin = lifetime / 4 < _settings.TokenMargin ? lifetime / 4 : _settings.TokenMargin;
        return new KeystoneToken
        {
            Value = value,
            ExpiresAt = now + lifetime,
            RenewAt = now + lifetime - margin,
            UserName = answer.User?.Name,
            ProjectName = answer.Project?.Name,
            Roles = [.. answer.Roles.Select(r => r.Name).OfType<string>()],
            Catalog = answer.Catalog,
        };
    }

    private OpenStackException Refused(ApiAnswer answer)
    {
        var who = $"{Cloud.Credentials} from {Cloud.Source}";
        var secret = Cloud.Credentials switch
        {
            PasswordCredentials password => password.Password,
            TokenCredentials token => token.Token,
            ApplicationCredentials application => application.Secret,
            _ => null,
        };
        return answer.Status switch
        {
            HttpStatusCode.Unauthorized => new OpenStackException(
                OpenStackFailure.Unauthorized,
                Cloud.Credentials is TokenCredentials
                    ? $"{answer.Service} refuses {who} (401): it has expired or was revoked, get a new one."
                    : $"{answer.Service} refuses {who} (401): wrong name, domain, project or secret."),
            HttpStatusCode.Forbidden => ApiJson.Refused(answer, OpenStackFailure.Forbidden, $"gives no token to {who}", secret),
            // Keystone's answer to a token it did not make, and anybody's to an address that is not there.
            HttpStatusCode.NotFound when Cloud.Credentials is TokenCredentials => ApiJson.Refused(
                answer, OpenStackFailure.Unauthorized, $"refuses {who}; get a new one, or correct auth_url", secret),
            HttpStatusCode.NotFound => new OpenStackException(
                OpenStackFailure.NotOpenStack, $"{answer.Service} was not found (404): auth_url of "
                    + $"{Cloud.Source} does not lead to Keystone's v3 API.")
            {
                IsServiceDown = true,
            },
            _ => ApiJson.Refused(answer, OpenStackFailure.Refused, $"gives no token to {who}", secret),
        };
    }
}
