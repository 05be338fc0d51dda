using System.Net;
using Steth.Packets.Addresses;
using Steth.Packets.Building;
using Steth.Packets.Decoding;
using Steth.Packets.Dhcp;
using Steth.Packets.Ethernet;
using Steth.Packets.Icmp;
using Steth.Packets.Ip;
using Steth.Packets.Tcp;
using static Steth.Packets.Tests.SampleFrames;

namespace Steth.Packets.Tests.Decoding;

public class FrameDecoderTests
{
    [Fact]
    public void Summary_RecordedOnTheNic_NamesTheExchangeAndItsVlan() =>
        Captures.Frames(Captures.Nic).Select(f => FrameDecoder.Decode(f.Data.Span).Summary).ShouldBe(
        [
            "vlan 101 DHCPDISCOVER fa:16:3e:8d:3c:2b xid 0x9f3a414b",
            "vlan 101 DHCPOFFER fa:16:3e:8d:3c:2b xid 0x9f3a414b address 192.168.101.88 server 192.168.101.2",
            "vlan 101 DHCPREQUEST fa:16:3e:8d:3c:2b xid 0x9f3a414b",
            "vlan 101 DHCPACK fa:16:3e:8d:3c:2b xid 0x9f3a414b address 192.168.101.88 server 192.168.101.2",
        ]);

    [Fact]
    public void Summary_RecordedOnTheDhcpPort_NamesDhcpAndArp() =>
        Captures.Frames(Captures.DhcpPort).Select(f => FrameDecoder.Decode(f.Data.Span).Summary).ShouldBe(
        [
            "DHCPDISCOVER fa:16:3e:8d:3c:2b xid 0x9f3a414b",
            "DHCPOFFER fa:16:3e:8d:3c:2b xid 0x9f3a414b address 192.168.101.88 server 192.168.101.2",
            "DHCPREQUEST fa:16:3e:8d:3c:2b xid 0x9f3a414b",
            "DHCPACK fa:16:3e:8d:3c:2b xid 0x9f3a414b address 192.168.101.88 server 192.168.101.2",
            "ARP who-has 192.168.101.88 tell 192.168.101.2",
            "ARP 192.168.101.88 is-at fa:16:3e:8d:3c:2b",
        ]);

    [Fact]
    public void Decode_TaggedOffer_CarriesEveryField()
    {
        var offer = FrameDecoder.Decode(Captures.Frames(Captures.Nic)[1].Data.Span);
        offer.Source.ShouldBe(Router);
        offer.Destination.ShouldBe(Guest);
        offer.Vlan.ShouldBe(new VlanId(101));
        offer.Type.ShouldBe(EtherType.IPv4);
        offer.SourceIp.ShouldBe(IPAddress.Parse("192.168.101.2"));
        offer.Udp!.Value.SourcePort.ShouldBe((ushort)67);
        var dhcp = offer.Dhcp!;
        dhcp.MessageType.ShouldBe(DhcpMessageType.Offer);
        dhcp.IsReply.ShouldBeTrue();
        dhcp.YourIp.ShouldBe(IPAddress.Parse("192.168.101.88"));
        dhcp.ServerIp.ShouldBe(IPAddress.Parse("192.168.101.2"));
        dhcp.ServerIdentifier.ShouldBe(IPAddress.Parse("192.168.101.2"));
        dhcp.SubnetMask.ShouldBe(IPAddress.Parse("255.255.255.0"));
        dhcp.Router.ShouldBe(IPAddress.Parse("192.168.101.1"));
        dhcp.InterfaceMtu.ShouldBe(1500);
        dhcp.LeaseTime.ShouldBe(TimeSpan.FromDays(1));
    }

    [Fact]
    public void Decode_Tcp_NamesPortsAndFlags()
    {
        var frame = FrameDecoder.Decode(TcpSynAck);
        frame.Tcp!.Value.Flags.ShouldBe(TcpFlags.Syn | TcpFlags.Ack);
        frame.Tcp.Value.Acknowledgement.ShouldBe(2u);
        frame.Summary.ShouldBe("TCP 10.0.0.1:80 > 10.0.0.2:4000 [SYN,ACK]");
    }

    [Fact]
    public void Decode_IcmpError_KeepsWhatItQuotes()
    {
        var frame = FrameDecoder.Decode(HostUnreachable);
        var icmp = frame.Icmp!.Value;
        icmp.IsError.ShouldBeTrue();
        icmp.Type.ShouldBe(IcmpType.Unreachable);
        icmp.Name.ShouldBe("host unreachable");
        icmp.Quoted!.Value.Destination.ShouldBe(IPAddress.Parse("10.9.9.9"));
        icmp.Quoted.Value.Protocol.ShouldBe(IpProtocol.Icmp);
        icmp.Quoted.Value.Identifier.ShouldBe((ushort)7);
        icmp.Quoted.Value.Sequence.ShouldBe((ushort)1);
        frame.Summary.ShouldBe("ICMP host unreachable 10.0.0.1 > 10.0.0.2 for ICMP to 10.9.9.9");
    }

