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

    [Fact]
    public void Echo_AMark_MatchesRequestAndReply()
    {
        const string bare = "(icmp and (icmp[0] = 8 or icmp[0] = 0) and icmp[8:4] = 4294967295)"
            + " or (udp dst port 4789 and udp[28:2] = 0x0800 and udp[39] = 1 and (udp[50] = 8 or udp[50] = 0) and udp[58:4] = 4294967295)";
        TraceFilter.Echo(uint.MaxValue).ShouldBe($"({bare}) or (vlan and ({bare}))");
    }

    [Fact]
    public void Syn_TheLargestMark_IsAcknowledgedByZero()
    {
        const string bare = "(tcp and tcp[13] & 6 != 0 and (tcp[4:4] = 4294967295 or tcp[8:4] = 0))"
            + " or (udp dst port 4789 and udp[28:2] = 0x0800 and udp[39] = 6 and udp[63] & 6 != 0 and (udp[54:4] = 4294967295 or udp[58:4] = 0))";
        TraceFilter.Syn(uint.MaxValue).ShouldBe($"({bare}) or (vlan and ({bare}))");
    }

    [Fact]
    public void Any_Several_HasOneVlanClauseAtItsEnd()
    {
        var one = TraceFilter.Arp(IPAddress.Parse("192.0.2.9"));
        var other = TraceFilter.Probe(7);
        var bare = $"{Bare(one)} or {Bare(other)}";
        TraceFilter.Any(one, other).ShouldBe($"({bare}) or (vlan and ({bare}))");
        TraceFilter.Any(one).ShouldBe(one);

        static string Bare(string filter) => filter[1..filter.IndexOf(") or (vlan", StringComparison.Ordinal)];
    }

    [Theory]
    [InlineData("arp")]
    [InlineData("")]
    [InlineData("(arp) or (vlan and (ip))")]
    public void Any_WhatIsNoFilterOfOurs_IsRefused(string filter) =>
        Should.Throw<ArgumentException>(() => TraceFilter.Any(TraceFilter.Probe(1), filter)).ParamName.ShouldBe("exchange");

    [Fact]
    public void Any_Nothing_IsRefused() => Should.Throw<ArgumentException>(() => TraceFilter.Any()).ParamName.ShouldBe("exchanges");
}
