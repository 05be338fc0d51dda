using System.Net;
using System.Text.Json.Nodes;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Intents;
using Steth.Controller.Inventory;
using Steth.Controller.Tests.Agents;
using Steth.Diagnosis.Intent;

namespace Steth.Controller.Tests.Intents;

public class PortResolverNeutronTests
{
    private const string T1 = "dda3b6a2-da63-4940-9199-4eddd2db77d5";

    private readonly FakeAgents _agents = new();
    private readonly RecordedNeutron _neutron = new();
    private readonly Node[] _nodes = [.. new[] { "net1", "comp1", "comp2" }.Select(n => FakeAgents.Node(n))];

    private Task<PortResolution> ResolveAsync(string port, string? peer = null) => new PortResolver(_agents.WithTimeout(), () => _neutron)
        .ResolveAsync(_nodes, port, peer, offline: false, TestContext.Current.CancellationToken);

    [Theory]
    [InlineData("vm-t1")]
    [InlineData(T1)]
    [InlineData("DDA3B6A2-DA63-4940-9199-4EDDD2DB77D5")]
    [InlineData("dda3b6a2")]
    [InlineData("dda3b6a2-da63-4")]
    [InlineData("fa:16:3e:f0:24:66")]
    [InlineData("FA-16-3E-F0-24-66")]
    [InlineData("10.10.0.35")]
    [InlineData(" vm-t1 ")]
    public async Task ResolveAsync_EveryWordForAPort_FindsIt(string word)
    {
        var resolution = await ResolveAsync(word);
        resolution.Problem.ShouldBeNull();
        resolution.Port!.PortId.ShouldBe(Guid.Parse(T1));
        resolution.Notes.ShouldBeEmpty();
    }

    [Fact]
    public async Task ResolveAsync_GuestInATunnelBehindARouter_TellsAllOfIt()
    {
        var port = (await ResolveAsync("vm-t1")).Port!;
        (port.Source, port.Name, port.Mac.ToString(), port.DeviceOwner, port.Status).ShouldBe(
            (IntentSource.Neutron, "vm-t1", "fa:16:3e:f0:24:66", "compute:nova", "ACTIVE"));
        (port.AdminUp, port.BindingHost, port.VifType, port.VnicType, port.PortSecurity, port.Unsupported).ShouldBe(
            (true, "comp1", "ovs", "normal", true, null));
        port.Address.ShouldBe(IPAddress.Parse("10.10.0.35"));
        port.FloatingIps.ShouldBeEmpty();
        port.Network.ShouldBe(new NetworkIntent
        {
            Id = Guid.Parse("dbd4e08b-9700-4249-9b30-30c06cd8d01e"),
            Name = "tnet",
            Type = "vxlan",
            SegmentationId = 809,
            Mtu = 1450,
            AdminUp = true,
        });
        port.Subnet.ShouldBe(new SubnetIntent
        {
            Id = Guid.Parse("f505c258-fb88-4477-8ef5-daa4f8aed157"),
            Range = IPNetwork.Parse("10.10.0.0/24"),
            Gateway = IPAddress.Parse("10.10.0.1"),
            DhcpEnabled = true,
            PoolSize = 253,
        });
        var dhcp = port.DhcpPorts.ShouldHaveSingleItem();
        (dhcp.PortId, dhcp.Host, dhcp.Mac.ToString(), dhcp.AdminUp, dhcp.Status).ShouldBe(
            (Guid.Parse("0f265733-842f-4982-aa19-1bd8bd910367"), "net1", "fa:16:3e:1c:45:13", true, "ACTIVE"));
        dhcp.Addresses.ShouldBe([IPAddress.Parse("10.10.0.2")]);
        port.DhcpAgentHosts.ShouldBe(["net1"]);
        port.SecurityRules!.Count.ShouldBe(5);
        port.SecurityRules.ShouldContain(new SecurityRuleIntent(true, "IPv4", "icmp", null, null, null));
        port.SecurityRules.ShouldContain(new SecurityRuleIntent(true, "IPv4", null, "108dda94-ccf0-4281-84b4-5b0c7ce67301", null, null));
    }

