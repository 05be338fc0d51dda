using System.Text;
using FsCheck.Fluent;
using Steth.OpenStack.Neutron;
using Steth.OpenStack.Tests.Transport;

namespace Steth.OpenStack.Tests.Neutron;

/// <summary>Whatever a service answers, there is a result or one sentence.</summary>
public class NeutronFuzzTests
{
    private static readonly string[] s_words =
    [
        "null", "true", "7", "1e400", "\"a\"", "\"\\ud800\"", "\"10.0.0.1\"", "\"2026-11-22 00:50:21\"", "[]", "{}", "[null]", "[[]]", "[{}]", "[7]",
        "[{\"id\":\"\\ud800\"}]", "{\"\\ud800\":1}", "[{\"rel\":\"next\",\"href\":\"?marker=%\"}]",
    ];

    private static readonly string[] s_members =
    [
        "id", "name", "fixed_ips", "ip_address", "security_groups", "binding:vif_details", "trunk_details", "sub_ports", "mac_address", "admin_state_up",
        "allowed_address_pairs", "binding:host_id", "\\ud800", "status",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ports_AnyJson_AreAResultOrOneSentence()
    {
        var bodies = from members in Gen.Zip(Gen.Elements(s_members), Gen.Elements(s_words)).ListOf()
                     from wrapped in Gen.Elements("[{0}]", "{0}", "[{0},{0}]")
                     from links in Gen.Elements(s_words)
                     let port = "{" + string.Join(',', members.Take(4).Select(m => $"\"{m.Item1}\":{m.Item2}")) + "}"
                     select $$"""{"ports":{{wrapped.Replace("{0}", port, StringComparison.Ordinal)}},"ports_links":{{links}}}""";
        await EachAsync([.. bodies.Sample(300, 8).Select(Encoding.UTF8.GetBytes)]);
    }

    [Fact]
    public async Task Ports_CutOrDamagedAnywhere_AreAResultOrOneSentence()
    {
        var whole = Encoding.UTF8.GetBytes(Recording.Text("neutron/router_ports.r1.json"));
        var bodies = new List<byte[]>();
        for (var at = 0; at < whole.Length; at += 11)
        {
            bodies.Add(whole[..at]);
            byte[] damaged = [.. whole];
            damaged[at] = (byte)(at % 3 == 0 ? 0xff : '"');
            bodies.Add(damaged);
        }
        await EachAsync(bodies);
    }

    [Fact]
    public async Task Token_CutOrDamagedAnywhere_IsAResultOrOneSentence()
    {
        var at = 0;
        await using var cloud = new CannedCloud(_ => CannedAnswer.Json(200, """{"ports": []}"""), changeToken: token => at % 2 == 0 ? token[..at] : token.Remove(at, 3));
        for (; at < 1700; at += 13)
            await ResultOrSentenceAsync(cloud);
    }

    private static async Task EachAsync(List<byte[]> bodies)
    {
        var next = 0;
        await using var cloud = new CannedCloud(_ => CannedAnswer.Json(200, bodies[next]));
        for (; next < bodies.Count; next++)
            await ResultOrSentenceAsync(cloud);
    }

    private static async Task ResultOrSentenceAsync(CannedCloud cloud)
    {
        try
        {
            (await cloud.Neutron.ListAsync(NeutronResources.Ports, NeutronQuery.All, Cancellation)).ShouldNotBeNull();
        }
        catch (OpenStackException e)
        {
            e.Message.ShouldEndWith(".");
            e.Message.ShouldNotContain('\n');
        }
    }
}
