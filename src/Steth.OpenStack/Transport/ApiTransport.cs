using System.Net;
using Steth.OpenStack.Keystone;

namespace Steth.OpenStack.Transport;

/// <summary>Sends calls and reads answers: a deadline for each call, retries within it, no token to another host.</summary>
internal sealed class ApiTransport : IDisposable
{
    private const int MaxRedirects = 3;

    private readonly OpenStackSettings _settings;
    private readonly TimeProvider _time;
    private readonly ServerTrust _trust;
    private readonly HttpClient _http;

    public ApiTransport(Cloud cloud, OpenStackSettings settings, TimeProvider time)
    {
        _settings = settings;
        _time = time;
        _trust = new ServerTrust(cloud);
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = settings.ConnectTimeout,
            // Redirects are followed here, and only on the same host. Proxies are the environment's, as with every OpenStack client.
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            SslOptions = _trust.Options(),
        };
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Carries a call out.</summary>
    public async Task<ApiAnswer> SendAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(_settings.Deadline, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        var started = _time.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            var wait = _settings.Backoff * Math.Pow(2, attempt - 1);
            try
            {
                var answer = await FollowAsync(request, either.Token);
                if (answer.RetryAfter > wait)
                    wait = answer.RetryAfter.Value;
                if (answer.Status != HttpStatusCode.ServiceUnavailable || !MayRetry(attempt, wait, started))
                    return answer;
            }
            catch (Exception e) when (ApiFailure.IsTransient(e) && !either.IsCancellationRequested && MayRetry(attempt, wait, started))
            {
                // The same call goes out again below.
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested
                && Explain(request, e, late.IsCancellationRequested) is { } failure)
            {
                throw failure;
            }
            await Task.Delay(wait, _time, cancellationToken);
        }
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _http.Dispose();

    private bool MayRetry(int attempt, TimeSpan wait, long started) =>
        attempt < _settings.Attempts && _time.GetElapsedTime(started) + wait < _settings.Deadline;

    private OpenStackException? Explain(ApiRequest request, Exception failure, bool late)
    {
        var place = new ApiPlace(request.Service, request.Uri);
        return failure is OpenStackException ? null
            : late ? ApiFailure.Late(place, _settings.Deadline, failure)
            : ApiFailure.From(place, failure, _trust, _settings.ConnectTimeout);
    }

    private async Task<ApiAnswer> FollowAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        for (var hop = 0; ; hop++)
        {
            var place = new ApiPlace(request.Service, request.Uri);
            using var message = request.ToMessage();
            using var response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.StatusCode is not (HttpStatusCode.MovedPermanently or HttpStatusCode.Found
                or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect))
            {
                return await ReadAsync(place, response, cancellationToken);
            }
            var target = response.Headers.Location is { } location ? new Uri(request.Uri, location) : null;
            if (target is null || hop == MaxRedirects || !IsSameHost(request.Uri, target))
                throw ApiFailure.Redirects(place, target);
            request = request with { Uri = target };
        }
    }

    // From http to https on one host is a common set-up; the other way round would put a token on the open wire.
    private static bool IsSameHost(Uri from, Uri to) =>
        string.Equals(from.IdnHost, to.IdnHost, StringComparison.OrdinalIgnoreCase)
        && (to.Scheme == from.Scheme ? to.Port == from.Port : to.Scheme == Uri.UriSchemeHttps);

    private async Task<ApiAnswer> ReadAsync(ApiPlace place, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var body = new MemoryStream();
        var chunk = new byte[16 * 1024];
        while (await stream.ReadAsync(chunk, cancellationToken) is > 0 and var count)
        {
            if (body.Length + count > _settings.MaxAnswerBytes)
                throw ApiFailure.TooLong(place, _settings.MaxAnswerBytes);
            body.Write(chunk, 0, count);
        }
        var subject = response.Headers.TryGetValues("X-Subject-Token", out var values) ? values.FirstOrDefault() : null;
        return new ApiAnswer(
            place,
            response.StatusCode,
            string.IsNullOrEmpty(subject) ? null : new Secret(subject),
            response.Headers.RetryAfter?.Delta,
            body.GetBuffer().AsMemory(0, (int)body.Length));
    }
}