    [Fact]
    public async Task ResolveAsync_RouterWithGateway_TellsBothItsSides()
    {
        var router = (await ResolveAsync("vm-t1")).Port!.Router!;
        (router.Id, router.Name, router.AdminUp, router.Distributed, router.HighlyAvailable, router.SnatEnabled).ShouldBe(
            (Guid.Parse("d9e48aa2-b4d5-441d-8210-9804928483f8"), "r1", true, false, false, true));
        (router.Interface!.PortId, router.Interface.Host, router.Interface.Addresses[0].ToString()).ShouldBe(
            (Guid.Parse("5cb04847-d0a1-42b9-bd32-a00a4a33220c"), "net1", "10.10.0.1"));
        (router.Gateway!.PortId, router.Gateway.Host, router.Gateway.Addresses[0].ToString()).ShouldBe(
            (Guid.Parse("2ddac085-2340-4a68-a9f1-e0b7998186ee"), "net1", "203.0.113.80"));
        (router.ExternalNetwork!.Name, router.ExternalNetwork.SegmentationId, router.ExternalGateway!.ToString()).ShouldBe(
            ("ext", 100, "203.0.113.1"));
        router.Hosts.ShouldBe(["net1"]);
    }

    [Theory]
    [InlineData("vm-t1", "comp1", "tnet", true)]
    [InlineData("vm-t2", "comp2", "tnet", true)]
    [InlineData("vm-v1", "comp1", "vnet", false)]
    [InlineData("vm-v2", "comp2", "vnet", false)]
    public async Task ResolveAsync_FourGuests_HaveTheirHostNetworkAndRouter(string name, string host, string network, bool router)
    {
        var port = (await ResolveAsync(name)).Port!;
        (port.BindingHost, port.Network.Name, port.Router is not null).ShouldBe((host, network, router));
        port.DhcpPorts.ShouldHaveSingleItem().Host.ShouldBe("net1");
        port.Agents!.Select(a => $"{a.Host} {a.Binary}").Order().ShouldBe(
        [
            $"{host} neutron-openvswitch-agent", "net1 neutron-dhcp-agent", "net1 neutron-l3-agent", "net1 neutron-metadata-agent",
            "net1 neutron-openvswitch-agent",
        ]);
        var agent = port.Agents!.Single(a => a.Host == host && a.TunnelingIp is not null);
        agent.BridgeMappings["physnet1"].ShouldBe("br-ex");
        agent.Alive.ShouldBeTrue();
    }

    [Fact]
    public async Task ResolveAsync_VlanNetwork_TellsItsSegment()
    {
        var network = (await ResolveAsync("vm-v1")).Port!.Network;
        (network.Type, network.PhysicalNetwork, network.SegmentationId, network.Mtu).ShouldBe(("vlan", "physnet1", 101, 1500));
    }

    [Fact]
    public async Task ResolveAsync_ByName_TakesAtMostADozenRequests()
    {
        await ResolveAsync("vm-t1");
        _neutron.Requests.Count.ShouldBe(13);
        _neutron.Requests.ShouldContain("agents host=comp1 host=net1");
    }

    [Fact]
    public async Task ResolveAsync_TwoOfOneName_ListsBoth()
    {
        _neutron.Port("vm-v2")["name"] = "vm-t1";
        (await ResolveAsync("vm-t1")).Problem.ShouldBe(
            "'vm-t1' is the name of 2 ports; give the id of one: 118f9a5a-86a5-42a8-90f0-03b14c56ca5e (vm-t1, network vnet, on comp2), "
            + "dda3b6a2-da63-4940-9199-4eddd2db77d5 (vm-t1, network tnet, on comp1).");
    }

    [Fact]
    public async Task ResolveAsync_ManyOfOneName_CountsTheRest()
    {
        for (var i = 0; i < 12; i++)
            _neutron.Add("ports", $$"""{"id": "{{Guid.NewGuid()}}", "name": "many", "network_id": "n", "fixed_ips": []}""");
        var problem = (await ResolveAsync("many")).Problem!;
        problem.ShouldStartWith("'many' is the name of 12 ports");
        problem.ShouldEndWith(" and 2 more.");
        problem.Split("on no host").Length.ShouldBe(11);
    }

    [Fact]
    public async Task ResolveAsync_Unbound_LeavesItToTheChecks()
    {
        _neutron.Port("vm-t1")["binding:host_id"] = "";
        _neutron.Port("vm-t1")["binding:vif_type"] = "unbound";
        var resolution = await ResolveAsync("vm-t1");
        (resolution.Port!.BindingHost, resolution.Port.VifType, resolution.Problem).ShouldBe(("", "unbound", null));
        resolution.Notes.ShouldBeEmpty();
    }

