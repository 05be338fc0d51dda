using System.Buffers.Binary;
using FsCheck.Fluent;
using Steth.Packets.Building;
using Steth.Packets.Decoding;

namespace Steth.Packets.Tests.Decoding;

public class FrameHeadersTests
{
    /// <summary>
    /// Frames built layer by layer, each of which counts its own header: random payload in TCP, UDP, ICMP, SCTP, ESP or something unknown, in
    /// IPv4 with options or IPv6 with extensions or a fragment of them, under tags, in up to three tunnels, with something behind the packet.
    /// </summary>
    [Fact]
    public void LengthOf_AnyStackOfProtocols_EndsWhereThePayloadBegins() =>
        Seeds(20_000, seed =>
        {
            var layers = new Layers(new Random(seed));
            var (frame, headers) = layers.Frame(3);
            if (FrameHeaders.LengthOf(frame) is var length && length != headers)
                Assert.Fail($"{length}, not {headers}, of {layers.Story}, seed {seed}: {Convert.ToHexStringLower(frame)}");
        });

    [Fact]
    public void LengthOf_CutAnywhere_IsNeverMoreThanThereIsNorThanOfTheWhole() =>
        Seeds(5000, seed =>
        {
            var (frame, headers) = new Layers(new Random(seed)).Frame(3);
            var cut = new Random(~seed).Next(frame.Length + 1);
            if (FrameHeaders.LengthOf(frame.AsSpan(0, cut).ToArray()) is var length && length > Math.Min(cut, headers))
                Assert.Fail($"{length} of {headers}, cut at {cut}, seed {seed}: {Convert.ToHexStringLower(frame)}");
        });

    [Fact]
    public void LengthOf_RandomBytes_NeverThrows() =>
        Prop.ForAll((byte[] bytes) => FrameHeaders.LengthOf(bytes) is var length && length >= 0 && length <= bytes.Length).ShouldHold(2000);

    [Fact]
    public void LengthOf_DamagedFrames_NeverThrows()
    {
        var samples = SampleFrames.All.ToArray();
        Prop.ForAll((int which, int[] at, byte[] with) =>
        {
            var frame = (byte[])samples[(uint)which % samples.Length].Clone();
            for (var i = 0; i < Math.Min(at.Length, with.Length); i++)
                frame[(uint)at[i] % frame.Length] = with[i];
            return FrameHeaders.LengthOf(frame) <= frame.Length;
        }).ShouldHold(5000);
    }

    /// <summary>What steth's own checks read is all there.</summary>
    [Fact]
    public void LengthOf_EverySampleFrame_DecodesAsTheWhole()
    {
        foreach (var frame in SampleFrames.All)
        {
            var whole = FrameDecoder.Decode(frame);
            var headers = FrameDecoder.Decode(frame.AsSpan(0, FrameHeaders.LengthOf(frame)));
            headers.Summary.ShouldBe(whole.Summary);
            (headers.Icmp?.Mark, headers.Tcp?.Sequence, headers.Dhcp?.Xid, headers.Dhcp?.Options.Count, headers.Probe, headers.Vxlan?.Inner.Summary).ShouldBe(
                (whole.Icmp?.Mark, whole.Tcp?.Sequence, whole.Dhcp?.Xid, whole.Dhcp?.Options.Count, whole.Probe, whole.Vxlan?.Inner.Summary));
        }
    }

    [Fact]
    public void LengthOf_DhcpWithSomethingBehindItsEnd_StopsThere()
    {
        var frame = FrameBuilder.DhcpDiscover(SampleFrames.Guest, 7);
        var end = Array.LastIndexOf(frame, (byte)0xff) + 1;
        frame.AsSpan(end).Fill(0x41);
        FrameHeaders.LengthOf(frame).ShouldBe(end);
    }

    [Fact]
    public void LengthOf_RedirectWithThePacketItIsAbout_StopsBeforeIt()
    {
        // Ethernet 14, IPv6 40, redirect 40, option 2 (8 octets), option 4 with 16 octets of a packet.
        var icmp = new byte[40 + 8 + 24];
        icmp[0] = 137;
        (icmp[40], icmp[41]) = (2, 1);
        (icmp[48], icmp[49]) = (4, 3);
        FrameHeaders.LengthOf(Layers.Ethernet([], 0x86dd, Layers.IPv6(58, icmp))).ShouldBe(14 + 40 + 48);
    }

    [Fact]
    public void LengthOf_DhcpPortsWithoutDhcp_IsNotThePayload() =>
        FrameHeaders.LengthOf(FrameBuilder.Udp(SampleFrames.Guest, SampleFrames.Router, SampleFrames.Ip1, SampleFrames.Ip2, 68, 67, Secret(500)))
            .ShouldBe(14 + 20 + 8 + 34);

    // FsCheck's whole numbers are small ones; each of these is another frame.
    private static void Seeds(int count, Action<int> hold)
    {
        for (var seed = 0; seed < count; seed++)
            hold(seed);
    }

    private static byte[] Secret(int length)
    {
        var bytes = new byte[length];
        Array.Fill(bytes, (byte)0xa5);
        return bytes;
    }

    private sealed class Layers(Random random)
    {
        public string Story { get; private set; } = "";

        public (byte[] Frame, int Headers) Frame(int tunnels)
        {
            var tags = new byte[random.Next(5)][];
            for (var i = 0; i < tags.Length; i++)
                tags[i] = [0x81, 0, (byte)random.Next(16), (byte)random.Next(256)];
            if (random.Next(12) == 0)
            {
                Tell("ethertype 0x9000");
                return (Ethernet(tags, 0x9000, Payload()), 14 + 4 * tags.Length);
            }
            var (type, packet, headers) = Packet(tunnels);
            Tell($"ethernet+{tags.Length} tags");
            // Padding, or what leaked into it.
            byte[] frame = [.. Ethernet(tags, type, packet), .. Payload(20)];
            return (frame, 14 + 4 * tags.Length + headers);
        }

