using System.Net;
using Steth.Contracts.Operations;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Intent;
using Steth.Diagnosis.Paths;
using Steth.Diagnosis.Tests.Cases;

namespace Steth.Diagnosis.Tests.Paths;

/// <summary>The way of each probe through each kind of wiring.</summary>
public sealed class PathBuilderTests
{
    private const string Hybrid = "comp1 tap in, comp1 qbr, comp1 qvb out, comp1 qvo in, comp1 br-int";
    private const string Native = "comp2 tap in, comp2 br-int";
    private const string HybridToNet = Hybrid + ", comp1 br-tun, comp1 eth1 out, net1 eth1 in, net1 br-tun, net1 br-int";
    private const string NativeToNet = Native + ", comp2 br-phy, comp2 eth1 out, net1 eth1 in, net1 br-phy, net1 br-int";

    [Theory]
    [InlineData(ProbeKind.Dhcp, "net1 dhcp in")]
    [InlineData(ProbeKind.ArpGateway, "net1 qr in")]
    [InlineData(ProbeKind.EchoGateway, "net1 qr in")]
    [InlineData(ProbeKind.SynMetadata, "net1 qr in")]
    [InlineData(ProbeKind.EchoLarge, "net1 qr in")]
    [InlineData(ProbeKind.EchoInternet, "net1 qr in, net1 qg out, net1 br-int, net1 br-ex, net1 eth2 out")]
    public void Build_ToTheNetworkNode_GoesByTunnelOrVlan(ProbeKind kind, string end)
    {
        Ways.Text(new LabCase(), kind).ShouldBe($"{HybridToNet}, {end}");
        Ways.Text(new LabCase(PortPlug.Native, "vlan"), kind).ShouldBe($"{NativeToNet}, {end}");
    }

    [Fact]
    public void Build_Flat_GoesByTheProviderBridge() =>
        Ways.Text(
            new LabCase(PortPlug.Native, "flat", routed: false).Plug("comp2", LabCase.Guest, "flat", "eth1"), ProbeKind.Dhcp)
            .ShouldStartWith($"{Native}, comp2 br-phy, comp2 eth1 out, net1 eth1 in");

    [Fact]
    public void Build_TwoNicsOfOneBridge_AreOneHop()
    {
        var way = Ways.Of(new LabCase(PortPlug.Native, "vlan").Plug("comp2", LabCase.Guest, "vlan", "eth1", "eth3"), ProbeKind.Dhcp);
        Ways.Text(way).ShouldStartWith($"{Native}, comp2 br-phy, comp2 eth1/eth3 out, net1 eth1 in");
        way.Hops.Count(h => h.Has("eth3")).ShouldBe(1);
    }

    [Fact]
    public void Build_FloatingIp_ComesFromOutside()
    {
        const string Outside = "net1 eth2 in, net1 br-ex, net1 br-int, net1 qg in, net1 qr out, net1 br-int";
        Ways.Text(new LabCase(), ProbeKind.EchoFloating).ShouldBe(
            $"{Outside}, net1 br-tun, net1 eth1 out, comp1 eth1 in, comp1 br-tun, comp1 br-int, comp1 qvo out, comp1 qvb in, comp1 qbr, comp1 tap out");
        Ways.Text(new LabCase(PortPlug.Native, "vlan"), ProbeKind.EchoFloating).ShouldBe(
            $"{Outside}, net1 br-phy, net1 eth1 out, comp2 eth1 in, comp2 br-phy, comp2 br-int, comp2 tap out");
    }

    [Fact]
    public void Build_FloatingIpWhoseRouterLacksItsInsidePort_EndsThere()
    {
        var way = Ways.Of(new LabCase().Host("net1", h => h with { Wirings = [.. h.Wirings.Where(w => w.PortId != LabCase.Inside)] }), ProbeKind.EchoFloating);
        Ways.Text(way).ShouldBe("net1 eth2 in, net1 br-ex, net1 br-int, net1 qg in");
        way.Gap.ShouldBe($"net1 lacks the router's port {LabCase.Inside}");
    }

