using System.Net;
using Steth.Agent.Kernel.Pcap;
using Steth.Agent.Leases;
using Steth.Agent.Operations;
using Steth.Agent.Rpc;
using Steth.Agent.Tests.Kernel;
using Steth.Agent.Tools;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;
using Steth.Packets.Decoding;

namespace Steth.Agent.Tests.Operations;

public sealed class GuestSendHandlerTests
{
    private const uint Mark = 0x89abcdef;
    private static readonly Guid _port = Guid.Parse("75e9329b-9c5e-41dc-a22e-d432b5e2edfe");
    private static readonly MacAddress _mac = MacAddress.Parse("fa:16:3e:8d:3c:2b");
    private static readonly IPAddress _guest = IPAddress.Parse("192.0.2.7");
    private static readonly IPAddress _peer = IPAddress.Parse("192.0.2.9");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task HandleAsync_FramesOfEveryKind_EnterByTheTapInOrderFromThePortsMac()
    {
        Privilege.NeedsRoot();
        using var rig = new HybridRig();
        using var capture = rig.Listen("tap0", "qvo0");

        var result = await SendAsync(rig, new ToolRunner(),
            new FrameSpec { Kind = FrameKind.DhcpDiscover, Mark = Mark },
            new FrameSpec { Kind = FrameKind.ArpRequest, Mark = Mark, TargetIp = _peer },
            new FrameSpec { Kind = FrameKind.IcmpEcho, Mark = Mark, SourceIp = _guest, TargetIp = _peer, DestinationMac = MacAddress.Parse("fa:16:3e:00:00:09") },
            new FrameSpec { Kind = FrameKind.TcpSyn, Mark = Mark, SourceIp = _guest, TargetIp = _peer, TargetPort = 80, SourceMac = MacAddress.Parse("fa:16:3e:00:00:55") },
            new FrameSpec { Kind = FrameKind.Probe, Mark = Mark });
        capture.Stop();

        result.ShouldBe(new GuestSendResult { Injection = InjectionMethod.Tap, Sent = 5, Mac = _mac });
        string[] summaries =
        [
            "DHCPDISCOVER fa:16:3e:8d:3c:2b xid 0x89abcdef", "ARP who-has 192.0.2.9 tell 0.0.0.0",
            "ICMP echo request 192.0.2.7 > 192.0.2.9 id 52719 seq 2", "TCP 192.0.2.7:50735 > 192.0.2.9:80 [SYN]",
            "probe mark 0x89abcdef seq 4 fa:16:3e:8d:3c:2b > ff:ff:ff:ff:ff:ff",
        ];
        var frames = await ReadAsync(capture);
        frames.Where(f => f.Point == 0).Select(f => $"{f.Direction} {Summary(f)}").ShouldBe(summaries.Select(s => $"In {s}"));
        frames.Where(f => f.Point == 1).Select(f => $"{f.Direction} {Summary(f)}").ShouldBe(summaries.Select(s => $"In {s}"));
        rig.Tap.ReadAll().ShouldBeEmpty();
    }

    [Fact]
    public async Task HandleAsync_EchoBeyondTheTapsMtu_EntersWhole()
    {
        Privilege.NeedsRoot();
        using var rig = new HybridRig();
        rig.Scratch.Ip("link set tap0 mtu 1400");
        using var capture = rig.Listen("tap0");

        var result = await SendAsync(rig, new ToolRunner(),
            new FrameSpec { Kind = FrameKind.IcmpEcho, Mark = Mark, SourceIp = _guest, TargetIp = _peer, IpLength = 3000, DontFragment = true });
        capture.Stop();

        result.Sent.ShouldBe(1);
        (await ReadAsync(capture)).Select(f => (f.Direction, f.Length)).ShouldBe([(FrameDirection.In, 3014)]);
    }

