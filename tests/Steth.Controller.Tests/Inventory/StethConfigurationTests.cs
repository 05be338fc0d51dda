using System.Net;
using Steth.Controller.Inventory;

namespace Steth.Controller.Tests.Inventory;

public class StethConfigurationTests
{
    private static StethConfiguration Read(string text)
    {
        var configuration = StethConfiguration.Parse(text, "steth.conf");
        configuration.Problems.ShouldBeEmpty();
        return configuration;
    }

    private static string[] Problems(string text) => [.. StethConfiguration.Parse(text, "steth.conf").Problems.Select(p => p.ToString())];

    private static string Places(Node node) => string.Join(' ', node.Networks.Select(n => $"{n.Type}={n.Address}@{n.Nic ?? "-"}"));

    [Theory]
    [InlineData("")]
    [InlineData("[DEFAULT]\n")]
    public void Parse_DocumentedGeneration_AddressIsPrefixAndId(string header)
    {
        var configuration = Read(header + """
            network_types=mgmt:eth0:1.1.1.,net:eth1:2.2.2.,storage:eth2:3.3.3.
            nodes_id=39,233
            node_name_prefix=server-
            """);
        configuration.Nodes.Select(n => n.Name).ShouldBe(["server-39", "server-233"]);
        configuration.Nodes[0].Id.ShouldBe("39");
        configuration.Nodes[0].AgentEndpoint.ShouldBe(IPEndPoint.Parse("1.1.1.39:9698"));
        Places(configuration.Nodes[1]).ShouldBe("mgmt=1.1.1.233@eth0 net=2.2.2.233@eth1 storage=3.3.3.233@eth2");
        configuration.NetworkTypes.ShouldBe([new NetworkType("mgmt", "eth0"), new NetworkType("net", "eth1"), new NetworkType("storage", "eth2")]);
    }

    [Fact]
    public void Parse_DocumentedGenerationContinuedOverLines_IsOneValue() =>
        Read("network_types = mgmt:eth0:1.1.1.,\n  net:eth1:2.2.2.\nnodes_id = 1,\n 2").Nodes.Select(Places)
            .ShouldBe(["mgmt=1.1.1.1@eth0 net=2.2.2.1@eth1", "mgmt=1.1.1.2@eth0 net=2.2.2.2@eth1"]);

    [Fact]
    public void Parse_LaterGeneration_PositionsInTheRangesAreNodes()
    {
        var configuration = Read("""
            [DEFAULT]
            node_name_prefix = node-
            [mgmt_type_network]
            mgmt_ethernet_name = eth0
            mgmt_network_ranges = 1.1.1.254:1.1.2.1
            [sdn_type_network]
            sdn_ethernet_name = eth1
            sdn_network_ranges = 2.2.2.1:2.2.2.4
            [storage_type_network]
            storage_network_ranges = 3.3.3.1:3.3.3.2, 3.3.3.9:3.3.3.10
            [neutron_client]
            username = admin
            password = secret
            tenant_name = admin
            auth_url = http://1.1.1.1:5000/v2.0
            """);
        configuration.Nodes.Select(n => n.Name).ShouldBe(["node-254", "node-255", "node-0", "node-1"]);
        Places(configuration.Nodes[2]).ShouldBe("mgmt=1.1.2.0@eth0 net=2.2.2.3@eth1 storage=3.3.3.9@-");
        configuration.Nodes[2].Id.ShouldBe("0");
        configuration.NeutronClient!.Password.ShouldBe("secret");
        configuration.NeutronClient.ToString().ShouldNotContain("secret");
    }

    [Fact]
    public void Parse_NamedNodes_TakesEveryForm()
    {
        var configuration = Read("""
            [nodes]
            comp1 = 192.0.2.1
            comp2 = 192.0.2.2:9700
            comp3 = [2001:db8::3]:9701
            comp4 = 2001:db8::4
            comp5 = net:198.51.100.5, mgmt:192.0.2.5:9702, storage:[2001:db8::5]
            comp6 = net:198.51.100.6
            """);
        configuration.Nodes.Select(n => n.AgentEndpoint.ToString()).ShouldBe(
        [
            "192.0.2.1:9698", "192.0.2.2:9700", "[2001:db8::3]:9701", "[2001:db8::4]:9698", "192.0.2.5:9702", "198.51.100.6:9698",
        ]);
        Places(configuration.Nodes[4]).ShouldBe("net=198.51.100.5@- mgmt=192.0.2.5@- storage=2001:db8::5@-");
        configuration.Nodes[0].Id.ShouldBeNull();
        configuration.NetworkTypes.Select(t => t.Name).ShouldBe(["mgmt", "net", "storage"]);
    }

