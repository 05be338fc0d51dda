using System.Net;
using Steth.Agent.Kernel;
using Steth.Agent.Leases;
using Steth.Agent.Operations;
using Steth.Agent.Rpc;
using Steth.Agent.Tests.Kernel;
using Steth.Agent.Tools;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;
using Steth.Packets.Building;
using Steth.Packets.Decoding;
using Steth.Packets.Dhcp;

namespace Steth.Agent.Tests.Operations;

public sealed class DhcpTraceHandlerTests
{
    private static readonly Guid _port = Guid.Parse("75e9329b-9c5e-41dc-a22e-d432b5e2edfe");
    private static readonly MacAddress _guest = MacAddress.Parse("fa:16:3e:8d:3c:2b");
    private static readonly MacAddress _server = MacAddress.Parse("fa:16:3e:65:ab:17");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task HandleAsync_HybridPort_EveryDeviceTellsBothDirections()
    {
        Privilege.NeedsRoot();
        using var rig = new HybridRig();
        using var network = new Network(rig, answers: true);
        await using var leases = NewLeases();

        var trace = await TraceAsync(Wiring(rig), leases, seconds: 5);

        trace.Injection.ShouldBe(InjectionMethod.Tap);
        trace.InjectionNote.ShouldBeNull();
        Lines(trace).ShouldBe(
        [
            "tap0 out=DHCPDISCOVER in=DHCPOFFER", "qbr0 out=DHCPDISCOVER in=DHCPOFFER", "qvb0 out=DHCPDISCOVER in=DHCPOFFER",
            "qvo0 out=DHCPDISCOVER in=DHCPOFFER", "nic0 out=DHCPDISCOVER in=DHCPOFFER",
        ]);
        trace.Devices.ShouldAllBe(d => d.Listened && d.Note == null);
        // Answers reach the guest, who ignores what it did not ask: ours and that of the exchange beside it.
        rig.Tap.ReadAll().Select(f => FrameDecoder.Decode(f).Dhcp!.Xid).ShouldBe([trace.Xid + 1, trace.Xid]);
        leases.List().ShouldBeEmpty();
    }

    [Fact]
    public async Task HandleAsync_VxlanNetwork_OpensTheTunnelAtTheNic()
    {
        Privilege.NeedsRoot();
        using var rig = new HybridRig();
        using var network = new Network(rig, answers: true, vxlan: true);
        await using var leases = NewLeases();

        var trace = await TraceAsync(Wiring(rig), leases, seconds: 5);

        Lines(trace)[^1].ShouldBe("nic0 out=DHCPDISCOVER in=DHCPOFFER");
    }

    [Fact]
    public async Task HandleAsync_NobodyAnswers_AsksTwiceAndEndsAtItsTimeout()
    {
        Privilege.NeedsRoot();
        using var rig = new HybridRig();
        using var network = new Network(rig, answers: false);
        await using var leases = NewLeases();

        var trace = await TraceAsync(Wiring(rig), leases, seconds: 2);

        Lines(trace)[0].ShouldBe("tap0 out=DHCPDISCOVER in=");
        network.Asked.ShouldBe(2);
    }

    [Fact]
    public async Task HandleAsync_TapOffItsBridge_LastSeenAtTap()
    {
        Privilege.NeedsRoot();
        using var rig = new HybridRig();
        rig.Scratch.Ip("link set tap0 nomaster");
        using var network = new Network(rig, answers: true);
        await using var leases = NewLeases();

        var trace = await TraceAsync(Wiring(rig), leases, seconds: 1);

        Lines(trace).ShouldBe(["tap0 out=DHCPDISCOVER in=", "qbr0 out= in=", "qvb0 out= in=", "qvo0 out= in=", "nic0 out= in="]);
    }

    [Fact]
    public async Task HandleAsync_TapGone_SendsOnQvbAndSaysSo()
    {
        Privilege.NeedsRoot();
        using var rig = new HybridRig();
        // Not by closing its file, which a program that is just being started may still hold for a moment.
        rig.Scratch.Ip("link delete tap0");
        using var network = new Network(rig, answers: true);
        await using var leases = NewLeases();

        var trace = await TraceAsync(Wiring(rig), leases, seconds: 2);

        trace.Injection.ShouldBe(InjectionMethod.Qvb);
        trace.InjectionNote.ShouldBe(
            $"Sent on qvb0; the tap, the bridge qbr0 and its iptables rules were not crossed. There is no network device 'tap0' in the network namespace '{rig.Scratch.Name}' of this host.");
        trace.Devices[0].Listened.ShouldBeFalse();
        trace.Devices[0].Note.ShouldBe($"There is no network device 'tap0' in the network namespace '{rig.Scratch.Name}' of this host.");
        Lines(trace)[2..4].ShouldBe(["qvb0 out=DHCPDISCOVER in=DHCPOFFER", "qvo0 out=DHCPDISCOVER in=DHCPOFFER"]);
    }

    [Fact]
    public async Task HandleAsync_TapDown_IsNotListenedOnAndNothingIsSeen()
    {
        Privilege.NeedsRoot();
        using var rig = new HybridRig();
        rig.Scratch.Ip("link set tap0 down");
        await using var leases = NewLeases();

        var trace = await TraceAsync(Wiring(rig), leases, seconds: 1);

        trace.Devices[0].Listened.ShouldBeFalse();
        trace.Devices[0].Note.ShouldBe($"Cannot capture on 'tap0' in the network namespace '{rig.Scratch.Name}' of this host: the device is down.");
        trace.Devices.SelectMany(d => d.Outbound).ShouldBeEmpty();
    }