    [Fact]
    public void Decode_Ipv6FragmentBehindOptions_IsNotReadAsIcmp()
    {
        var frame = FrameDecoder.Decode(Ipv6Fragment);
        frame.Icmp.ShouldBeNull();
        frame.FragmentOffset.ShouldBe(1448);
        frame.Summary.ShouldBe("IPv6 fragment 2001:db8::1 > 2001:db8::2 ICMPv6 offset 1448");
    }

    [Fact]
    public void Decode_Vxlan_OpensOneLevel()
    {
        var frame = FrameDecoder.Decode(Tunnelled(809, FrameBuilder.DhcpDiscover(Guest, 0x1a2b3c4d)));
        frame.Vxlan!.Vni.ShouldBe(809);
        frame.Vxlan.Inner.Dhcp!.Xid.ShouldBe(0x1a2b3c4du);
        frame.Summary.ShouldBe("vxlan 809 / DHCPDISCOVER fa:16:3e:8d:3c:2b xid 0x1a2b3c4d");
        var nested = FrameDecoder.Decode(Tunnelled(1, Tunnelled(2, FrameBuilder.ArpRequest(Guest, Ip1, Ip2))));
        nested.Vxlan!.Inner.Vxlan.ShouldBeNull();
        nested.Summary.ShouldBe("vxlan 1 / UDP 10.0.0.1:49152 > 10.0.0.2:4789 length 68");
    }

    [Fact]
    public void Decode_StackedTags_KeepsBoth()
    {
        var frame = FrameDecoder.Decode(Hex("ffffffffffff fa163e8d3c2b 88a8 6064 8100 00c8 88b5 5354455448 01 0000002a 00000003"));
        frame.VlanTags.Select(t => (int)t.Id).ShouldBe([100, 200]);
        frame.VlanTags[0].Priority.ShouldBe((byte)3);
        frame.Vlan.ShouldBe(new VlanId(100));
        frame.Summary.ShouldBe("svlan 100 vlan 200 probe mark 0x0000002a seq 3 fa:16:3e:8d:3c:2b > ff:ff:ff:ff:ff:ff");
    }

    [Fact]
    public void Decode_DhcpCutBeforeItsOptions_StillNamesTheClient() =>
        FrameDecoder.Decode(FrameBuilder.DhcpDiscover(Guest, 5).AsSpan(0, 256)).Summary.ShouldBe("DHCP request fa:16:3e:8d:3c:2b xid 0x00000005");

    [Theory]
    [InlineData("ffffffffffff fa163e8d3c2b 0806 0001080006040001 fa163e8d3c2b 0a000002 000000000000 0a000002", "ARP announces 10.0.0.2 is-at fa:16:3e:8d:3c:2b")]
    [InlineData("0180c200000e fa163e8d3c2b 88cc 0207", "LLDP fa:16:3e:8d:3c:2b > 01:80:c2:00:00:0e")]
    [InlineData("0180c2000000 fa163e8d3c2b 0026 424203", "802.3 length 38 fa:16:3e:8d:3c:2b > 01:80:c2:00:00:00")]
    [InlineData("ffffffffffff fa163e8d3c2b 88b5 00", "ethertype 0x88b5 fa:16:3e:8d:3c:2b > ff:ff:ff:ff:ff:ff")]
    [InlineData("ffffffffffff fa163e8d3c2b 0800 45", "IPv4 fa:16:3e:8d:3c:2b > ff:ff:ff:ff:ff:ff")]
    [InlineData("01005e000012 fa163e8d3c2b 0800 4500 0014 0000 4000 ff70 0000 0a000001 e0000012", "IPv4 10.0.0.1 > 224.0.0.18 VRRP")]
    [InlineData("ffffffffffff fa163e8d3c2b 8100 0065", "cut frame, 16 bytes")]
    [InlineData("ffff", "cut frame, 2 bytes")]
    [InlineData("", "cut frame, 0 bytes")]
    [InlineData(
        "3333ff000002 fa163e8d3c2b 86dd 60000000 0018 3a ff 20010db8000000000000000000000001 ff0200000000000000000001ff000002 8700 0000 00000000 20010db8000000000000000000000002",
        "ICMPv6 neighbour solicitation 2001:db8::1 > ff02::1:ff00:2 for 2001:db8::2")]
    public void Summary_OfOtherFrames_SaysWhatIsKnown(string hex, string summary) => FrameDecoder.Decode(Hex(hex)).Summary.ShouldBe(summary);

    [Fact]
    public void Summary_FragmentationNeeded_NamesTheMtu()
    {
        var frame = HostUnreachable;
        frame[35] = IcmpType.FragmentationNeededCode;
        frame[40] = 0x05;
        frame[41] = 0xaa;
        FrameDecoder.Decode(frame).Summary.ShouldBe("ICMP fragmentation needed, MTU 1450 10.0.0.1 > 10.0.0.2 for ICMP to 10.9.9.9");
    }
}
