using Steth.Packets.Pcap;

namespace Steth.Packets.Tests;

/// <summary>Captures of a real Neutron cloud: one VM's udhcpc and the ARP that dnsmasq's address check brought.</summary>
internal static class Captures
{
    public const string Nic = "comp1.eth1.pcap";
    public const string Tap = "comp1.tap75e9329b-9c.pcap";
    public const string DhcpPort = "net1.tapcabd2b36-c0.pcap";

    public static IEnumerable<string> Names => [Nic, Tap, DhcpPort];

    public static byte[] Bytes(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Recorded", name));

    public static IReadOnlyList<PcapFrame> Frames(string name) => PcapFile.Read(Bytes(name)).Frames;

    public static IEnumerable<ReadOnlyMemory<byte>> AllFrames => Names.SelectMany(Frames).Select(f => f.Data);
}