    [Fact]
    public void Build_GuestBesideTheServer_StaysOnItsBridge()
    {
        var situation = new LabCase(PortPlug.Native, "vlan").Host("comp2", h => h with { Wirings = [] }).Plug("net1", LabCase.Guest, "vlan", "eth1");
        Ways.Text(situation, ProbeKind.Dhcp).ShouldBe("net1 tap in, net1 br-int, net1 dhcp in");
        Ways.Text(situation, ProbeKind.EchoInternet).ShouldBe(
            "net1 tap in, net1 br-int, net1 qr in, net1 qg out, net1 br-int, net1 br-ex, net1 eth2 out");
        Ways.Text(situation, ProbeKind.EchoFloating).ShouldBe(
            "net1 eth2 in, net1 br-ex, net1 br-int, net1 qg in, net1 qr out, net1 br-int, net1 tap out");
    }

    [Theory]
    [InlineData(true, "net1 qr in")]
    [InlineData(false, "net1 dhcp in")]
    public void Build_Metadata_GoesWhereItIsServed(bool routed, string end) =>
        Ways.Text(new LabCase(PortPlug.Hybrid, "vxlan", routed), ProbeKind.SynMetadata).ShouldBe($"{HybridToNet}, {end}");

    [Fact]
    public void Build_PeerOnTheSameNetwork_EndsAtItsTap()
    {
        var situation = new LabCase(PortPlug.Native, "vlan").WithPeer("comp1", p => p);
        var expected = $"{Native}, comp2 br-phy, comp2 eth1 out, comp1 eth1 in, comp1 br-phy, comp1 br-int, comp1 tap99999999-9c out";
        Ways.Text(situation, ProbeKind.ArpPeer).ShouldBe(expected);
        Ways.Text(situation, ProbeKind.EchoPeer).ShouldBe(expected);
        Ways.Text(situation, ProbeKind.EchoLarge).ShouldBe(expected);
    }

    [Fact]
    public void Build_PeerBehindTheRouter_CrossesBothItsPorts()
    {
        var other = new Guid("77777777-d0aa-4c57-8a31-4e0a5b1c9d11");
        var situation = new LabCase(PortPlug.Native, "vlan").Plug("net1", other, "vlan", "eth1").WithPeer("comp1", p => p with
        {
            Network = p.Network with { Id = Guid.NewGuid() },
            Router = p.Router! with { Interface = p.Router.Interface! with { PortId = other } },
        });
        Ways.Text(situation, ProbeKind.EchoPeer).ShouldBe(
            $"{NativeToNet}, net1 qr in, net1 tap77777777-d0 out, net1 br-int, net1 br-phy, net1 eth1 out, comp1 eth1 in, comp1 br-phy, comp1 br-int, "
                + "comp1 tap99999999-9c out");
    }

    [Fact]
    public void Build_PeerThatSharesNoRouter_SaysSo()
    {
        var situation = new LabCase(PortPlug.Native, "vlan").WithPeer("comp1", p => p with
        {
            Network = p.Network with { Id = Guid.NewGuid() },
            Router = p.Router! with { Id = Guid.NewGuid() },
        });
        Ways.Of(situation, ProbeKind.EchoPeer).Gap.ShouldBe("the peer is on another network that shares no router with the port's");
    }

    [Fact]
    public void Build_PeerNobodyHas_LeavesTheGuestsNode()
    {
        var situation = new LabCase(PortPlug.Native, "vlan").WithPeer("comp1", p => p).Silent("comp1");
        var way = Ways.Of(situation, ProbeKind.EchoPeer);
        Ways.Text(way).ShouldBe($"{Native}, comp2 br-phy, comp2 eth1 out");
        way.Gap.ShouldBe($"no node that answers has the peer's port {Ways.Far}; comp1 did not answer");
    }