    [Fact]
    public void Parse_LeaseSeconds_AreWithinTheirRange()
    {
        Read("lease_seconds = 2\n[nodes]\na = 192.0.2.1").LeaseSeconds.ShouldBe(2);
        Read("[nodes]\na = 192.0.2.1").LeaseSeconds.ShouldBeNull();
        foreach (var wrong in (string[])["0", "3601", "2s", "-1"])
        {
            Problems($"lease_seconds = {wrong}")
                .ShouldBe([$"steth.conf:1: lease_seconds: '{wrong}' is not a length of leases; expected 1-3600, in seconds"]);
        }
    }

    [Fact]
    public void Parse_NodesOnOneAddressWithOtherPorts_AreNoDuplicates() =>
        Read("[nodes]\na = 127.0.0.1:9701\nb = 127.0.0.1:9702").Nodes.Count.ShouldBe(2);

    [Fact]
    public void Parse_ManyErrors_AreAllToldInOrder() => Problems("""
        colour = blue
        network_types = mgmt:eth0:1.1.1, net:eth1
        nodes_id = 1, 256, x, 1
        nodes_id = 3
        no assignment
        [mgmt_type_network]
        mgmt_network_ranges = 1.1.1.9:1.1.1.1
        mgmt_mtu = 9000
        [agents]
        a = b
        [nodes]
        10.0.0.1 = 10.0.0.2
        a b = 10.0.0.2
        c = 10.0.0.300
        d =
        e = mgmt:10.0.0.1, mgmt:10.0.0.2
        f = mgmt:10.0.0.3, net:10.1.0.3:99
        """).ShouldBe(
    [
        "steth.conf:1: colour: is not known here; expected network_types, nodes_id, node_name_prefix, tls, insecure or lease_seconds",
        "steth.conf:2: network_types: '1.1.1' is not the beginning of an address; expected one that lacks its last part, as in 192.0.2.",
        "steth.conf:2: network_types: 'net:eth1' is not a network; expected TYPE:NIC:PREFIX, as in mgmt:eth0:192.0.2.",
        "steth.conf:3: nodes_id: '256' is not an id; expected 0-255",
        "steth.conf:3: nodes_id: 'x' is not an id; expected 0-255",
        "steth.conf:3: nodes_id: names the id 1 twice",
        "steth.conf:4: nodes_id: is given twice; line 3 has it already",
        "steth.conf:5: 'no assignment' is not an assignment; expected key = value",
        "steth.conf:7: [mgmt_type_network] mgmt_network_ranges: the range '1.1.1.9:1.1.1.1' is empty: its last address comes before its first",
        "steth.conf:8: [mgmt_type_network] mgmt_mtu: is not known here; expected mgmt_ethernet_name or mgmt_network_ranges",
        "steth.conf:10: [agents] a: is in a section that is not known; expected [DEFAULT], [nodes], [checks], [neutron_client] or [NAME_type_network]",
        "steth.conf:12: [nodes] 10.0.0.1: is an address; expected a name on the left of '='",
        "steth.conf:13: [nodes] a b: is not a node name; expected letters, digits, '.', '_' and '-'",
        "steth.conf:14: [nodes] c: '10.0.0.300' is not an address; expected ADDRESS[:PORT] or TYPE:ADDRESS, an IPv6 address in brackets",
        "steth.conf:15: [nodes] d: is empty; expected ADDRESS[:PORT] or TYPE:ADDRESS, …",
        "steth.conf:16: [nodes] e: has two addresses for mgmt; name their networks, as in mgmt:192.0.2.1, net:198.51.100.1",
        "steth.conf:17: [nodes] f: has a port for net; only the agent's address, here that of mgmt, has one",
    ]);

