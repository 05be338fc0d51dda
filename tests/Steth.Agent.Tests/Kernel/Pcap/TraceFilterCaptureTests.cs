using System.Net;
using Steth.Agent.Kernel;
using Steth.Agent.Kernel.Pcap;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;
using Steth.Packets.Building;
using Steth.Packets.Decoding;
using Steth.Packets.Filters;
using Steth.Packets.Tcp;
using Steth.Packets.Vxlan;

namespace Steth.Agent.Tests.Kernel.Pcap;

/// <summary>What libpcap and the kernel make of the filters: each frame bare, tagged, in VXLAN and in VXLAN over a tagged underlay.</summary>
public sealed class TraceFilterCaptureTests
{
    private const uint Mark = 0xfedcba98;
    private static readonly MacAddress _one = MacAddress.Parse("fa:16:3e:00:00:01");
    private static readonly MacAddress _other = MacAddress.Parse("fa:16:3e:00:00:02");
    private static readonly IPAddress _ip1 = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress _ip2 = IPAddress.Parse("192.0.2.2");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Kinds => ["echo", "syn", "probe", "dhcp", "arp", "any", "any of any"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Filter_ItsFramesAmongOthers_PassesExactlyThoseBothWays(string kind)
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        scratch.AddVeth("a0", "a1");
        scratch.Ip("link set a0 mtu 2000");
        scratch.Ip("link set a1 mtu 2000");
        var (filter, wanted, others) = Case(kind);
        List<byte[]> expected = [.. wanted.SelectMany(Wrapped)];
        using var capture = new LiveCapture([.. new[] { "a0", "a1" }.Select(d => PcapDevice.Open(
            new CapturePoint { Device = DeviceName.Parse(d), Namespace = scratch.Name }, new CaptureSettings { Filter = filter, SnapLength = 2048 }))]);
        using (var socket = FrameSocket.Open(DeviceName.Parse("a0"), scratch.Name))
        {
            foreach (var frame in others.SelectMany(Wrapped).Concat(expected))
                socket.Send(frame);
        }
        capture.Stop();

        List<byte[]>[] seen = [[], []];
        await foreach (var frame in capture.ReadAsync(Token))
            seen[frame.Point].Add(frame.Data.ToArray());
        foreach (var point in seen)
            point.Select(Line).ShouldBe(expected.Select(Line));
    }

    private static (string Filter, byte[][] Wanted, byte[][] Others) Case(string kind)
    {
        byte[][] echo = [FrameBuilder.MarkedEcho(_one, _other, _ip1, _ip2, Mark, 1), Reply(FrameBuilder.MarkedEcho(_other, _one, _ip2, _ip1, Mark, 1, 1000))];
        byte[][] syn = [Tcp(TcpFlags.Syn, Mark, 0), Tcp(TcpFlags.Syn | TcpFlags.Ack, 77, Mark + 1), Tcp(TcpFlags.Rst | TcpFlags.Ack, 0, Mark + 1)];
        byte[][] probe = [FrameBuilder.Probe(_one, _other, Mark, 5)];
        byte[][] dhcp = [FrameBuilder.DhcpDiscover(_one, Mark)];
        byte[][] arp = [FrameBuilder.ArpRequest(_one, _ip1, _ip2), FrameBuilder.ArpReply(_other, _ip2, _one, _ip1)];
        byte[][] foreign =
        [
            FrameBuilder.MarkedEcho(_one, _other, _ip1, _ip2, Mark + 1, 1), Tcp(TcpFlags.Syn, Mark + 2, 0), Tcp(TcpFlags.Ack, Mark, Mark + 1),
            FrameBuilder.Probe(_one, _other, Mark - 1, 5), FrameBuilder.DhcpDiscover(_one, Mark - 1),
            FrameBuilder.ArpRequest(_one, _ip1, IPAddress.Parse("192.0.2.3")),
        ];
        var all = new[] { TraceFilter.Echo(Mark), TraceFilter.Syn(Mark), TraceFilter.Probe(Mark), TraceFilter.Dhcp(Mark), TraceFilter.Arp(_ip2) };
        byte[][] every = [.. echo, .. syn, .. probe, .. dhcp, .. arp];
        return kind switch
        {
            "echo" => (all[0], echo, [.. foreign, .. syn, .. probe, .. dhcp, .. arp]),
            "syn" => (all[1], syn, [.. foreign, .. echo, .. probe, .. dhcp, .. arp]),
            "probe" => (all[2], probe, [.. foreign, .. echo, .. syn, .. dhcp, .. arp]),
            "dhcp" => (all[3], dhcp, [.. foreign, .. echo, .. syn, .. probe, .. arp]),
            "arp" => (all[4], arp, [.. foreign, .. echo, .. syn, .. probe, .. dhcp]),
            "any" => (TraceFilter.Any(all), every, foreign),
            _ => (TraceFilter.Any(TraceFilter.Any(all[3], all[0]), all[1], TraceFilter.Any(all[4], all[2])), every, foreign),
        };
    }

    private static byte[][] Wrapped(byte[] frame) => [frame, Tagged(frame, 101), InVxlan(frame, null), InVxlan(frame, new VlanId(7))];

    private static byte[] Tagged(byte[] frame, ushort vlan) => [.. frame[..12], 0x81, 0, (byte)(vlan >> 8), (byte)vlan, .. frame[12..]];

    private static byte[] InVxlan(byte[] frame, VlanId? underlay) => FrameBuilder.Udp(
        _one, _other, IPAddress.Parse("10.88.0.21"), IPAddress.Parse("10.88.0.31"), 40000, VxlanHeader.Port, [8, 0, 0, 0, 0, 3, 0x29, 0, .. frame], underlay);

    private static byte[] Reply(byte[] echo)
    {
        echo[34] = 0;
        return echo;
    }

    private static byte[] Tcp(TcpFlags flags, uint sequence, uint acknowledgement)
    {
        var frame = FrameBuilder.TcpSyn(_one, _other, _ip1, _ip2, 40000, 80, sequence);
        new TcpHeader { SourcePort = 40000, DestinationPort = 80, Sequence = sequence, Acknowledgement = acknowledgement, Flags = flags }
            .WriteSyn(frame.AsSpan(34), _ip1, _ip2);
        return frame;
    }

    private static string Line(byte[] frame) => $"{frame.Length} {FrameDecoder.Decode(frame).Summary}";
}
