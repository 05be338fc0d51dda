using System.Net;
using Steth.Agent.Tests.Recorded;
using Steth.Agent.Tools.Ip;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;

namespace Steth.Agent.Tests.Tools.Ip;

public sealed class RouteJsonTests
{
    [Fact]
    public void ParseRoutes_RecordedRouter_InOrder() =>
        RouteJson.ParseRoutes(Recording.Read("ip/net1.qrouter.route.json")).ShouldBe(
        [
            new RouteFacts { Destination = "default", Gateway = IPAddress.Parse("203.0.113.1"), Device = "qg-2ddac085-23" },
            new RouteFacts { Destination = "10.10.0.0/24", Device = "qr-5cb04847-d0" },
            new RouteFacts { Destination = "203.0.113.0/24", Device = "qg-2ddac085-23" },
        ]);

    [Fact]
    public void ParseRoutes_HostMultipathAndForeignFamily_AreEachARoute() =>
        RouteJson.ParseRoutes("""
            [{"dst":"10.0.0.9","gateway":"10.0.0.1","dev":"a0","flags":[]},{"type":"unreachable","dst":"10.9.0.0/16","flags":[]},
             {"dst":"default","flags":[],"nexthops":[{"gateway":"10.0.0.1","dev":"a0","weight":1,"flags":[]},{"via":{"family":"inet6","host":"fe80::1"},"dev":"b0","weight":1,"flags":[]}]}]
            """).ShouldBe(
        [
            new RouteFacts { Destination = "10.0.0.9/32", Gateway = IPAddress.Parse("10.0.0.1"), Device = "a0" },
            new RouteFacts { Destination = "10.9.0.0/16", Kind = "unreachable" },
            new RouteFacts { Destination = "default", Gateway = IPAddress.Parse("10.0.0.1"), Device = "a0" },
            new RouteFacts { Destination = "default", Gateway = IPAddress.Parse("fe80::1"), Device = "b0" },
        ]);

    [Fact]
    public void ParseNeighbours_RecordedHost_FirstAndReachable()
    {
        var neighbours = RouteJson.ParseNeighbours(Recording.Read("ip/net1.neigh.json"));

        neighbours.Count.ShouldBe(5);
        neighbours[0].ShouldBe(new NeighbourFacts { Address = IPAddress.Parse("10.88.0.21"), Device = "eth2", Mac = MacAddress.Parse("02:88:00:00:00:21"), State = "STALE" });
        neighbours[3].State.ShouldBe("REACHABLE");
    }

    [Fact]
    public void ParseNeighbours_Unresolved_HasNoMac() =>
        RouteJson.ParseNeighbours("""[{"dst":"10.0.0.9","dev":"a0","state":["FAILED"]}]""")
            .ShouldBe([new NeighbourFacts { Address = IPAddress.Parse("10.0.0.9"), Device = "a0", State = "FAILED" }]);

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    public void Parse_EmptyTable_IsEmpty(string text)
    {
        RouteJson.ParseRoutes(text).ShouldBeEmpty();
        RouteJson.ParseNeighbours(text).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[1]")]
    [InlineData("[{\"dev\":\"a0\"}]")]
    public void Parse_SomethingElse_IsRefused(string text)
    {
        Should.Throw<FormatException>(() => RouteJson.ParseRoutes(text));
        Should.Throw<FormatException>(() => RouteJson.ParseNeighbours(text));
    }
}