    [Fact]
    public void Parse_RangesOfDifferentLength_SaysWhichAndHowMany() => Problems("""
        [mgmt_type_network]
        mgmt_network_ranges = 1.1.1.1:1.1.1.3
        [storage_type_network]
        storage_network_ranges = 3.3.3.1:3.3.3.2
        """).ShouldBe(
    [
        "steth.conf:4: [storage_type_network] storage_network_ranges: has 2 addresses, mgmt_network_ranges has 3; the i-th address of each is the same node, so they must be as many",
    ]);

    [Fact]
    public void Parse_DuplicateNamesAndAddresses_NamesBothLines() => Problems("""
        [nodes]
        a = 10.0.0.1
        a = 10.0.0.2
        b = 10.0.0.1
        c = mgmt:10.0.0.3, net:10.1.0.3
        d = mgmt:10.0.0.4, net:10.1.0.3
        """).ShouldBe(
    [
        "steth.conf:3: [nodes] a: gives the name a to a second node; line 2 has it already",
        "steth.conf:4: [nodes] b: gives 10.0.0.1:9698 to b; a of line 2 has it already",
        "steth.conf:6: [nodes] d: gives 10.1.0.3 to d; c of line 5 has it already",
    ]);

    [Theory]
    [InlineData("nodes_id = 1", "steth.conf:1: nodes_id: needs network_types, which is missing: a node's address is a network's prefix with its id")]
    [InlineData("network_types = mgmt:eth0:1.1.1.", "steth.conf:1: network_types: needs nodes_id, which is missing: a node's address is a network's prefix with its id")]
    [InlineData("[storage_type_network]\nstorage_network_ranges = 3.3.3.1:3.3.3.2", "steth.conf:2: [storage_type_network] storage_network_ranges: needs [mgmt_type_network], which is missing: nodes are named after their management address")]
    [InlineData("[mgmt_type_network]\nmgmt_ethernet_name = eth0", "steth.conf:2: [mgmt_type_network] mgmt_ethernet_name: has no network_ranges beside it; expected one, as in 192.0.2.1:192.0.2.10")]
    [InlineData("[mgmt_type_network]\nmgmt_network_ranges = 1.1.1.1", "steth.conf:2: [mgmt_type_network] mgmt_network_ranges: '1.1.1.1' is not a range; expected FIRST:LAST in IPv4, as in 192.0.2.1:192.0.2.10")]
    [InlineData("[mgmt_type_network]\nmgmt_network_ranges =", "steth.conf:2: [mgmt_type_network] mgmt_network_ranges: is empty; expected FIRST:LAST, as in 192.0.2.1:192.0.2.10")]
    public void Parse_IncompleteGeneration_SaysWhatIsMissing(string text, string problem) => Problems(text).ShouldBe([problem]);

    [Fact]
    public void Load_NamedFileMissing_IsAProblem()
    {
        var configuration = StethConfiguration.Load("/nonexistent/steth.conf");
        configuration.Problems.ShouldBe([new ConfigurationProblem("/nonexistent/steth.conf", null, null, "there is no such file")]);
        configuration.SourceExists.ShouldBeFalse();
    }

    [Fact]
    public void Load_Directory_CannotBeRead() =>
        StethConfiguration.Load(Path.GetTempPath()).Problems.ShouldHaveSingleItem().Message.ShouldBe("cannot be read: it is a directory");

    [Fact]
    public void Load_BinaryFile_IsOneProblem()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, [0, 1, 2, 10, 0, 3, 10]);
            StethConfiguration.Load(file).Problems.ShouldHaveSingleItem().Message.ShouldBe("cannot be read: it is not text");
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Load_File_IsReadAndRemembered()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        File.WriteAllText(path, "[nodes]\na = 10.0.0.1\n");
        try
        {
            var configuration = StethConfiguration.Load(path);
            configuration.SourceFile.ShouldBe(path);
            configuration.Nodes.ShouldHaveSingleItem().Name.ShouldBe("a");
        }
        finally
        {
            File.Delete(path);
        }
    }
}
