using Steth.Packets.Ip;
using static Steth.Packets.Tests.SampleFrames;

namespace Steth.Packets.Tests.Ip;

public class IPHeaderTests
{
    [Fact]
    public void IPv4_WithOptions_SkipsThem()
    {
        IPv4Header.TryParse(Hex("4600 0020 abcd 2001 3f11 0000 0a000001 0a000002 94040000"), out var header).ShouldBeTrue();
        header.Length.ShouldBe(24);
        header.TotalLength.ShouldBe(32);
        header.Identification.ShouldBe((ushort)0xabcd);
        header.MoreFragments.ShouldBeTrue();
        header.FragmentOffset.ShouldBe(8);
        header.TimeToLive.ShouldBe((byte)63);
        header.Protocol.ShouldBe(IpProtocol.Udp);
        header.ChecksumValid.ShouldBeFalse();
    }

    [Fact]
    public void IPv4_Written_ReadsTheSameWithAValidChecksum()
    {
        var header = new IPv4Header
        {
            Source = Ip1,
            Destination = Ip2,
            Protocol = IpProtocol.Tcp,
            TotalLength = 1500,
            DontFragment = true,
            Identification = 7,
            TypeOfService = 0xc0,
        };
        var bytes = new byte[20];
        header.Write(bytes);
        IPv4Header.TryParse(bytes, out var parsed).ShouldBeTrue();
        parsed.ShouldBe(header);
        bytes[19] ^= 1;
        IPv4Header.TryParse(bytes, out parsed).ShouldBeTrue();
        parsed.ChecksumValid.ShouldBeFalse();
    }

    [Theory]
    [InlineData("4400 0014 0000 4000 4006 0000 0a000001 0a000002")]
    [InlineData("4f00 0014 0000 4000 4006 0000 0a000001 0a000002")]
    [InlineData("6500 0014 0000 4000 4006 0000 0a000001 0a000002")]
    public void IPv4_ImpossibleHeader_IsRefused(string hex) => IPv4Header.TryParse(Hex(hex), out _).ShouldBeFalse();

    [Fact]
    public void IPv6_ExtensionHeaders_AreSkipped()
    {
        IPv6Header.TryParse(Ipv6Fragment.AsSpan(14), out var header).ShouldBeTrue();
        header.Length.ShouldBe(56);
        header.Protocol.ShouldBe(IpProtocol.IcmpV6);
        header.FragmentIdentification.ShouldBe(0x1234u);
        header.FragmentOffset.ShouldBe(1448);
        header.MoreFragments.ShouldBeFalse();
        header.IsFragment.ShouldBeTrue();
    }

    [Fact]
    public void IPv6_CutWithinAnExtension_NamesTheExtension()
    {
        IPv6Header.TryParse(Ipv6Fragment.AsSpan(14, 44), out var header).ShouldBeTrue();
        header.Protocol.ShouldBe(IpProtocol.HopByHop);
        header.Length.ShouldBe(40);
    }

    [Fact]
    public void IPv6_Written_ReadsTheSame()
    {
        var header = new IPv6Header { Source = Ip61, Destination = Ip62, Protocol = IpProtocol.Udp, TotalLength = 60 };
        var bytes = new byte[60];
        header.Write(bytes);
        IPv6Header.TryParse(bytes, out var parsed).ShouldBeTrue();
        parsed.ShouldBe(header);
    }

    [Fact]
    public void Checksum_OfRfc1071sExample_IsTheDocumentedOne() =>
        InternetChecksum.Compute(Hex("0001 f203 f4f5 f6f7")).ShouldBe(unchecked((ushort)~0xddf2));

    [Fact]
    public void Checksum_OddLength_FillsWithZero() => InternetChecksum.Compute([1, 2, 3]).ShouldBe(InternetChecksum.Compute([1, 2, 3, 0]));

    [Fact]
    public void Checksum_RecordedUdp_IsRightWithItsPseudoHeader()
    {
        // The offer as dnsmasq sent it: without the tag, IPv4 at 14, UDP at 34.
        var offer = Captures.Frames(Captures.DhcpPort)[1].Data.Span;
        IPv4Header.TryParse(offer[14..], out var ip).ShouldBeTrue();
        ip.ChecksumValid.ShouldBeTrue();
        InternetChecksum.Compute(ip.Source, ip.Destination, IpProtocol.Udp, offer[34..]).ShouldBe((ushort)0);
    }
}
