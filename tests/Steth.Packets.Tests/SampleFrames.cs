using System.Net;
using Steth.Packets.Addresses;
using Steth.Packets.Building;
using Steth.Packets.Vxlan;

namespace Steth.Packets.Tests;

/// <summary>One frame of each kind the decoder knows.</summary>
internal static class SampleFrames
{
    public static readonly MacAddress Guest = MacAddress.Parse("fa:16:3e:8d:3c:2b");
    public static readonly MacAddress Router = MacAddress.Parse("fa:16:3e:65:ab:17");
    public static readonly IPAddress Ip1 = IPAddress.Parse("10.0.0.1");
    public static readonly IPAddress Ip2 = IPAddress.Parse("10.0.0.2");
    public static readonly IPAddress Ip61 = IPAddress.Parse("2001:db8::1");
    public static readonly IPAddress Ip62 = IPAddress.Parse("2001:db8::2");

    public static byte[] Hex(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal));

    public static byte[] Tunnelled(int vni, byte[] inner)
    {
        var payload = new byte[VxlanHeader.Length + inner.Length];
        new VxlanHeader { Vni = vni }.Write(payload);
        inner.CopyTo(payload, VxlanHeader.Length);
        return FrameBuilder.Udp(Guest, Router, Ip1, Ip2, 49152, VxlanHeader.Port, payload);
    }

    public static IEnumerable<byte[]> All =>
    [
        FrameBuilder.DhcpDiscover(Guest, 0x1a2b3c4d, vlan: new VlanId(101)),
        FrameBuilder.ArpRequest(Guest, Ip2, Ip1),
        FrameBuilder.IcmpEchoRequest(Guest, Router, Ip1, Ip2, 7, 1),
        FrameBuilder.IcmpEchoRequest(Guest, Router, Ip61, Ip62, 7, 1),
        FrameBuilder.Probe(Guest, MacAddress.Broadcast, 42, 3, new VlanId(4094)),
        Tunnelled(809, FrameBuilder.DhcpDiscover(Guest, 1)),
        TcpSynAck,
        HostUnreachable,
        Ipv6Fragment,
        Switch,
        .. Captures.AllFrames.Select(f => f.ToArray()),
    ];

    /// <summary>LLDP of a switch: chassis, port, name, VLANs 100 (untagged), 101 and 102, frames of up to 9216 bytes.</summary>
    public static byte[] Switch => Hex("""
        0180c200000e 00112233445d 88cc
        0207 04001122334455 040d 0545746865726e6574312f3132 0602 0078 0811 636f6d703120626f6e64302066697273740a07 6c6561662d3161
        0c0d 537769746368204f5320342e32 0e04 00140014 100c 05010a0000050200000001 00 fe06 0080c2010064
        fe0b 0080c2030065 04 766e6574 fe0c 0080c2030066 05 74656e6174 fe06 00120f042400 0000
        """);

    /// <summary>10.0.0.1:80 to 10.0.0.2:4000.</summary>
    public static byte[] TcpSynAck => Hex("""
        fa163e65ab17 fa163e8d3c2b 0800
        4500 0028 0000 4000 4006 26ce 0a000001 0a000002
        0050 0fa0 00000001 00000002 5012 ffff 0000 0000
        """);

    /// <summary>10.0.0.1 tells 10.0.0.2 that 10.9.9.9 cannot be reached; quotes its echo request, id 7 seq 1.</summary>
    public static byte[] HostUnreachable => Hex("""
        fa163e65ab17 fa163e8d3c2b 0800
        4500 0038 0000 4000 4001 66c3 0a000001 0a000002
        0301 fcfe 00000000
        4500 0054 0000 4000 4001 0000 0a000002 0a090909
        0800 f7f7 0007 0001
        """);

    /// <summary>The second fragment of an echo, behind hop-by-hop options.</summary>
    public static byte[] Ipv6Fragment => Hex("""
        fa163e65ab17 fa163e8d3c2b 86dd
        60000000 0018 00 40 20010db8000000000000000000000001 20010db8000000000000000000000002
        2c 00 010400000000
        3a 00 05a8 00001234
        6162636465666768
        """);
}