        public static byte[] Ethernet(byte[][] tags, int type, byte[] payload) =>
            [1, 2, 3, 4, 5, 6, 2, 2, 3, 4, 5, 6, .. tags.SelectMany(t => t), (byte)(type >> 8), (byte)type, .. payload];

        public static byte[] IPv6(byte protocol, byte[] payload)
        {
            var header = new byte[40];
            header[0] = 0x60;
            BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), (ushort)payload.Length);
            header[6] = protocol;
            return [.. header, .. payload];
        }

        private (int Type, byte[] Packet, int Headers) Packet(int tunnels)
        {
            var isV6 = random.Next(2) == 0;
            var later = random.Next(8) == 0;
            var (protocol, payload, inner) = later ? ((byte)17, Payload(), 0) : Upper(isV6, tunnels);
            Tell($"{(isV6 ? "v6" : "v4")}{(later ? " fragment" : "")}");
            return isV6 ? Extended(protocol, payload, inner, later) : WithOptions(protocol, payload, inner, later);
        }

        private (int Type, byte[] Packet, int Headers) WithOptions(byte protocol, byte[] payload, int inner, bool later)
        {
            var header = new byte[20 + 4 * random.Next(11)];
            random.NextBytes(header.AsSpan(20));
            header[0] = (byte)(0x40 | header.Length / 4);
            BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)(header.Length + payload.Length));
            BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(6), (ushort)(later ? 1 + random.Next(500) : 0));
            header[9] = protocol;
            return (0x0800, [.. header, .. payload], header.Length + inner);
        }

        private (int Type, byte[] Packet, int Headers) Extended(byte protocol, byte[] payload, int inner, bool later)
        {
            byte[] extensions = [];
            var next = protocol;
            if (later)
            {
                extensions = [protocol, 0, .. Number(8 * (1 + random.Next(500))), 0, 0, 0, 1];
                next = 44;
            }
            for (var i = random.Next(3); i > 0; i--)
            {
                var extension = new byte[8 * (1 + random.Next(3))];
                random.NextBytes(extension);
                (extension[0], extension[1]) = (next, (byte)(extension.Length / 8 - 1));
                extensions = [.. extension, .. extensions];
                next = random.Next(2) == 0 ? (byte)0 : (byte)60;
            }
            return (0x86dd, IPv6(next, [.. extensions, .. payload]), 40 + extensions.Length + inner);
        }

        private (byte Protocol, byte[] Bytes, int Headers) Upper(bool isV6, int tunnels)
        {
            var payload = Payload();
            switch (random.Next(tunnels > 0 ? 10 : 7))
            {
                case 0:
                    Tell("tcp");
                    var tcp = new byte[20 + 4 * random.Next(11)];
                    random.NextBytes(tcp);
                    tcp[12] = (byte)(tcp.Length / 4 << 4);
                    return (6, [.. tcp, .. payload], tcp.Length);
                case 1:
                    Tell("udp");
                    return (17, Udp(40000, (ushort)(1000 + random.Next(1000)), payload), 8);
                case 2:
                    Tell("echo");
                    return (isV6 ? (byte)58 : (byte)1, [isV6 ? (byte)128 : (byte)8, 0, 0, 0, 0, 1, 0, 2, .. payload], 8 + Math.Min(4, payload.Length));
                case 3:
                    Tell("error");
                    // Quotes UDP in plain IPv4: 20 bytes of IP, 8 of UDP, then what it carried.
                    byte[] quoted = [0x45, 0, 1, 0, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, .. Udp(5, 6, payload)];
                    return (isV6 ? (byte)58 : (byte)1, [isV6 ? (byte)1 : (byte)3, 1, 0, 0, 0, 0, 0, 0, .. quoted], 8 + 28);
                case 4:
                    Tell("sctp");
                    return (132, [.. new byte[12], .. payload], 12);
                case 5:
                    Tell("esp");
                    return (50, [.. new byte[8], .. payload], 8);
                case 6:
                    Tell("unknown");
                    return (253, payload, 0);
                case 7:
                    var (vxlan, inVxlan) = Frame(tunnels - 1);
                    Tell("vxlan");
                    return (17, Udp(40000, 4789, [8, 0, 0, 0, 0, 0, 7, 0, .. vxlan]), 16 + inVxlan);
                case 8:
                    var (geneve, inGeneve) = Frame(tunnels - 1);
                    var options = new byte[4 * random.Next(5)];
                    Tell("geneve");
                    return (17, Udp(40000, 6081, [(byte)(options.Length / 4), 0, 0x65, 0x58, 0, 0, 7, 0, .. options, .. geneve]), 16 + options.Length + inGeneve);
                default:
                    var (type, packet, inGre) = Packet(tunnels - 1);
                    var key = random.Next(2) == 0;
                    Tell("gre");
                    return (47, [key ? (byte)0x20 : (byte)0, 0, .. Number(type), .. key ? new byte[4] : [], .. packet], (key ? 8 : 4) + inGre);
            }
        }

        private static byte[] Udp(ushort from, ushort to, byte[] payload) => [.. Number(from), .. Number(to), .. Number(8 + payload.Length), 0, 0, .. payload];

        private static byte[] Number(int value) => [(byte)(value >> 8), (byte)value];

        private byte[] Payload(int most = 200)
        {
            var bytes = new byte[random.Next(most)];
            random.NextBytes(bytes);
            return bytes;
        }

        private void Tell(string layer) => Story = Story.Length == 0 ? layer : $"{layer} / {Story}";
    }
}