    [Fact]
    public async Task ResolveAsync_FloatingIp_LeadsToItsPortAndNotToTheFloatingIpsOwn()
    {
        _neutron.Add("floatingips", $$"""
            {"id": "f", "floating_ip_address": "203.0.113.60", "fixed_ip_address": "10.10.0.35", "port_id": "{{T1}}",
             "router_id": "d9e48aa2-b4d5-441d-8210-9804928483f8"}
            """);
        _neutron.Add("ports", """
            {"id": "aaaaaaaa-0000-4000-8000-000000000001", "device_owner": "network:floatingip", "network_id": "n",
             "fixed_ips": [{"subnet_id": "s", "ip_address": "203.0.113.60"}]}
            """);
        var port = (await ResolveAsync("203.0.113.60")).Port!;
        port.Name.ShouldBe("vm-t1");
        port.FloatingIps.ShouldHaveSingleItem().ShouldBe(new FloatingIpIntent(
            IPAddress.Parse("203.0.113.60"), IPAddress.Parse("10.10.0.35"), Guid.Parse("d9e48aa2-b4d5-441d-8210-9804928483f8")));
    }

    [Fact]
    public async Task ResolveAsync_FloatingIpOfNoPort_SaysSo()
    {
        _neutron.Add("floatingips", """{"id": "f", "floating_ip_address": "203.0.113.60"}""");
        (await ResolveAsync("203.0.113.60")).Problem.ShouldBe("The floating IP 203.0.113.60 is associated with no port.");
    }

    [Fact]
    public async Task ResolveAsync_RouterWithoutGateway_HasNoOutside()
    {
        _neutron.One("routers", "d9e48aa2-b4d5-441d-8210-9804928483f8")["external_gateway_info"] = null;
        _neutron.Remove("ports", "2ddac085-2340-4a68-a9f1-e0b7998186ee");
        var resolution = await ResolveAsync("vm-t1");
        var router = resolution.Port!.Router!;
        (router.Name, router.Gateway, router.ExternalNetwork, router.ExternalGateway, router.SnatEnabled).ShouldBe(("r1", null, null, null, null));
        resolution.Notes.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("trunk:subport", "the port is a subport of a trunk, which this version does not follow")]
    [InlineData("network:dhcp", "the port is Neutron's own (network:dhcp), not a guest's")]
    public async Task ResolveAsync_PortOfAnotherKind_IsNamedAsSuch(string owner, string reason)
    {
        _neutron.Port("vm-t1")["device_owner"] = owner;
        (await ResolveAsync("vm-t1")).Port!.Unsupported.ShouldBe(reason);
    }

    [Theory]
    [InlineData("networks")]
    [InlineData("subnets")]
    [InlineData("floatingips")]
    [InlineData("security-groups")]
    [InlineData("agents")]
    [InlineData("dhcp-agents")]
    [InlineData("l3-agents")]
    [InlineData("routers")]
    public async Task ResolveAsync_HalfAnAnswer_CostsItsPartAndANote(string kind)
    {
        _neutron.Fail(kind);
        var resolution = await ResolveAsync("vm-t1");
        resolution.Notes.ShouldContain(n => n.StartsWith("Neutron did not tell ") && n.EndsWith($"Neutron says no to {kind}."));
        var port = resolution.Port!;
        (port.BindingHost, port.Router?.Interface?.Host).ShouldBe(("comp1", "net1"));
        (port.Network.Name is null, port.Subnets.Count == 0, port.Agents is null, port.DhcpAgentHosts is null).ShouldBe(
            (kind == "networks", kind == "subnets", kind == "agents", kind == "dhcp-agents"));
        (port.SecurityRules is null, port.Router!.Hosts is null, port.Router.Name is null).ShouldBe(
            (kind == "security-groups", kind == "l3-agents", kind == "routers"));
    }

    [Theory]
    [InlineData("nosuch", "Neutron does not know a port called 'nosuch'.")]
    [InlineData("10.10.0.99", "Neutron does not know a port with the address 10.10.0.99.")]
    [InlineData("deadbeef", "Neutron does not know the port deadbeef.")]
    public async Task ResolveAsync_Unknown_SaysSo(string word, string problem) => (await ResolveAsync(word)).Problem.ShouldBe(problem);

    [Fact]
    public async Task ResolveAsync_UnknownToNeutronButNotToANode_TellsWhichHasIt()
    {
        _agents.On(_nodes[1], AgentOperations.OvsShow, _ => Collection.OvsHost.With(Collection.OvsHost.Guest()));
        (await ResolveAsync("4e9b9f3c")).Problem.ShouldBe(
            "Neutron does not know the port 4e9b9f3c, but comp1 has tap4e9b9f3c-00 for it: "
            + "was it deleted, or is it another cloud's? With --offline the nodes' records alone are used.");
    }

