using System.Net;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Controller.Diagnosing;
using Steth.Diagnosis.Evidence;
using Steth.Packets.Addresses;

namespace Steth.Controller.Tests.Diagnosing;

/// <summary>Whose frame is it, and which?</summary>
public sealed class SightingReaderTests
{
    private static readonly FrameSpec _discover = new() { Kind = FrameKind.DhcpDiscover, Mark = 0x5001, SourceMac = CloudIntent.GuestMac };
    private static readonly FrameSpec _arp = Spec(FrameKind.ArpRequest, 0x5002);
    private static readonly FrameSpec _echo = Spec(FrameKind.IcmpEcho, 0x5003);
    private static readonly FrameSpec _syn = Spec(FrameKind.TcpSyn, uint.MaxValue) with { SourcePort = 61001, TargetPort = 80 };

    private static readonly SightingReader _reader = new(
    [
        new ProbeEvidence { Kind = ProbeKind.Dhcp, Frame = _discover },
        new ProbeEvidence { Kind = ProbeKind.ArpGateway, Frame = _arp },
        new ProbeEvidence { Kind = ProbeKind.EchoGateway, Frame = _echo },
        new ProbeEvidence { Kind = ProbeKind.SynMetadata, Frame = _syn },
        new ProbeEvidence { Kind = ProbeKind.EchoPeer, NotRun = "no peer was named" },
    ]);

    public static TheoryData<int> Kinds => [0, 1, 2, 3];

    [Theory]
    [InlineData(0, ProbeKind.Dhcp, "DHCPDISCOVER", "DHCPOFFER", "10.10.0.2")]
    [InlineData(1, ProbeKind.ArpGateway, "ARP request", "ARP reply", "fa:16:3e:0a:84:69")]
    [InlineData(2, ProbeKind.EchoGateway, "ICMP echo request", "ICMP echo reply", "10.10.0.1")]
    [InlineData(3, ProbeKind.SynMetadata, "SYN", "SYN-ACK", "10.10.0.1")]
    public void Read_RequestAndAnswer_AreTold(int frame, ProbeKind kind, string request, string answer, string sender)
    {
        var spec = Of(frame);
        var sent = Read(Frames.Request(spec))!.Value;
        (sent.Probe, sent.Sighting.IsRequest, sent.Sighting.Message, sent.Sighting.Sender).ShouldBe((kind, true, request, null));
        sent.Sighting.SourceMac.ShouldBe(CloudIntent.GuestMac);
        var back = Read(Frames.Answer(spec, CloudIntent.InsideMac))!.Value;
        (back.Probe, back.Sighting.IsRequest, back.Sighting.Message, back.Sighting.Sender).ShouldBe((kind, false, answer, sender));
        back.Sighting.SourceMac.ShouldBe(CloudIntent.InsideMac);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Read_TaggedOrInATunnel_TellsTheSegmentAndTheInnerSource(int frame)
    {
        var spec = Of(frame);
        var tagged = Read(Frames.Request(spec, new VlanId(101)))!.Value.Sighting;
        (tagged.Vlan, tagged.Vni).ShouldBe((101, null));
        var tunnelled = Read(Frames.InVxlan(Frames.Answer(spec, CloudIntent.InsideMac), 809))!.Value.Sighting;
        (tunnelled.Vlan, tunnelled.Vni, tunnelled.IsRequest, tunnelled.SourceMac).ShouldBe((null, 809, false, CloudIntent.InsideMac));
    }

    [Fact]
    public void Read_Refusal_IsNamedOne() => Read(Frames.Answer(_syn, CloudIntent.InsideMac, refuse: true))!.Value.Sighting.Message.ShouldBe("RST");

    [Fact]
    public void Read_Place_IsThatOfTheCapture()
    {
        var point = new CapturePoint { Device = DeviceName.Parse("qr-1"), Namespace = NamespaceName.Parse("qrouter-1") };
        var frame = new CapturedFrame
        {
            Point = 3,
            At = DateTimeOffset.UnixEpoch,
            Direction = FrameDirection.Out,
            Length = 60,
            Data = Frames.Request(_arp),
            Summary = "",
        };
        _reader.Read("net1", point, frame)!.Value.Sighting.ShouldSatisfyAllConditions(
            s => (s.Host, s.Device, s.Namespace).ShouldBe(("net1", "qr-1", "qrouter-1")), s => s.Direction.ShouldBe(FrameDirection.Out),
            s => s.At.ShouldBe(DateTimeOffset.UnixEpoch));
    }

    [Fact]
    public void Read_FramesOfOthers_AreNobodys()
    {
        var other = IPAddress.Parse("10.10.0.77");
        byte[][] foreign =
        [
            Frames.Request(_discover with { Mark = 0x5002 }), Frames.Answer(_discover with { Mark = 1 }, CloudIntent.DhcpMac),
            Frames.Request(_arp with { TargetIp = other }), Frames.Request(_arp with { SourceIp = other }),
            Frames.Answer(_arp with { TargetIp = other }, CloudIntent.InsideMac), Frames.Request(_echo with { Mark = 0x5001 }),
            Frames.Answer(_echo with { Mark = 9 }, CloudIntent.InsideMac), Frames.Request(_syn with { Mark = 5 }),
            Frames.Answer(_syn with { Mark = 5 }, CloudIntent.InsideMac), [], new byte[13], Frames.Request(_echo)[..30],
        ];
        foreach (var frame in foreign)
            Read(frame).ShouldBeNull(Convert.ToHexString(frame));
    }

    private static FrameSpec Of(int index) => new[] { _discover, _arp, _echo, _syn }[index];

    private static FrameSpec Spec(FrameKind kind, uint mark) => new()
    {
        Kind = kind,
        Mark = mark,
        SourceMac = CloudIntent.GuestMac,
        DestinationMac = kind == FrameKind.ArpRequest ? null : CloudIntent.InsideMac,
        SourceIp = CloudIntent.GuestIp,
        TargetIp = CloudIntent.Gateway,
    };

    private static (ProbeKind Probe, Sighting Sighting)? Read(byte[] frame) => _reader.Read(
        "comp1",
        new CapturePoint { Device = DeviceName.Parse("eth1") },
        new CapturedFrame
        {
            Point = 0,
            At = DateTimeOffset.UnixEpoch,
            Direction = FrameDirection.In,
            Length = frame.Length,
            Data = frame,
            Summary = "",
        });
}
