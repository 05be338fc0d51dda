using System.Net;
using Steth.OpenStack.Neutron;
using Steth.OpenStack.Tests.Transport;

namespace Steth.OpenStack.Tests.Neutron;

public class NeutronClientTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ListAsync_Filters_AreSentAsNeutronNamesThem()
    {
        await using var cloud = CannedCloud.Always("""{"ports": []}""");
        var query = NeutronQuery.All.WithName("a b&c").WithMacAddress("fa:16:3e:00:00:01").WithFixedIp(IPAddress.Parse("10.0.0.1"))
            .WithDeviceId("d").WithDeviceOwner("network:dhcp").WithNetworkId("n").WithHostId("h").WithId("i").WithPortId("p").Select("status", "id");
        (await cloud.Neutron.ListAsync(NeutronResources.Ports, query, Cancellation)).ShouldBeEmpty();
        cloud.Asked.ShouldBe(
        [
            "/v2.0/ports?name=a%20b%26c&mac_address=fa%3A16%3A3e%3A00%3A00%3A01&fixed_ips=ip_address%3D10.0.0.1&device_id=d&device_owner=network%3Adhcp"
            + "&network_id=n&binding%3Ahost_id=h&id=i&port_id=p&fields=id&fields=status&limit=500",
        ]);
        cloud.Server.Requests[^1].Token.ShouldBe("token-1");
    }

    [Fact]
    public async Task ListAsync_NextLinks_AreFollowedOnTheSameHost()
    {
        await using var cloud = Paged(request => request.Target.Contains("marker=", StringComparison.Ordinal)
            ? """{"ports": [{"id": "c"}]}"""
            : """{"ports": [{"id": "a"}, {"id": "b"}], "ports_links": [{"rel": "next", "href": "http://elsewhere:9696/v2.0/ports?limit=2&marker=b%2B&name=x"}]}""");
        (await cloud.Neutron.ListAsync(NeutronResources.Ports, NeutronQuery.All.WithName("x"), Cancellation)).Select(p => p.Id).ShouldBe(["a", "b", "c"]);
        cloud.Asked.ShouldBe(["/v2.0/ports?name=x&limit=2", "/v2.0/ports?name=x&limit=2&marker=b%2B"]);
    }

    [Fact]
    public async Task ListAsync_FullPageWithoutLink_AsksForMore()
    {
        await using var cloud = Paged(request => request.Target.EndsWith("marker=b", StringComparison.Ordinal)
            ? """{"ports": []}"""
            : """{"ports": [{"id": "a"}, {"id": "b"}]}""");
        (await cloud.Neutron.ListAsync(NeutronResources.Ports, NeutronQuery.All, Cancellation)).Count.ShouldBe(2);
        cloud.Asked.ShouldBe(["/v2.0/ports?limit=2", "/v2.0/ports?limit=2&marker=b"]);
    }

    [Fact]
    public async Task ListAsync_ServerThatKnowsNoPages_EndsWithEachOnce()
    {
        await using var cloud = Paged(_ => """{"ports": [{"id": "a"}, {"id": "b"}, {"id": "c"}], "ports_links": [{"rel": "next", "href": "?marker=c"}]}""");
        (await cloud.Neutron.ListAsync(NeutronResources.Ports, NeutronQuery.All, Cancellation)).Count.ShouldBe(3);
        cloud.Asked.Count.ShouldBe(2);
    }

    [Fact]
    public async Task ListAsync_EndlessList_IsRefused()
    {
        var count = 0;
        await using var cloud = Paged(_ => $$"""{"ports": [{"id": "{{++count}}"}, {"id": "x{{count}}"}]}""");
        var failure = await Should.ThrowAsync<OpenStackException>(() => cloud.Neutron.ListAsync(NeutronResources.Ports, NeutronQuery.All, Cancellation));
        failure.Message.ShouldBe($"Neutron at {cloud.Server.Url}/v2.0/ports lists more than 10 ports.");
    }

    [Fact]
    public async Task GetAsync_Recorded_IsRead()
    {
        await using var cloud = CannedCloud.Always(Recording.Text("neutron/port.t1.json"));
        (await cloud.Neutron.GetAsync(NeutronResources.Ports, "dda3/b6", Cancellation))!.Name.ShouldBe("vm-t1");
        cloud.Asked.ShouldBe(["/v2.0/ports/dda3%2Fb6"]);
    }

    [Fact]
    public async Task GetAsync_NotFound_IsNull()
    {
        await using var cloud = new CannedCloud(_ => CannedAnswer.Raw(Recording.Text("neutron/port.not_found.http")));
        (await cloud.Neutron.GetAsync(NeutronResources.Ports, "nope", Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task AgentsOf_Recorded_AreRead()
    {
        await using var cloud = new CannedCloud(request => CannedAnswer.Json(
            200, Recording.Text(request.Path.Contains("dhcp", StringComparison.Ordinal) ? "neutron/dhcp-agents.tnet.json" : "neutron/l3-agents.r1.json")));
        (await cloud.Neutron.DhcpAgentsOfNetworkAsync("n", Cancellation)).Single().Host.ShouldBe("net1");
        (await cloud.Neutron.L3AgentsOfRouterAsync("r", Cancellation)).Single().AgentType.ShouldBe("L3 agent");
        cloud.Asked.ShouldBe(["/v2.0/networks/n/dhcp-agents", "/v2.0/routers/r/l3-agents"]);
    }

    [Fact]
    public async Task AgentsOf_Unknown_AreNone()
    {
        await using var cloud = new CannedCloud(_ => CannedAnswer.Json(404, "{}"));
        (await cloud.Neutron.DhcpAgentsOfNetworkAsync("n", Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task ListAsync_401ThenOk_RenewsTheTokenOnce()
    {
        await using var cloud = new CannedCloud(request => request.Token == "token-1"
            ? CannedAnswer.Raw(Recording.Text("neutron/ports.bad_token.http"))
            : CannedAnswer.Json(200, """{"ports": [{"id": "a"}]}"""));
        (await cloud.Neutron.ListAsync(NeutronResources.Ports, NeutronQuery.All, Cancellation)).Count.ShouldBe(1);
        cloud.Tokens.ShouldBe(2);
    }

    [Theory]
    [InlineData(401, """{"error": {"message": "no: token-2"}}""", OpenStackFailure.Unauthorized, "Neutron at URL/v2.0/agents refuses a token that Keystone has just given; check Neutron's [keystone_authtoken] and the clocks (401: no: ***).")]
    [InlineData(403, """{"NeutronError": {"type": "PolicyNotAuthorized", "message": "rule:get_agent is disallowed by policy", "detail": ""}}""", OpenStackFailure.Forbidden, "Neutron at URL/v2.0/agents does not let user admin (roles admin, reader, member) list agents (403: rule:get_agent is disallowed by policy).")]
    [InlineData(404, "404 page", OpenStackFailure.Refused, "Neutron at URL/v2.0/agents cannot list agents; its extension is not loaded (404).")]
    [InlineData(400, """{"NeutronError": "bad filter"}""", OpenStackFailure.Refused, "Neutron at URL/v2.0/agents answered an error to: list agents (400: bad filter).")]
    [InlineData(500, """{"NeutronError": {"message": "\ud800"}}""", OpenStackFailure.Refused, "Neutron at URL/v2.0/agents answered an error to: list agents (500).")]
    [InlineData(200, "<html>", OpenStackFailure.NotOpenStack, "Something answers in place of Neutron at URL/v2.0/agents, but it is not Neutron: it does not answer JSON.")]
    [InlineData(200, """{"agents": [{"id": """, OpenStackFailure.BadAnswer, "Neutron at URL/v2.0/agents answered JSON that is broken or cut off.")]
    [InlineData(200, """{"ports": []}""", OpenStackFailure.BadAnswer, "Neutron at URL/v2.0/agents answered something unexpected at agents.")]
    [InlineData(200, """{"agents": [{}, {"alive": [1]}]}""", OpenStackFailure.BadAnswer, "Neutron at URL/v2.0/agents answered something unexpected at agents[1].alive.")]
    [InlineData(200, """{"agents": [null]}""", OpenStackFailure.BadAnswer, "Neutron at URL/v2.0/agents answered something unexpected at agents[0].")]
    public async Task ListAsync_Refused_IsOneSentence(int status, string body, OpenStackFailure kind, string message)
    {
        await using var cloud = new CannedCloud(_ => CannedAnswer.Json(status, body));
        var failure = await Should.ThrowAsync<OpenStackException>(() => cloud.Neutron.ListAsync(NeutronResources.Agents, NeutronQuery.All, Cancellation));
        failure.Message.ShouldBe(message.Replace("URL", cloud.Server.Url, StringComparison.Ordinal));
        failure.Failure.ShouldBe(kind);
        failure.ToString().ShouldNotContain("token-");
    }

    private static CannedCloud Paged(Func<CannedRequest, string> page) =>
        new(request => CannedAnswer.Json(200, page(request)), Clouds.Quick with { PageSize = 2, MaxResources = 10 });
}
