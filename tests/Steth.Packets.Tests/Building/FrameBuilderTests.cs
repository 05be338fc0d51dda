using System.Net;
using FsCheck.Fluent;
using Steth.Packets.Addresses;
using Steth.Packets.Building;
using Steth.Packets.Decoding;
using Steth.Packets.Dhcp;
using Steth.Packets.Ip;
using static Steth.Packets.Tests.SampleFrames;

namespace Steth.Packets.Tests.Building;

public class FrameBuilderTests
{
    [Fact]
    public void ArpRequest_Untagged_IsExactAndPadded() =>
        FrameBuilder.ArpRequest(Guest, Ip2, Ip1).ShouldBe(
            [.. Hex("ffffffffffff fa163e8d3c2b 0806 0001 0800 06 04 0001 fa163e8d3c2b 0a000002 000000000000 0a000001"), .. new byte[18]]);

    [Fact]
    public void ArpReply_Recorded_IsRebuiltByteForByte()
    {
        var recorded = Captures.Frames(Captures.DhcpPort)[5].Data.ToArray();
        var built = FrameBuilder.ArpReply(Guest, IPAddress.Parse("192.168.101.88"), Router, IPAddress.Parse("192.168.101.2"));
        built.Length.ShouldBe(60);
        built[..recorded.Length].ShouldBe(recorded);
        built[recorded.Length..].ShouldAllBe(b => b == 0);
    }

    [Fact]
    public void NeighbourSolicitation_Untagged_IsExact() =>
        FrameBuilder.NeighbourSolicitation(Guest, IPAddress.Parse("fe80::1"), IPAddress.Parse("2001:db8::1:2:3")).ShouldBe(
            Hex("3333ff020003 fa163e8d3c2b 86dd 60000000 0020 3a ff fe800000000000000000000000000001 ff0200000000000000000001ff020003 "
                + "87 00 d889 00000000 20010db8000000000000000100020003 01 01 fa163e8d3c2b"));

    [Fact]
    public void Probe_Tagged_IsExact() =>
        FrameBuilder.Probe(Guest, MacAddress.Broadcast, 0xdeadbeef, 3, new VlanId(101)).ShouldBe(
            [.. Hex("ffffffffffff fa163e8d3c2b 8100 0065 88b5 5354455448 01 deadbeef 00000003"), .. new byte[28]]);

    [Fact]
    public void DhcpDiscover_Headers_EqualThoseOfARealClient()
    {
        var recorded = Captures.Frames(Captures.Nic)[0].Data.ToArray();
        var built = FrameBuilder.DhcpDiscover(Guest, 0x9f3a414b, vlan: new VlanId(101));
        built.Length.ShouldBe(recorded.Length);
        // Ethernet, tag, IPv4 and UDP ports; the UDP checksum covers options that differ.
        built[..44].ShouldBe(recorded[..44]);
        built[46..286].ShouldBe(recorded[46..286]);
    }

    [Fact]
    public void DhcpDiscover_Parsed_CarriesWhatServersLookAt()
    {
        var dhcp = FrameDecoder.Decode(FrameBuilder.DhcpDiscover(Guest, 7, broadcastFlag: true)).Dhcp!;
        dhcp.MessageType.ShouldBe(DhcpMessageType.Discover);
        dhcp.Broadcast.ShouldBeTrue();
        dhcp.ClientMac.ShouldBe(Guest);
        dhcp.Find(DhcpOptionCode.ClientIdentifier)!.Value.ToArray().ShouldBe(Hex("01 fa163e8d3c2b"));
        dhcp.Find(DhcpOptionCode.ParameterRequestList)!.Value.ToArray().ShouldBe([1, 3, 6, 12, 15, 26, 28, 42, 121]);
    }

    [Fact]
    public void IcmpEcho_EitherFamily_CarriesARightChecksum()
    {
        var v4 = FrameBuilder.IcmpEchoRequest(Guest, Router, Ip1, Ip2, 7, 1);
        v4.Length.ShouldBe(98);
        InternetChecksum.Compute(v4.AsSpan(14, 20)).ShouldBe((ushort)0);
        InternetChecksum.Compute(v4.AsSpan(34)).ShouldBe((ushort)0);
        FrameDecoder.Decode(v4).Summary.ShouldBe("ICMP echo request 10.0.0.1 > 10.0.0.2 id 7 seq 1");
        var v6 = FrameBuilder.IcmpEchoRequest(Guest, Router, Ip61, Ip62, 7, 65535, Hex("01020304"), new VlanId(1));
        InternetChecksum.Compute(Ip61, Ip62, IpProtocol.IcmpV6, v6.AsSpan(58, 12)).ShouldBe((ushort)0);
        FrameDecoder.Decode(v6).Summary.ShouldBe("vlan 1 ICMPv6 echo request 2001:db8::1 > 2001:db8::2 id 7 seq 65535");
    }