    [Fact]
    public void Build_NoPeer_SaysSo() => Ways.Of(new LabCase(), ProbeKind.EchoPeer).Gap.ShouldBe("the peer is no port of this cloud");

    [Fact]
    public void Build_GatewayThatIsNoRouterOfNeutrons_EndsAtTheNic()
    {
        var way = Ways.Of(new LabCase(PortPlug.Native, "vlan", routed: false), ProbeKind.ArpGateway);
        Ways.Text(way).ShouldBe($"{Native}, comp2 br-phy, comp2 eth1 out");
        way.Gap.ShouldBe("no router that is known here has the gateway 10.10.0.1: behind the NIC nothing can be seen");
    }

    [Fact]
    public void Build_NoGatewayAtAll_IsTheGuestsLeg()
    {
        var way = Ways.Of(new LabCase(PortPlug.Native, "vlan", routed: false).Port(p => p with { Subnets = [] }), ProbeKind.ArpGateway);
        Ways.Text(way).ShouldBe("comp2 tap in");
        way.Gap.ShouldBe("no node that answers has a router of the network");
    }

    [Fact]
    public void Build_NoDhcpServer_IsTheGuestsLegWithAGap()
    {
        var way = Ways.Of(new LabCase(PortPlug.Native).Port(p => p with { DhcpPorts = [] }).Silent("comp1"), ProbeKind.Dhcp);
        Ways.Text(way).ShouldBe("comp2 tap in");
        way.Gap.ShouldBe("no node that answers has a DHCP server of the network; comp1 did not answer");
    }

    [Fact]
    public void Build_SilentNetworkNode_LeavesTheGuestsNode()
    {
        var way = Ways.Of(new LabCase().Silent("net1"), ProbeKind.Dhcp);
        Ways.Text(way).ShouldBe($"{Hybrid}, comp1 br-tun, comp1 eth1 out");
        way.Gap.ShouldBe("net1 did not answer: connection refused");
        Ways.Of(new LabCase().Silent("net1"), ProbeKind.EchoFloating).Hops.ShouldBeEmpty();
    }

    [Fact]
    public void Build_TwoDhcpServers_AreTwoWays()
    {
        var second = Guid.NewGuid();
        var situation = new LabCase().Plug("comp2", second, "vxlan").Port(p => p with
        {
            DhcpPorts = [.. p.DhcpPorts, new ServicePortIntent { PortId = second, Addresses = [IPAddress.Parse("10.10.0.3")], Host = "comp2" }],
        });
        new PathBuilder(situation.Evidence).Build(ProbeKind.Dhcp).Select(w => w.Answerer)
            .ShouldBe(["the DHCP server on net1", "the DHCP server on comp2"]);
    }

    [Theory]
    [InlineData("comp1")]
    [InlineData("comp2")]
    public void HostOf_PortOnTwoHosts_IsWhereItIsBound(string bound)
    {
        var situation = new LabCase().Plug("comp2", LabCase.Guest, "vxlan").Port(p => p with { BindingHost = bound });
        PathBuilder.HostOf(situation.Evidence, LabCase.Guest)!.Name.ShouldBe(bound);
    }

    [Fact]
    public void HostOf_PortOnTwoHostsAndBoundNowhereKnown_IsWhereItIsWhole()
    {
        var situation = new LabCase().Plug("comp2", LabCase.Guest, "vxlan").Port(p => p with { BindingHost = null })
            .Device("comp1", "tap75e9329b-9c", WiringProblem.Missing);
        PathBuilder.HostOf(situation.Evidence, LabCase.Guest)!.Name.ShouldBe("comp2");
    }

    [Fact]
    public void Build_EveryProbeOfAPortNobodyHas_NeverThrows()
    {
        var situation = new LabCase();
        foreach (var host in new[] { "comp1", "comp2", "net1" })
            situation.Silent(host);
        foreach (var kind in Enum.GetValues<ProbeKind>())
            new PathBuilder(situation.Evidence).Build(kind).ShouldAllBe(w => w.Hops.Count == 0 && w.Gap != null);
    }
}
