using System.Net;
using Steth.Packets.Filters;

namespace Steth.Packets.Tests.Filters;

public class TraceFilterTests
{
    [Fact]
    public void Dhcp_AnXid_MatchesItBareInVxlanAndTagged()
    {
        const string bare = "(udp and (port 67 or port 68) and udp[12:4] = 305419896)"
            + " or (udp dst port 4789 and udp[28:2] = 0x0800 and udp[39] = 17 and (udp[50:2] = 67 or udp[50:2] = 68) and udp[62:4] = 305419896)";
        TraceFilter.Dhcp(0x12345678).ShouldBe($"({bare}) or (vlan and ({bare}))");
    }

    [Fact]
    public void Arp_AnAddress_MatchesItAsSenderAndTargetBareInVxlanAndTagged()
    {
        const string bare = "(arp host 192.0.2.9)"
            + " or (udp dst port 4789 and udp[28:2] = 0x0806 and (udp[44:4] = 0xc0000209 or udp[54:4] = 0xc0000209))";
        TraceFilter.Arp(IPAddress.Parse("192.0.2.9")).ShouldBe($"({bare}) or (vlan and ({bare}))");
    }

    [Fact]
    public void Arp_AnIPv6Address_IsRefused() =>
        Should.Throw<ArgumentException>(() => TraceFilter.Arp(IPAddress.IPv6Loopback)).ParamName.ShouldBe("target");
}
