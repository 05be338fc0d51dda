using Steth.OpenStack.Keystone;
using Steth.OpenStack.Neutron;
using Steth.OpenStack.Tests.Transport;

namespace Steth.OpenStack.Tests.Keystone;

/// <summary>Which address of the catalogue is asked.</summary>
public class NetworkEndpointTests
{
    private const string Endpoints = """
        [{"interface": "public", "region_id": "One", "url": "URL/one/"}, {"interface": "internal", "region_id": "One", "url": "URL/one-internal/v2.0/"},
         {"interface": "public", "region": "Two", "url": "URL/two"}]
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("One", EndpointInterface.Public, "/one/v2.0/ports")]
    [InlineData("One", EndpointInterface.Internal, "/one-internal/v2.0/ports")]
    [InlineData("Two", EndpointInterface.Public, "/two/v2.0/ports")]
    public async Task Endpoint_RegionAndInterface_AreHonoured(string region, EndpointInterface @interface, string path) =>
        (await AskedAsync(Endpoints, c => c with { Region = region, Interface = @interface })).ShouldBe(path);

    [Fact]
    public async Task Endpoint_OldCatalogueNames_AreUnderstood() =>
        (await AskedAsync("""[{"interface": "publicurl", "url": "URL"}]""", c => c)).ShouldBe("/v2.0/ports");

    [Fact]
    public async Task Endpoint_Override_WinsOverTheCatalogue()
    {
        var path = await AskedAsync("[]", c => c with { NetworkEndpoint = new Uri(c.AuthUrl, "/mine") });
        path.ShouldBe("/mine/v2.0/ports");
    }

    [Theory]
    [InlineData(Endpoints, null, EndpointInterface.Public, "There are network services in several regions (One, Two) in the catalogue of Keystone at URL/v3: name one with region_name or OS_REGION_NAME.")]
    [InlineData(Endpoints, "Three", EndpointInterface.Public, "There is no network service in region Three in the catalogue of Keystone at URL/v3; it has One, Two.")]
    [InlineData(Endpoints, "Two", EndpointInterface.Admin, "The network service has no admin endpoint in the catalogue of Keystone at URL/v3; it has public.")]
    [InlineData("[]", null, EndpointInterface.Public, "There is no network service in the catalogue of Keystone at URL/v3; it has compute, network.")]
    [InlineData("""[{"interface": "public", "url": "neutron"}]""", null, EndpointInterface.Public, "The public endpoint of the network service in the catalogue of Keystone at URL/v3 is no http:// or https:// address.")]
    [InlineData(null, null, EndpointInterface.Public, "There is no catalogue in the token of Keystone at URL/v3: the token is for no project, name one.")]
    public async Task Endpoint_NoneFits_IsOneSentence(string? endpoints, string? region, EndpointInterface @interface, string message)
    {
        var url = "";
        var failure = await Should.ThrowAsync<OpenStackException>(() => AskedAsync(endpoints, c =>
        {
            url = c.AuthUrl.GetLeftPart(UriPartial.Authority);
            return c with { Region = region, Interface = @interface };
        }));
        failure.Failure.ShouldBe(OpenStackFailure.NoNetworkService);
        failure.Message.ShouldBe(message.Replace("URL", url, StringComparison.Ordinal));
    }

    private static async Task<string> AskedAsync(string? endpoints, Func<Cloud, Cloud> change)
    {
        CannedServer server = null!;
        await using (server = new CannedServer(request => request.Method == "POST"
            ? CannedAnswer.Json(201, Token(endpoints?.Replace("URL", server.Url, StringComparison.Ordinal)), "X-Subject-Token: t")
            : CannedAnswer.Json(200, """{"ports": []}""")))
        {
            using var keystone = new KeystoneClient(change(Clouds.Password(server.Url + "/v3")), Clouds.Quick, TimeProvider.System);
            await new NeutronClient(keystone).ListAsync(NeutronResources.Ports, NeutronQuery.All, Cancellation);
            return server.Requests[^1].Path;
        }
    }

    private static string Token(string? endpoints) => endpoints is null
        ? """{"token": {}}"""
        : $$"""{"token": {"catalog": [{"type": "compute"}, {"type": "network", "endpoints": {{endpoints}} }]} }""";
}
