using System.Net;
using Steth.Controller.Inventory;

namespace Steth.Controller.Tests.Inventory;

public class FindNodeTests
{
    private static readonly StethConfiguration Configuration = StethConfiguration.Parse(
        """
        network_types = mgmt:eth0:1.1.1.,net:eth1:2.2.2.
        nodes_id = 39,64,65
        [nodes]
        compute-rack1 = 127.0.0.1:9701
        compute-rack2 = 127.0.0.1:9702
        64 = 10.9.9.9
        """,
        "steth.conf");

    [Theory]
    [InlineData("server-39", "server-39")]
    [InlineData("39", "server-39")]
    [InlineData("64", "64")]
    [InlineData("1.1.1.65", "server-65")]
    [InlineData("2.2.2.65", "server-65")]
    [InlineData("127.0.0.1:9702", "compute-rack2")]
    [InlineData("1.1.1.65:9698", "server-65")]
    public void FindNode_KnownByNameIdOrAddress_IsThatNode(string text, string name)
    {
        var found = Configuration.FindNode(text);
        found.Problem.ShouldBeNull();
        found.Node!.Name.ShouldBe(name);
    }

    [Theory]
    [InlineData("10.0.0.7", "10.0.0.7", "10.0.0.7:9698")]
    [InlineData("10.0.0.7:1234", "10.0.0.7:1234", "10.0.0.7:1234")]
    [InlineData("2001:db8::7", "2001:db8::7", "[2001:db8::7]:9698")]
    [InlineData("[2001:db8::7]:80", "[2001:db8::7]:80", "[2001:db8::7]:80")]
    public void FindNode_UnknownAddress_IsANodeAllTheSame(string text, string name, string endpoint)
    {
        var node = Configuration.FindNode(text).Node!;
        node.Name.ShouldBe(name);
        node.AgentEndpoint.ShouldBe(IPEndPoint.Parse(endpoint));
        node.Networks.ShouldBe([new NodeNetwork("mgmt", node.AgentEndpoint.Address, null)]);
    }

    [Theory]
    [InlineData("server-93", "'server-93' is neither a node of steth.conf nor an address; did you mean server-39 or server-64 or server-65?")]
    [InlineData("rack2", "'rack2' is neither a node of steth.conf nor an address; did you mean compute-rack2?")]
    [InlineData("zzzz", "'zzzz' is neither a node of steth.conf nor an address; known are server-39, server-64, server-65, compute-rack1, compute-rack2, 64.")]
    [InlineData("10.0.0.300", "'10.0.0.300' is neither a node of steth.conf nor an address; known are server-39, server-64, server-65, compute-rack1, compute-rack2, 64.")]
    [InlineData("127.0.0.1", "127.0.0.1 is the address of compute-rack1 and compute-rack2; name one of them.")]
    public void FindNode_UnknownOrAmbiguous_SaysSo(string text, string problem)
    {
        var found = Configuration.FindNode(text);
        found.Node.ShouldBeNull();
        found.Problem.ShouldBe(problem);
    }

    [Fact]
    public void FindNode_WithoutNodes_SaysThatThereAreNone() =>
        StethConfiguration.Parse("", "steth.conf").FindNode("a").Problem
            .ShouldBe("'a' is not known: steth.conf names no nodes; name a node there, or give its address.");
}