    [Fact]
    public async Task ResolveAsync_NamedLikeAnAddress_IsFoundByName()
    {
        _neutron.Port("vm-v1")["name"] = "10.1.2.3";
        (await ResolveAsync("10.1.2.3")).Port!.BindingHost.ShouldBe("comp1");
    }

    [Fact]
    public async Task ResolveAsync_PeerPort_IsResolvedToo()
    {
        var resolution = await ResolveAsync("vm-t1", "10.10.0.30");
        (resolution.Peer!.Name, resolution.PeerAddress).ShouldBe(("vm-t2", null));
    }

    [Fact]
    public async Task ResolveAsync_PeerThatIsNoPort_IsAnAddressOutside()
    {
        var resolution = await ResolveAsync("vm-t1", "198.51.100.7");
        (resolution.Port!.Name, resolution.Peer, resolution.PeerAddress!.ToString(), resolution.Problem).ShouldBe(
            ("vm-t1", null, "198.51.100.7", null));
    }

    [Fact]
    public async Task ResolveAsync_PeerNameThatNobodyHas_IsAProblem() =>
        (await ResolveAsync("vm-t1", "vm-t9")).Problem.ShouldBe("Neutron does not know a port called 'vm-t9'.");

    [Fact]
    public async Task ResolveAsync_HostsOfOtherNames_BecomeNodeNames()
    {
        _neutron.Port("vm-t1")["binding:host_id"] = "comp1.example.net";
        _neutron.One("ports", "0f265733-842f-4982-aa19-1bd8bd910367")["binding:host_id"] = "rack7-unit3";
        Info(_nodes[0], hostname: "net1", neutronHost: "rack7-unit3");
        var port = (await ResolveAsync("vm-t1")).Port!;
        (port.BindingHost, port.DhcpPorts[0].Host).ShouldBe(("comp1", "net1"));
    }

    [Fact]
    public async Task ResolveAsync_HostThatIsNoNode_KeepsNeutronsNameAndSaysSo()
    {
        _neutron.Port("vm-t1")["binding:host_id"] = "comp9";
        var resolution = await ResolveAsync("vm-t1");
        resolution.Port!.BindingHost.ShouldBe("comp9");
        resolution.Notes.ShouldBe(["Neutron has the port on comp9, which is no node of steth.conf: nothing can be seen there."]);
    }

    [Fact]
    public async Task ResolveAsync_AgentWithAnotherName_IsNoted()
    {
        Info(_nodes[1], hostname: "comp2", neutronHost: null);
        (await ResolveAsync("vm-t1")).Notes.ShouldBe(["comp1 calls itself comp2: does the address in steth.conf lead to the right host?"]);
    }

    [Fact]
    public async Task ResolveAsync_SeveralSegments_TakesTheOneTheHostHasABridgeFor()
    {
        var network = _neutron.One("networks", "06eeb9a9-d3f4-4db2-9739-b11094b96a2d");
        network["segments"] = JsonNode.Parse("""
            [{"provider:network_type": "vlan", "provider:physical_network": "physnet9", "provider:segmentation_id": 9},
             {"provider:network_type": "vlan", "provider:physical_network": "physnet1", "provider:segmentation_id": 101}]
            """);
        var resolution = await ResolveAsync("vm-v1");
        resolution.Port!.Network.SegmentationId.ShouldBe(101);
        resolution.Notes.ShouldBe(["The network has 2 segments; vlan physnet1 101 was taken for the port's."]);
    }

    [Fact]
    public async Task ResolveAsync_NoAdministrator_LearnsTheHostFromTheNodes()
    {
        _neutron.Port("vm-t1").Remove("binding:host_id");
        _agents.On(_nodes[1], AgentOperations.OvsShow, _ => Collection.OvsHost.With(Collection.OvsHost.Port(Guid.Parse(T1), "qvodda3b6a2-da")));
        var resolution = await ResolveAsync("vm-t1");
        resolution.Port!.BindingHost.ShouldBe("comp1");
        resolution.Notes.ShouldBe(["Neutron does not tell these credentials where the port is bound; by its records it is on comp1."]);
    }

    private void Info(Node node, string hostname, string? neutronHost) => _agents.On(node, AgentOperations.AgentInfo, _ => new AgentInfoResult
    {
        Hostname = hostname,
        NeutronHost = neutronHost,
        Version = "0",
        Kernel = "6",
        StartedAt = DateTimeOffset.UnixEpoch,
        Insecure = true,
        Tools = [],
    });
}