    [Fact]
    public async Task HandleAsync_WithoutMirred_GoesByQvbAndSaysSo()
    {
        Privilege.NeedsRoot();
        using var rig = new HybridRig();
        using var capture = rig.Listen("qvo0");

        var result = await SendAsync(rig, new ToolsWithout("tc", new ToolRunner()), new FrameSpec { Kind = FrameKind.Probe, Mark = Mark });
        capture.Stop();

        result.Injection.ShouldBe(InjectionMethod.Qvb);
        result.InjectionNote.ShouldNotBeNull().ShouldStartWith("Sent on qvb0; the tap, the bridge qbr0 and its iptables rules were not crossed.");
        (await ReadAsync(capture)).Select(Summary).ShouldBe([$"probe mark 0x89abcdef seq 0 {_mac} > ff:ff:ff:ff:ff:ff"]);
    }

    [Theory]
    [InlineData("none", "frames has 0 frames; expected 1-32.")]
    [InlineData("many", "frames has 33 frames; expected 1-32.")]
    [InlineData("source", "source_ip is missing; an echo and a SYN need one.")]
    [InlineData("target", "target_ip is missing; an ARP request, an echo and a SYN need one.")]
    [InlineData("service", "The port 75e9329b-9c5e-41dc-a22e-d432b5e2edfe belongs to a service of this host (tap0); name the port of a guest.")]
    [InlineData("mac", "source_mac is missing; Open vSwitch has no attached-mac for the port 75e9329b-9c5e-41dc-a22e-d432b5e2edfe.")]
    public async Task HandleAsync_DoesNotFit_IsInvalidParamsAndNothingIsSent(string what, string message)
    {
        var probe = new FrameSpec { Kind = FrameKind.Probe, Mark = Mark };
        FrameSpec[] frames = what switch
        {
            "none" => [],
            "many" => [.. Enumerable.Repeat(probe, 33)],
            "source" => [probe, new FrameSpec { Kind = FrameKind.IcmpEcho, Mark = Mark, TargetIp = _peer }],
            "target" => [probe, new FrameSpec { Kind = FrameKind.IcmpEcho, Mark = Mark, SourceIp = _guest }],
            _ => [probe],
        };
        var wiring = Wiring("none") with { Plug = what == "service" ? PortPlug.Internal : PortPlug.Hybrid, Mac = what == "mac" ? null : _mac };

        var error = await Should.ThrowAsync<OperationException>(() => SendAsync(wiring, new ToolRunner(), frames));

        error.Code.ShouldBe(OperationErrorCode.InvalidParams);
        error.Message.ShouldBe(message);
    }

    private static PortWiringResult Wiring(string? inside) => new()
    {
        PortId = _port,
        Mac = _mac,
        Plug = PortPlug.Hybrid,
        Devices =
        [
            new PortDevice { Device = "tap0", Kind = PortDeviceKind.Tap, Bridge = "qbr0", Namespace = inside },
            new PortDevice { Device = "qbr0", Kind = PortDeviceKind.Qbr, Namespace = inside },
            new PortDevice { Device = "qvb0", Kind = PortDeviceKind.Qvb, Bridge = "qbr0", Namespace = inside },
            new PortDevice { Device = "qvo0", Kind = PortDeviceKind.Qvo, Bridge = "br-int", Namespace = inside },
        ],
    };

    private static Task<GuestSendResult> SendAsync(HybridRig rig, IToolRunner tools, params FrameSpec[] frames) =>
        SendAsync(Wiring(rig.Scratch.Name.ToString()), tools, frames);

    private static async Task<GuestSendResult> SendAsync(PortWiringResult wiring, IToolRunner tools, FrameSpec[] frames)
    {
        await using var leases = new LeaseBook(TimeProvider.System, new ToolRunner(), null, (covers, e) => throw new InvalidOperationException(covers, e));
        var result = await new GuestSendHandler((_, _, _) => Task.FromResult(wiring), tools, leases)
            .HandleAsync(new GuestSendParams { PortId = _port, Frames = frames }, new CallContext { CorrelationId = "t" }, Token);
        leases.List().ShouldBeEmpty();
        return result;
    }

    private static string Summary(RawFrame frame) => FrameDecoder.Decode(frame.Data.Span).Summary;

    private static async Task<List<RawFrame>> ReadAsync(LiveCapture capture)
    {
        var frames = new List<RawFrame>();
        await foreach (var frame in capture.ReadAsync(Token))
            frames.Add(frame);
        return frames;
    }
}