    [Fact]
    public void IcmpEcho_AddressesOfTwoFamilies_IsRefused() =>
        Should.Throw<ArgumentException>(() => FrameBuilder.IcmpEchoRequest(Guest, Router, Ip1, Ip62, 7, 1));

    [Fact]
    public void MarkedEcho_ALengthAndDf_CarriesMarkTwiceAndRightChecksums()
    {
        var frame = FrameBuilder.MarkedEcho(Guest, Router, Ip1, Ip2, 0x89abcdef, 3, 1500, dontFragment: true);
        frame.Length.ShouldBe(1514);
        IPv4Header.TryParse(frame.AsSpan(14), out var ip).ShouldBeTrue();
        (ip.TotalLength, ip.DontFragment, ip.ChecksumValid).ShouldBe((1500, true, true));
        InternetChecksum.Compute(frame.AsSpan(34)).ShouldBe((ushort)0);
        frame[42..50].ShouldBe(Hex("89abcdef 04050607"));
        var echo = FrameDecoder.Decode(frame).Icmp!.Value;
        (echo.Mark, echo.Identifier, echo.Sequence).ShouldBe((0x89abcdefu, (ushort)0xcdef, (ushort)3));
    }

    [Fact]
    public void MarkedEcho_Usual_IsAsPingSendsItWithoutDf()
    {
        var frame = FrameBuilder.MarkedEcho(Guest, Router, Ip1, Ip2, 1, 0);
        IPv4Header.TryParse(frame.AsSpan(14), out var ip).ShouldBeTrue();
        (frame.Length, ip.TotalLength, ip.DontFragment).ShouldBe((98, 84, false));
    }

    [Theory]
    [InlineData(31)]
    [InlineData(65536)]
    public void MarkedEcho_LengthThatCannotBe_IsRefused(int length) =>
        Should.Throw<ArgumentOutOfRangeException>(() => FrameBuilder.MarkedEcho(Guest, Router, Ip1, Ip2, 1, 0, length));

    [Fact]
    public void Icmp_CutWithinTheMark_HasNone() =>
        FrameDecoder.Decode(FrameBuilder.MarkedEcho(Guest, Router, Ip1, Ip2, 1, 0).AsSpan(0, 45)).Icmp!.Value.Mark.ShouldBeNull();

    [Fact]
    public void TcpSyn_Untagged_IsExact() =>
        FrameBuilder.TcpSyn(Guest, Router, Ip1, Ip2, 40000, 443, 0x89abcdef).ShouldBe(
            Hex("fa163e65ab17 fa163e8d3c2b 0800 4500002c00000000400666ca 0a000001 0a000002 9c4001bb 89abcdef 00000000 6002faf0 939c0000 020405b4 0000"));

    [Fact]
    public void Build_AnyValues_DecodeToTheSame() =>
        Prop.ForAll((uint mark, uint sequence, ushort vlan) =>
        {
            var id = new VlanId(1 + vlan % 4094);
            var probe = FrameDecoder.Decode(FrameBuilder.Probe(Guest, Router, mark, sequence, id));
            var discover = FrameDecoder.Decode(FrameBuilder.DhcpDiscover(Router, mark, vlan: id));
            var echo = FrameDecoder.Decode(FrameBuilder.IcmpEchoRequest(Guest, Router, new IPAddress(mark), Ip2, vlan, (ushort)sequence));
            var arp = FrameDecoder.Decode(FrameBuilder.ArpRequest(Guest, new IPAddress(mark), new IPAddress(sequence), Router, id));
            return probe is { Probe: { } p } && p.Mark == mark && p.Sequence == sequence && probe.Vlan == id
                && discover is { Dhcp: { } d } && d.Xid == mark && d.ClientMac == Router && discover.Vlan == id
                && echo is { Icmp: { } e } && e.Identifier == vlan && e.Sequence == (ushort)sequence && echo.SourceIp!.Equals(new IPAddress(mark))
                && arp is { Arp: { } a } && a.SenderIp.Equals(new IPAddress(mark)) && a.TargetIp.Equals(new IPAddress(sequence)) && arp.Destination == Router;
        }).ShouldHold();
}
