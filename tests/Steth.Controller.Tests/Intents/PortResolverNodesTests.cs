using System.Net;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Intents;
using Steth.Diagnosis.Intent;
using Steth.OpenStack;
using Steth.OpenStack.Neutron;

namespace Steth.Controller.Tests.Intents;

public class PortResolverNodesTests
{
    private const string Hybrid = "dda3b6a2";
    private const string Native = "118f9a5a";

    private readonly RecordedNodes _cloud = new();
    private readonly RecordedNeutron _neutron = new();

    private Task<PortResolution> ResolveAsync(string port, string? peer = null, bool offline = true, Func<INeutronClient?>? neutron = null) =>
        new PortResolver(_cloud.Agents.WithTimeout(), neutron ?? (() => _neutron))
            .ResolveAsync(_cloud.All, port, peer, offline, TestContext.Current.CancellationToken);

    [Theory]
    [InlineData("dda3b6a2-da63-4940-9199-4eddd2db77d5")]
    [InlineData("DDA3B6A2")]
    [InlineData("fa:16:3e:f0:24:66")]
    [InlineData("10.10.0.35")]
    [InlineData("203.0.113.60")]
    public async Task ResolveAsync_Offline_FindsThePortByAllButItsName(string word)
    {
        var resolution = await ResolveAsync(word);
        resolution.Problem.ShouldBeNull();
        resolution.Port!.PortId.ShouldBe(RecordedNodes.HybridGuest);
        resolution.Notes.ShouldBeEmpty();
        _neutron.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task ResolveAsync_HybridGuestInATunnelNetwork_TellsWhatTheNodesKnow()
    {
        var port = (await ResolveAsync(Hybrid)).Port!;
        (port.Source, port.Name, port.BindingHost, port.Mac.ToString(), port.Address!.ToString(), port.DeviceOwner).ShouldBe(
            (IntentSource.Nodes, null, "comp1", "fa:16:3e:f0:24:66", "10.10.0.35", null));
        (port.AdminUp, port.Status, port.PortSecurity, port.Agents, port.SecurityRules).ShouldBe((null, null, null, null, null));
        port.Network.ShouldBe(new NetworkIntent { Id = RecordedNodes.Tunnel, Type = "vxlan", SegmentationId = 809, Mtu = 1450 });
        port.Subnets.ShouldHaveSingleItem().ShouldBe(new SubnetIntent
        {
            Id = RecordedNodes.Subnet,
            Range = IPNetwork.Parse("10.10.0.0/24"),
            Gateway = IPAddress.Parse("10.10.0.1"),
            DhcpEnabled = true,
        });
        var dhcp = port.DhcpPorts.ShouldHaveSingleItem();
        (dhcp.Host, dhcp.Addresses[0].ToString()).ShouldBe(("net1", "10.10.0.2"));
        port.DhcpAgentHosts.ShouldBe(["net1"]);
        port.FloatingIps.ShouldBe([new FloatingIpIntent(IPAddress.Parse("203.0.113.60"), IPAddress.Parse("10.10.0.35"), RecordedNodes.Router)]);
    }

    [Fact]
    public async Task ResolveAsync_Offline_TellsTheRouterByItsNamespace()
    {
        var router = (await ResolveAsync(Hybrid)).Port!.Router!;
        (router.Id, router.Distributed, router.HighlyAvailable, router.ExternalGateway!.ToString()).ShouldBe(
            (RecordedNodes.Router, false, false, "203.0.113.1"));
        (router.Interface!.PortId, router.Interface.Host, router.Interface.Addresses[0].ToString()).ShouldBe(
            (Guid.Parse("5cb04847-d0a1-42b9-bd32-a00a4a33220c"), "net1", "10.10.0.1"));
        router.Gateway!.PortId.ShouldBe(Guid.Parse("2ddac085-2340-4a68-a9f1-e0b7998186ee"));
        router.Gateway.Addresses.ShouldBe([IPAddress.Parse("203.0.113.80")]);
        (router.ExternalNetwork!.Id, router.ExternalNetwork.Type, router.ExternalNetwork.SegmentationId).ShouldBe((RecordedNodes.External, "vlan", 100));
        router.Hosts.ShouldBe(["net1"]);
    }

    [Fact]
    public async Task ResolveAsync_NativeGuestWhoseServerIsDead_TakesFlowsAndDevices()
    {
        _cloud.Agents.On(_cloud.Comp2, AgentOperations.OvsFlows, p => new OvsFlowsResult
        {
            Flows = p.Table == 71 ? [Flow("arp,in_port=5,dl_src=fa:16:3e:a6:53:7d,arp_spa=192.168.101.185")] : [],
        });
        var port = (await ResolveAsync(Native)).Port!;
        (port.BindingHost, port.Address!.ToString(), port.Network.Type, port.Network.PhysicalNetwork, port.Network.SegmentationId).ShouldBe(
            ("comp2", "192.168.101.185", "vlan", "physnet1", 101));
        port.Subnets.ShouldHaveSingleItem().ShouldBe(new SubnetIntent { Range = IPNetwork.Parse("192.168.101.0/24") });
        (port.Network.Mtu, port.DhcpPorts[0].Addresses[0].ToString(), port.Router).ShouldBe((1500, "192.168.101.2", null));
        (await ResolveAsync("192.168.101.185")).Port!.PortId.ShouldBe(RecordedNodes.NativeGuest);
    }

    [Fact]
    public async Task ResolveAsync_RouterWithoutNamespace_IsStillTheRouter()
    {
        _cloud.Agents.On(_cloud.Net1, AgentOperations.NamespaceList, _ => new NamespaceListResult { Namespaces = [] });
        var port = (await ResolveAsync(Hybrid)).Port!;
        (port.Router!.Id, port.Router.Interface!.Addresses[0].ToString(), port.Router.Gateway, port.Router.Distributed).ShouldBe(
            (null, "10.10.0.1", null, null));
        port.FloatingIps.ShouldBeEmpty();
    }

    [Fact]
    public async Task ResolveAsync_TwoRouters_PrefersTheOneDhcpNames()
    {
        var known = RecordedNodes.Port(Guid.Parse("5cb04847-d0a1-42b9-bd32-a00a4a33220c"), "qr-5cb04847-d0", "fa:16:3e:0a:84:69", RecordedNodes.Tunnel, "internal");
        _cloud.Agents.On(_cloud.Net1, AgentOperations.OvsShow, _ => RecordedNodes.Ovs(
            RecordedNodes.Port(Guid.Parse("00000000-0000-4000-8000-000000000009"), "qr-00000000-00", "fa:16:3e:00:00:09", RecordedNodes.Tunnel, "internal"), known));
        (await ResolveAsync(Hybrid)).Port!.Router!.Interface!.PortId.ShouldBe(Guid.Parse("5cb04847-d0a1-42b9-bd32-a00a4a33220c"));
    }

    [Theory]
    [InlineData("ha-11111111-11", true, false)]
    [InlineData("rfp-d9e48aa2-b", false, true)]
    public async Task ResolveAsync_RouterOfAnotherKind_IsNamed(string device, bool ha, bool distributed)
    {
        _cloud.Agents.On(_cloud.Net1, AgentOperations.NamespaceInspect, _ => RecordedNodes.RouterState with
        {
            Interfaces = [.. RecordedNodes.RouterState.Interfaces!, RecordedNodes.Device(device, 1500)],
        });
        var router = (await ResolveAsync(Hybrid)).Port!.Router!;
        (router.HighlyAvailable, router.Distributed).ShouldBe((ha, distributed));
    }

    [Fact]
    public async Task ResolveAsync_TwoSilentNodes_LeavesTheirPartOpenAndNamesThem()
    {
        _cloud.Agents.Kill(_cloud.Net1);
        _cloud.Agents.Kill(_cloud.Comp2);
        var resolution = await ResolveAsync(Hybrid);
        resolution.Notes.ShouldBe(["comp2 and net1 did not tell what Open vSwitch has there; what only they know is missing."]);
        var port = resolution.Port!;
        (port.BindingHost, port.Network.SegmentationId, port.Router, port.DhcpAgentHosts).ShouldBe(("comp1", 809, null, null));
        (port.FixedIps.Count, port.Subnets.Count, port.DhcpPorts.Count).ShouldBe((0, 0, 0));
        var lost = await ResolveAsync("fa:16:3e:a6:53:7d");
        lost.Problem.ShouldBe("No agent that answers knows a port with fa:16:3e:a6:53:7d; it may be on comp2 or net1, which did not answer.");
        lost.MayBeOnSilent.ShouldBeTrue();
        (await ResolveAsync("11111111-2222-3333-4444-555555555555")).MayBeOnSilent.ShouldBeTrue();
        (await ResolveAsync("web-1")).MayBeOnSilent.ShouldBeFalse("no node knows ports by their names");
    }

    [Fact]
    public async Task ResolveAsync_NobodyAnswers_IsUnavailable()
    {
        foreach (var node in _cloud.All)
            _cloud.Agents.Kill(node);
        var resolution = await ResolveAsync(Hybrid);
        (resolution.Unavailable, resolution.Port).ShouldBe((true, null));
        resolution.Problem.ShouldNotBeNull();
    }

    [Fact]
    public async Task ResolveAsync_PortThatNoAgentHasWired_HasNoNetwork()
    {
        _cloud.Agents.On(_cloud.Comp1, AgentOperations.OvsShow, _ => RecordedNodes.Ovs(Collection.OvsHost.Port(RecordedNodes.HybridGuest, "qvodda3b6a2-da", tag: null)));
        var port = (await ResolveAsync(Hybrid)).Port!;
        (port.BindingHost, port.Network.Id, port.Router).ShouldBe(("comp1", null, null));
    }

    [Fact]
    public async Task ResolveAsync_NameOffline_IsNeutronsAlone() => (await ResolveAsync("vm-t1")).Problem.ShouldBe(
        "'vm-t1' is no port id, MAC or IP address, and only Neutron knows ports by their names.");

    [Fact]
    public async Task ResolveAsync_ServicePort_IsNoGuest() =>
        (await ResolveAsync("0f265733")).Port!.Unsupported.ShouldBe("the port is Neutron's own (network:dhcp), not a guest's");

    [Fact]
    public async Task ResolveAsync_PeerOffline_IsAPortOrAnAddress()
    {
        var ours = await ResolveAsync(Hybrid, Native);
        (ours.Peer!.PortId, ours.PeerAddress).ShouldBe((RecordedNodes.NativeGuest, null));
        var outside = await ResolveAsync(Hybrid, "198.51.100.7");
        (outside.Peer, outside.PeerAddress!.ToString(), outside.Problem).ShouldBe((null, "198.51.100.7", null));
    }

    [Fact]
    public async Task ResolveAsync_AgentThatLies_IsNoted()
    {
        _cloud.Info(_cloud.Comp1, "comp2.example.net", "comp7");
        _cloud.Info(_cloud.Comp2, "comp2.example.net");
        (await ResolveAsync(Hybrid)).Notes.ShouldBe(["comp1 calls itself comp7: does the address in steth.conf lead to the right host?"]);
    }

    [Fact]
    public async Task ResolveAsync_NoCredentials_AsksTheNodesAndSaysSo()
    {
        var resolution = await ResolveAsync(Hybrid, offline: false, neutron: () => null);
        resolution.Port!.Source.ShouldBe(IntentSource.Nodes);
        resolution.Notes.ShouldBe(["No OpenStack credentials are configured: the nodes' own records were used."]);
    }

    [Theory]
    [InlineData(OpenStackFailure.Unreachable, true)]
    [InlineData(OpenStackFailure.TimedOut, true)]
    [InlineData(OpenStackFailure.BadAnswer, false)]
    [InlineData(OpenStackFailure.Unauthorized, false)]
    [InlineData(OpenStackFailure.Untrusted, false)]
    public async Task ResolveAsync_ApiFails_AsksTheNodesAndSaysWhy(OpenStackFailure failure, bool down)
    {
        _neutron.FailAll(failure, down);
        var resolution = await ResolveAsync(Hybrid, offline: false);
        (resolution.Port!.Source, resolution.Problem).ShouldBe((IntentSource.Nodes, null));
        resolution.Notes.ShouldBe(["Neutron says no to ports. The nodes' own records were used instead."]);
    }

    [Fact]
    public async Task ResolveAsync_ApiDownAndPortUnknown_KeepsTheTwoApart()
    {
        _neutron.FailAll(OpenStackFailure.Unreachable, down: true);
        var resolution = await ResolveAsync("vm-t1", offline: false);
        resolution.Problem.ShouldBe("'vm-t1' is no port id, MAC or IP address, and only Neutron knows ports by their names.");
        resolution.Notes.ShouldBe(["Neutron says no to ports. The nodes' own records were used instead."]);
    }

    [Fact]
    public async Task ResolveAsync_RefusedAndPortUnknown_IsTheApisProblemFirst()
    {
        var resolution = await ResolveAsync("vm-t1", offline: false,
            neutron: () => throw new OpenStackException(OpenStackFailure.Unauthorized, "Keystone refuses the password."));
        resolution.Problem.ShouldBe("Keystone refuses the password. "
            + "'vm-t1' is no port id, MAC or IP address, and only Neutron knows ports by their names.");
        (resolution.Notes.Count, resolution.Unavailable).ShouldBe((0, false));
    }

    private static OvsFlow Flow(string match) => new() { Table = 71, Priority = 95, Match = match, Actions = "goto_table:94", Packets = 0, Bytes = 0, Cookie = "0x0" };
}
