using Steth.OpenStack.Keystone;
using Steth.OpenStack.Tests.Transport;

namespace Steth.OpenStack.Tests.Keystone;

public class KeystoneClientTests
{
    private static readonly KeystoneName s_name = new(null, "demo", new KeystoneDomain(null, "Users"));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TokenAsync_RecordedAnswer_IsReadAndCached()
    {
        await using var cloud = CannedCloud.Always("{}");
        var token = await cloud.Keystone.TokenAsync(Cancellation);
        token.Value.Reveal().ShouldBe("token-1");
        token.ToString().ShouldBe("user admin (roles admin, reader, member)");
        token.ProjectName.ShouldBe("admin");
        token.Catalog.Select(s => s.Type).ShouldBe(["network", "identity"]);
        token.ExpiresAt.ShouldBe(cloud.Time.GetUtcNow().AddDays(1));
        (await cloud.Keystone.TokenAsync(Cancellation)).ShouldBeSameAs(token);
        cloud.Tokens.ShouldBe(1);
    }

    [Fact]
    public async Task TokenAsync_AboutToExpire_IsRenewed()
    {
        await using var cloud = CannedCloud.Always("{}");
        await cloud.Keystone.TokenAsync(Cancellation);
        cloud.Time.Advance(TimeSpan.FromDays(1) - TimeSpan.FromSeconds(61));
        (await cloud.Keystone.TokenAsync(Cancellation)).Value.Reveal().ShouldBe("token-1");
        cloud.Time.Advance(TimeSpan.FromSeconds(2));
        (await cloud.Keystone.TokenAsync(Cancellation)).Value.Reveal().ShouldBe("token-2");
    }

