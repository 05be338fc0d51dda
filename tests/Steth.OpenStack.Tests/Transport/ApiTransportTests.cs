using System.Net;
using System.Net.Sockets;
using Steth.OpenStack.Keystone;

namespace Steth.OpenStack.Tests.Transport;

public class ApiTransportTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Call_503ThenOk_IsRetried() => await SucceedsAsync(2, n => n == 1 ? CannedAnswer.Json(503, "busy") : Token());

    [Fact]
    public async Task Call_ResetThenOk_IsRetried() => await SucceedsAsync(3, n => n <= 2 ? CannedAnswer.Reset : Token());

    [Fact]
    public async Task Call_HalfThenOk_IsRetried() => await SucceedsAsync(2, n => n == 1 ? Token().Cut(300) : Token());

    [Fact]
    public async Task Call_RedirectOnTheSameHost_IsFollowed() =>
        await SucceedsAsync(2, n => n == 1 ? CannedAnswer.Json(308, "", "Location: /elsewhere/v3/auth/tokens") : Token());

    [Fact]
    public async Task Call_RetryAfterBeyondTheDeadline_IsNotWaitedFor() => await FailsAsync(
        _ => CannedAnswer.Json(503, "", "Retry-After: 3600"),
        OpenStackFailure.Refused,
        "Keystone at URL/v3/auth/tokens gives no token to user admin in domain default for project admin in domain default from the test (503).",
        requests: 1);

    [Fact]
    public async Task Call_RedirectToAnotherHost_SendsNothingThere()
    {
        await using var other = new CannedServer(_ => Token());
        await FailsAsync(
            _ => CannedAnswer.Json(307, "", $"Location: {other.Url}/v3/auth/tokens?x=1"),
            OpenStackFailure.NotOpenStack,
            $"Keystone at URL/v3/auth/tokens redirects to {other.Url}/v3/auth/tokens, where no token is sent: correct the address.");
        other.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Call_RedirectLoop_Ends() => await FailsAsync(
        _ => CannedAnswer.Json(302, "", "Location: /v3/auth/tokens"),
        OpenStackFailure.NotOpenStack,
        "Keystone at URL/v3/auth/tokens redirects to URL/v3/auth/tokens, where no token is sent: correct the address.");

    [Fact]
    public async Task Call_AlwaysReset_IsOneSentence() => await FailsAsync(
        _ => CannedAnswer.Reset, OpenStackFailure.BadAnswer, "Keystone at URL/v3/auth/tokens ended the connection before its answer was complete.", requests: 4);

    [Fact]
    public async Task Call_AlwaysHalf_IsOneSentence() => await FailsAsync(
        _ => Token().Cut(300), OpenStackFailure.BadAnswer, "Keystone at URL/v3/auth/tokens ended the connection before its answer was complete.", requests: 4);

    [Fact]
    public async Task Call_Garbage_IsOneSentence() => await FailsAsync(
        _ => CannedAnswer.Raw("SSH-2.0-OpenSSH_9.2p1\r\n\r\n"),
        OpenStackFailure.NotOpenStack,
        "Something answers in place of Keystone at URL/v3/auth/tokens, but it does not speak HTTP.");

    [Fact]
    public async Task Call_TooLongAnswer_IsRefused() => await FailsAsync(
        _ => CannedAnswer.Json(200, new byte[(1 << 20) + 1]),
        OpenStackFailure.BadAnswer,
        "Keystone at URL/v3/auth/tokens answered more than 1 MiB.",
        Clouds.Quick with { MaxAnswerBytes = 1 << 20 });

    [Fact]
    public async Task Call_Hang_EndsAtTheDeadline() => await FailsAsync(
        _ => CannedAnswer.Hang,
        OpenStackFailure.TimedOut,
        "Keystone at URL/v3/auth/tokens did not answer within 0.3 s.",
        Clouds.Quick with { Deadline = TimeSpan.FromMilliseconds(300) });

    [Fact]
    public async Task Call_Cancelled_IsCancelled()
    {
        await using var server = new CannedServer(_ => CannedAnswer.Hang);
        using var keystone = new KeystoneClient(Clouds.Password(server.Url + "/v3"), Clouds.Quick, TimeProvider.System);
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await Should.ThrowAsync<OperationCanceledException>(() => keystone.TokenAsync(soon.Token));
    }

    [Fact]
    public async Task Call_NobodyListens_IsOneSentence()
    {
        // Bound and not listening: nobody else can take the port meanwhile.
        using var bound = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        bound.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)bound.LocalEndPoint!).Port;
        using var keystone = new KeystoneClient(Clouds.Password($"http://127.0.0.1:{port}/v3"), Clouds.Quick, TimeProvider.System);
        var failure = await Should.ThrowAsync<OpenStackException>(() => keystone.TokenAsync(Cancellation));
        failure.Message.ShouldBe($"Keystone at http://127.0.0.1:{port}/v3/auth/tokens refuses connections: is the service running there?");
        (failure.Failure, failure.IsServiceDown).ShouldBe((OpenStackFailure.Unreachable, true));
    }

    private static CannedAnswer Token() => CannedAnswer.Json(201, Recording.Token("http://x"), "X-Subject-Token: t");

    private static async Task SucceedsAsync(int requests, Func<int, CannedAnswer> answer)
    {
        var count = 0;
        await using var server = new CannedServer(_ => answer(Interlocked.Increment(ref count)));
        using var keystone = new KeystoneClient(Clouds.Password(server.Url + "/v3"), Clouds.Quick, TimeProvider.System);
        (await keystone.TokenAsync(Cancellation)).Value.Reveal().ShouldBe("t");
        server.Requests.Count.ShouldBe(requests);
    }

    private static async Task FailsAsync(
        Func<CannedRequest, CannedAnswer> answer, OpenStackFailure kind, string message, OpenStackSettings? settings = null, int? requests = null)
    {
        await using var server = new CannedServer(answer);
        using var keystone = new KeystoneClient(Clouds.Password(server.Url + "/v3"), settings ?? Clouds.Quick, TimeProvider.System);
        var failure = await Should.ThrowAsync<OpenStackException>(() => keystone.TokenAsync(Cancellation));
        failure.Message.ShouldBe(message.Replace("URL", server.Url, StringComparison.Ordinal));
        (failure.Failure, failure.IsServiceDown).ShouldBe((kind, true));
        failure.ToString().ShouldNotContain(Clouds.PasswordText);
        if (requests is { } expected)
            server.Requests.Count.ShouldBe(expected);
    }
}
