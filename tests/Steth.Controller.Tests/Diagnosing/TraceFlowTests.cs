using System.Net;
using Steth.Contracts.Operations;
using Steth.Controller.Diagnosing;
using Steth.Packets.Addresses;

namespace Steth.Controller.Tests.Diagnosing;

/// <summary>The texts are those that Open vSwitch 3.1 took on the bridges of a lab.</summary>
public sealed class TraceFlowTests
{
    private static readonly MacAddress _guest = MacAddress.Parse("fa:16:3e:ef:bd:0f");
    private static readonly MacAddress _router = MacAddress.Parse("fa:16:3e:00:00:01");
    private static readonly IPAddress _guestIp = IPAddress.Parse("192.168.101.11");
    private static readonly IPAddress _gateway = IPAddress.Parse("192.168.101.1");

    [Fact]
    public void Request_Discover_IsBroadcastFromNobody() =>
        TraceFlow.Request(new FrameSpec { Kind = FrameKind.DhcpDiscover, Mark = 1, SourceMac = _guest }, "qvo1", null, null).ShouldBe(
            "in_port=qvo1,dl_src=fa:16:3e:ef:bd:0f,dl_dst=ff:ff:ff:ff:ff:ff,udp,nw_src=0.0.0.0,nw_dst=255.255.255.255,nw_ttl=64,"
                + "udp_src=68,udp_dst=67");

    [Fact]
    public void Request_Arp_AsksForTheTarget() => TraceFlow.Request(Frame(FrameKind.ArpRequest), "eth1", 101, null).ShouldBe(
        "in_port=eth1,dl_vlan=101,dl_src=fa:16:3e:ef:bd:0f,dl_dst=ff:ff:ff:ff:ff:ff,arp,arp_op=1,"
            + "arp_spa=192.168.101.11,arp_tpa=192.168.101.1,arp_sha=fa:16:3e:ef:bd:0f,arp_tha=00:00:00:00:00:00");

    [Fact]
    public void Request_EchoOutOfATunnel_HasItsKeyAndEnds() => TraceFlow.Request(
        Frame(FrameKind.IcmpEcho) with { DestinationMac = _router },
        "vxlan-0a580015",
        null,
        new TunnelEntry(2001, IPAddress.Parse("10.88.0.21"), IPAddress.Parse("10.88.0.31"))).ShouldBe(
            "in_port=vxlan-0a580015,tun_id=0x7d1,tun_src=10.88.0.21,tun_dst=10.88.0.31,dl_src=fa:16:3e:ef:bd:0f,dl_dst=fa:16:3e:00:00:01,"
                + "icmp,nw_src=192.168.101.11,nw_dst=192.168.101.1,nw_ttl=64,icmp_type=8,icmp_code=0");

    [Fact]
    public void Request_TunnelOverIPv6_NamesItsEndsSo() => TraceFlow.Request(
        Frame(FrameKind.Probe), "t", null, new TunnelEntry(1, IPAddress.Parse("2001:db8::1"), IPAddress.Parse("2001:db8::2")))
            .ShouldBe("in_port=t,tun_id=0x1,tun_ipv6_src=2001:db8::1,tun_ipv6_dst=2001:db8::2,"
                + "dl_src=fa:16:3e:ef:bd:0f,dl_dst=ff:ff:ff:ff:ff:ff,dl_type=0x88b5");

    [Fact]
    public void Answer_Syn_TurnsPortsAndAcknowledges() => TraceFlow.Answer(
        Frame(FrameKind.TcpSyn) with { SourcePort = 61001, TargetPort = 80 }, _router, IPAddress.Parse("169.254.169.254"), "eth1", 101)
            .ShouldBe(
            "in_port=eth1,dl_vlan=101,dl_src=fa:16:3e:00:00:01,dl_dst=fa:16:3e:ef:bd:0f,tcp,nw_src=169.254.169.254,nw_dst=192.168.101.11,"
                + "nw_ttl=64,tcp_src=80,tcp_dst=61001,tcp_flags=0x012");

    [Fact]
    public void Answer_Discover_GoesToTheOfferedAddressOrToAll()
    {
        var frame = new FrameSpec { Kind = FrameKind.DhcpDiscover, Mark = 1, SourceMac = _guest };

        TraceFlow.Answer(frame, _router, _gateway, "tap1", offered: _guestIp).ShouldBe(
            "in_port=tap1,dl_src=fa:16:3e:00:00:01,dl_dst=fa:16:3e:ef:bd:0f,udp,nw_src=192.168.101.1,nw_dst=192.168.101.11,nw_ttl=64,"
                + "udp_src=67,udp_dst=68");
        TraceFlow.Answer(frame, _router, _gateway, "tap1")
            .ShouldContain("dl_dst=ff:ff:ff:ff:ff:ff,udp,nw_src=192.168.101.1,nw_dst=255.255.255.255");
    }

    [Fact]
    public void Answer_ArpAndEcho_GoBackToTheGuest()
    {
        TraceFlow.Answer(Frame(FrameKind.ArpRequest), _router, _gateway, "qr-1").ShouldEndWith(
            "dl_dst=fa:16:3e:ef:bd:0f,arp,arp_op=2,arp_spa=192.168.101.1,arp_tpa=192.168.101.11,"
                + "arp_sha=fa:16:3e:00:00:01,arp_tha=fa:16:3e:ef:bd:0f");
        TraceFlow.Answer(Frame(FrameKind.IcmpEcho), _router, _gateway, "qr-1").ShouldEndWith(
            "icmp,nw_src=192.168.101.1,nw_dst=192.168.101.11,nw_ttl=64,icmp_type=0,icmp_code=0");
    }

    private static FrameSpec Frame(FrameKind kind) =>
        new() { Kind = kind, Mark = 1, SourceMac = _guest, SourceIp = _guestIp, TargetIp = _gateway };
}