    [Fact]
    public async Task TokenAsync_Concurrently_AsksOnce()
    {
        await using var cloud = CannedCloud.Always("{}");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => cloud.Keystone.TokenAsync(Cancellation)));
        cloud.Tokens.ShouldBe(1);
    }

    [Fact]
    public async Task RenewAsync_AlreadyRenewed_GivesTheNewOne()
    {
        await using var cloud = CannedCloud.Always("{}");
        var first = await cloud.Keystone.TokenAsync(Cancellation);
        var second = await cloud.Keystone.RenewAsync(first, Cancellation);
        (await cloud.Keystone.RenewAsync(first, Cancellation)).ShouldBeSameAs(second);
        cloud.Tokens.ShouldBe(2);
    }

    [Fact]
    public async Task TokenAsync_Password_SendsWhatTheRecordedClientSent()
    {
        await using var cloud = CannedCloud.Always("{}");
        await cloud.Keystone.TokenAsync(Cancellation);
        cloud.Server.Requests[0].Body.ShouldBe(
            Recording.Text("keystone/post_auth_tokens.request.json").Trim().Replace("\"password\":\"admin\"", $"\"password\":\"{Clouds.PasswordText}\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task TokenAsync_OtherCredentials_SendTheirOwnBody()
    {
        (await BodyAsync(new ApplicationCredentials("a1", null, null, new Secret("s")))).ShouldBe(
            """{"auth":{"identity":{"methods":["application_credential"],"application_credential":{"id":"a1","secret":"s"}}}}""");
        (await BodyAsync(new ApplicationCredentials(null, "mine", s_name, new Secret("s")))).ShouldBe(
            """{"auth":{"identity":{"methods":["application_credential"],"application_credential":{"name":"mine","user":{"name":"demo","domain":{"name":"Users"}},"secret":"s"}}}}""");
        (await BodyAsync(new TokenCredentials(new Secret("t"), new KeystoneName("p1", null, null)))).ShouldBe(
            """{"auth":{"identity":{"methods":["token"],"token":{"id":"t"}},"scope":{"project":{"id":"p1"}}}}""");
    }

    [Fact]
    public async Task TokenAsync_TokenWithoutProject_IsOnlyLookedUp()
    {
        await using var server = new CannedServer(_ => CannedAnswer.Json(200, Recording.Token("http://x")));
        using var keystone = new KeystoneClient(Clouds.With(server.Url + "/v3", new TokenCredentials(new Secret("mine"), null)), Clouds.Quick, TimeProvider.System);
        (await keystone.TokenAsync(Cancellation)).Value.Reveal().ShouldBe("mine");
        var request = server.Requests.Single();
        (request.Method, request.Path, request.Token, request.Headers["x-subject-token"]).ShouldBe(("GET", "/v3/auth/tokens", "mine", "mine"));
    }

    [Theory]
    [InlineData(401, "Keystone at URL/v3/auth/tokens refuses a token from the test (401): it has expired or was revoked, get a new one.")]
    [InlineData(404, "Keystone at URL/v3/auth/tokens refuses a token from the test; get a new one, or correct auth_url (404: Could not recognize Fernet token ***).")]
    public async Task TokenAsync_TokenRefused_IsUnauthorized(int status, string message)
    {
        await using var server = new CannedServer(_ => CannedAnswer.Json(status, """{"error": {"message": "Could not recognize Fernet token s3cret"}}"""));
        using var keystone = new KeystoneClient(Clouds.With(server.Url + "/v3", new TokenCredentials(new Secret("s3cret"), null)), Clouds.Quick, TimeProvider.System);
        var failure = await Should.ThrowAsync<OpenStackException>(() => keystone.TokenAsync(Cancellation));
        failure.Message.ShouldBe(message.Replace("URL", server.Url, StringComparison.Ordinal));
        failure.Failure.ShouldBe(OpenStackFailure.Unauthorized);
    }

    [Theory]
    [InlineData("", "/ /v3/auth/tokens")]
    [InlineData("/", "/ /v3/auth/tokens")]
    [InlineData("/v3", "/v3/auth/tokens")]
    [InlineData("/v3/", "/v3/auth/tokens")]
    [InlineData("/v2.0", "/v3/auth/tokens")]
    [InlineData("/identity/v2.0/", "/identity/v3/auth/tokens")]
    public async Task TokenAsync_AnyAuthUrl_LeadsToV3(string path, string asked)
    {
        // The recorded links name another host, as they do behind a proxy.
        await using var server = new CannedServer(request => request.Method == "GET"
            ? CannedAnswer.Json(300, Recording.Body("keystone/root_versions.response.http"))
            : CannedAnswer.Json(201, Recording.Token("http://x"), "X-Subject-Token: t"));
        using var keystone = Client(server, path);
        await keystone.TokenAsync(Cancellation);
        string.Join(' ', server.Requests.Select(r => r.Path)).ShouldBe(asked);
    }

    [Theory]
    [InlineData("""{"versions": [{"id": "v3.8", "links": [{"rel": "self", "href": "/identity/v3/"}]}]}""", 200, "/identity/v3/auth/tokens")]
    [InlineData("""{"version": {"id": "v3.8", "links": [{"rel": "self", "href": "http://x/v3"}]}}""", 200, "/v3/auth/tokens")]
    [InlineData("""{"versions": {"values": [{"id": "v3.0"}]}}""", 300, "/v3/auth/tokens")]
    [InlineData("no", 404, "/v3/auth/tokens")]
    public async Task TokenAsync_OddVersionDocument_LeadsToV3(string document, int status, string asked)
    {
        await using var server = new CannedServer(request => request.Method == "GET"
            ? CannedAnswer.Json(status, document)
            : CannedAnswer.Json(201, Recording.Token("http://x"), "X-Subject-Token: t"));
        using var keystone = Client(server, "");
        await keystone.TokenAsync(Cancellation);
        server.Requests[^1].Path.ShouldBe(asked);
    }

    [Theory]
    [InlineData("""{"versions": {"values": [{"id": "v2.0"}]}}""", 200, OpenStackFailure.NotOpenStack, "Keystone at URL has no v3 API, only v2.0.")]
    [InlineData("""{"hello": 1}""", 200, OpenStackFailure.NotOpenStack, "Something answers in place of Keystone at URL, but it is not Keystone: it lists no versions.")]
    [InlineData("<html>nginx</html>", 200, OpenStackFailure.NotOpenStack, "Something answers in place of Keystone at URL, but it is not Keystone: it does not answer JSON.")]
    [InlineData("", 200, OpenStackFailure.NotOpenStack, "Something answers in place of Keystone at URL, but it is not Keystone: it answers nothing.")]
    [InlineData("{\"versions\": [", 200, OpenStackFailure.BadAnswer, "Keystone at URL answered JSON that is broken or cut off.")]
    [InlineData("{\"error\": {\"message\": \"db\\ngone.\"}}", 500, OpenStackFailure.Refused, "Keystone at URL answered an error (500: db gone).")]
    public async Task TokenAsync_NoV3There_IsOneSentence(string document, int status, OpenStackFailure kind, string message)
    {
        await using var server = new CannedServer(_ => CannedAnswer.Json(status, document));
        using var keystone = Client(server, "");
        var failure = await Should.ThrowAsync<OpenStackException>(() => keystone.TokenAsync(Cancellation));
        failure.Message.ShouldBe(message.Replace("URL", server.Url, StringComparison.Ordinal));
        failure.Failure.ShouldBe(kind);
        failure.IsServiceDown.ShouldBe(!message.Contains("only v2.0", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(401, "", OpenStackFailure.Unauthorized, "Keystone at URL/v3/auth/tokens refuses user admin in domain default for project admin in domain default from the test (401): wrong name, domain, project or secret.")]
    [InlineData(403, """{"error": {"message": "locked: pa55-w0rd!"}}""", OpenStackFailure.Forbidden, "Keystone at URL/v3/auth/tokens gives no token to user admin in domain default for project admin in domain default from the test (403: locked: ***).")]
    [InlineData(404, "", OpenStackFailure.NotOpenStack, "Keystone at URL/v3/auth/tokens was not found (404): auth_url of the test does not lead to Keystone's v3 API.")]
    [InlineData(500, "oops", OpenStackFailure.Refused, "Keystone at URL/v3/auth/tokens gives no token to user admin in domain default for project admin in domain default from the test (500).")]
    [InlineData(201, "{}", OpenStackFailure.NotOpenStack, "Something answers in place of Keystone at URL/v3/auth/tokens, but it is not Keystone: there is no token in its answer.")]
    [InlineData(201, """{"token": {"catalog": 7}}""", OpenStackFailure.BadAnswer, "Keystone at URL/v3/auth/tokens answered something unexpected at token.catalog.")]
    public async Task TokenAsync_Refused_IsOneSentence(int status, string body, OpenStackFailure kind, string message)
    {
        await using var server = new CannedServer(_ => CannedAnswer.Json(status, body, "X-Subject-Token: s3cret-token"));
        using var keystone = Client(server, "/v3");
        var failure = await Should.ThrowAsync<OpenStackException>(() => keystone.TokenAsync(Cancellation));
        failure.Message.ShouldBe(message.Replace("URL", server.Url, StringComparison.Ordinal));
        failure.Failure.ShouldBe(kind);
        failure.ToString().ShouldNotContain(Clouds.PasswordText);
        failure.ToString().ShouldNotContain("s3cret-token");
    }

    [Fact]
    public async Task TokenAsync_RecordedBadPassword_IsUnauthorized()
    {
        await using var server = new CannedServer(_ => CannedAnswer.Raw(Recording.Text("keystone/post_auth_tokens.bad_password.http")));
        using var keystone = Client(server, "/v3");
        (await Should.ThrowAsync<OpenStackException>(() => keystone.TokenAsync(Cancellation))).Failure.ShouldBe(OpenStackFailure.Unauthorized);
    }

    private static KeystoneClient Client(CannedServer server, string path) => new(Clouds.Password(server.Url + path), Clouds.Quick, TimeProvider.System);

    private static async Task<string> BodyAsync(CloudCredentials credentials)
    {
        await using var server = new CannedServer(_ => CannedAnswer.Json(201, Recording.Token("http://x"), "X-Subject-Token: t"));
        using var keystone = new KeystoneClient(Clouds.With(server.Url + "/v3", credentials), Clouds.Quick, TimeProvider.System);
        await keystone.TokenAsync(Cancellation);
        return server.Requests.Single().Body;
    }
}