    [Fact]
    public async Task HandleAsync_ServicePort_IsRefused()
    {
        await using var leases = NewLeases();
        var wiring = new PortWiringResult { PortId = _port, Plug = PortPlug.Internal, Devices = [new PortDevice { Device = "tapcabd2b36-c0", Kind = PortDeviceKind.Tap }] };

        var error = await Should.ThrowAsync<OperationException>(() => TraceAsync(wiring, leases, seconds: 1));

        error.Code.ShouldBe(OperationErrorCode.InvalidParams);
        error.Message.ShouldBe($"The port {_port} belongs to a service of this host (tapcabd2b36-c0); name the port of a guest.");
    }

    private static LeaseBook NewLeases() => new(TimeProvider.System, new ToolRunner(), null, (covers, e) => throw new InvalidOperationException(covers, e));

    private static Task<DhcpTraceResult> TraceAsync(PortWiringResult wiring, LeaseBook leases, int seconds) =>
        new DhcpTraceHandler((_, _, _) => Task.FromResult(wiring), new ToolRunner(), leases, TimeProvider.System)
            .HandleAsync(new DhcpTraceParams { PortId = _port, TimeoutSeconds = seconds }, new CallContext { CorrelationId = "t" }, Token);

    private static PortWiringResult Wiring(HybridRig rig)
    {
        PortDevice Device(string name, PortDeviceKind kind, string? bridge) => new() { Device = name, Namespace = rig.Scratch.Name.ToString(), Kind = kind, Bridge = bridge };
        return new PortWiringResult
        {
            PortId = _port,
            Mac = _guest,
            Plug = PortPlug.Hybrid,
            LocalVlan = 2,
            Devices =
            [
                Device("tap0", PortDeviceKind.Tap, "qbr0"), Device("qbr0", PortDeviceKind.Qbr, null), Device("qvb0", PortDeviceKind.Qvb, "qbr0"),
                Device("qvo0", PortDeviceKind.Qvo, "br-int"), Device("nic0", PortDeviceKind.Nic, "br-ex"),
            ],
        };
    }

    private static List<string> Lines(DhcpTraceResult trace) =>
        [.. trace.Devices.Select(d => $"{d.Device} out={string.Join(',', d.Outbound)} in={string.Join(',', d.Inbound)}")];

    /// <summary>The rest of the network: a switch between qvo0 and nic0 that tags or tunnels, and a DHCP server on the wire.</summary>
    private sealed class Network : IDisposable
    {
        private readonly Steth.Agent.Kernel.Pcap.LiveCapture _capture;
        private readonly FrameSocket _qvo;
        private readonly FrameSocket _nic;
        private readonly FrameSocket _wire;
        private readonly bool _answers;
        private readonly bool _vxlan;
        private readonly Task _running;

        public Network(HybridRig rig, bool answers, bool vxlan = false)
        {
            _answers = answers;
            _vxlan = vxlan;
            FrameSocket Socket(string device) => FrameSocket.Open(DeviceName.Parse(device), rig.Scratch.Name);
            (_qvo, _nic, _wire) = (Socket("qvo0"), Socket("nic0"), Socket("wire0"));
            _capture = rig.Listen("qvo0");
            _running = RunAsync();
        }

        public int Asked { get; private set; }

        public void Dispose()
        {
            _capture.Stop();
            _running.Wait(TimeSpan.FromSeconds(5));
            _capture.Dispose();
            _qvo.Dispose();
            _nic.Dispose();
            _wire.Dispose();
        }

        private async Task RunAsync()
        {
            await foreach (var frame in _capture.ReadAsync(CancellationToken.None))
            {
                if (frame.Direction != FrameDirection.In || FrameDecoder.Decode(frame.Data.Span).Dhcp is not { IsReply: false } discover)
                    continue;
                Asked++;
                _nic.Send(Carried(frame.Data.ToArray()));
                if (!_answers)
                    continue;
                var offer = Offer(discover);
                _wire.Send(Carried(offer));
                // Somebody else's exchange must not be taken for ours.
                _qvo.Send(Offer(discover with { Xid = discover.Xid + 1 }));
                _qvo.Send(offer);
            }
        }

        private static byte[] Offer(DhcpMessage discover) => FrameBuilder.Dhcp(
            _server, _server.Equals(discover.ClientMac) ? MacAddress.Broadcast : discover.ClientMac,
            IPAddress.Parse("192.168.101.2"), IPAddress.Parse("192.168.101.88"),
            discover with { IsReply = true, YourIp = IPAddress.Parse("192.168.101.88"), Options = [new DhcpOption(DhcpOptionCode.MessageType, new[] { (byte)DhcpMessageType.Offer })] });

        private byte[] Carried(byte[] frame) => _vxlan
            ? FrameBuilder.Udp(
                _guest, _server, IPAddress.Parse("10.88.0.21"), IPAddress.Parse("10.88.0.31"), 50000, 4789,
                [0x08, 0, 0, 0, 0, 0x03, 0x29, 0, .. frame])
            : [.. frame[..12], 0x81, 0x00, 0x00, 0x65, .. frame[12..]];
    }
}
