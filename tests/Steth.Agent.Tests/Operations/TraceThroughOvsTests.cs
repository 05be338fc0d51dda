using Steth.Agent.Kernel;
using Steth.Agent.Kernel.Pcap;
using Steth.Agent.Leases;
using Steth.Agent.Operations;
using Steth.Agent.Rpc;
using Steth.Agent.Tests.Kernel;
using Steth.Agent.Tests.Tools.Ovs;
using Steth.Agent.Tools;
using Steth.Agent.Tools.Ip;
using Steth.Agent.Tools.Ovs;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;
using Steth.Packets.Building;
using Steth.Packets.Decoding;
using Steth.Packets.Dhcp;

namespace Steth.Agent.Tests.Operations;

/// <summary>A native plug on a real Open vSwitch: guest's tap on an integration bridge, patched to a provider bridge with a NIC, VLAN 101 on the wire.</summary>
public sealed class TraceThroughOvsTests(PrivateOvs ovs) : IClassFixture<PrivateOvs>
{
    private const string Tap = "tap118f9a5a-86";
    private static readonly Guid _port = Guid.Parse("118f9a5a-86a5-42a8-90f0-03b14c56ca5e");
    private static readonly CallContext _call = new() { CorrelationId = "t" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task DhcpTrace_NativePort_CrossesOvsBothWays()
    {
        Assert.SkipUnless(PrivateOvs.Missing is null, PrivateOvs.Missing ?? "");
        var inside = NamespaceName.Parse(ovs.Namespace);
        using var tap = new HeldTap(Tap, inside);
        await PlugAsync();

        var wiring = await WiringAsync(inside, _port);
        var trace = await TraceAsync(wiring, ovs.Runner, inside);
        var byPacketOut = await TraceAsync(wiring, new ToolsWithout("tc", ovs.Runner), inside);

        wiring.Plug.ShouldBe(PortPlug.Native);
        wiring.Mac.ShouldBe(MacAddress.Parse("fa:16:3e:a6:53:7d"));
        wiring.SegmentationId.ShouldBe(101);
        wiring.LocalVlan.ShouldBe(2);
        wiring.Devices.Select(d => (d.Device, d.Bridge, d.Problem)).ShouldBe([(Tap, "int0", null), ("nic0", "prov0", null)]);
        trace.Injection.ShouldBe(InjectionMethod.Tap);
        Lines(trace).ShouldBe([$"{Tap} out=DHCPDISCOVER in=DHCPOFFER", "nic0 out=DHCPDISCOVER in=DHCPOFFER"]);
        byPacketOut.Injection.ShouldBe(InjectionMethod.PacketOut);
        byPacketOut.InjectionNote.ShouldBe(
            $"Sent by OpenFlow into int0 as from {Tap}; the tap itself was not crossed. "
            + $"tc refused in the network namespace '{inside}' of this host: Error: no such thing; "
            + "a frame enters as received only where the kernel has the modules sch_ingress, cls_u32 and act_mirred.");
        Lines(byPacketOut).ShouldBe([$"{Tap} out= in=DHCPOFFER", "nic0 out=DHCPDISCOVER in=DHCPOFFER"]);
    }

    [Fact]
    public async Task PortWiring_RouterPort_FoundInTheNamespaceItWasMovedTo()
    {
        Assert.SkipUnless(PrivateOvs.Missing is null, PrivateOvs.Missing ?? "");
        using var router = new ScratchNamespace();
        var port = Guid.NewGuid();
        var device = $"qr-{port.ToString()[..11]}";
        await ovs.RunAsync("ovs-vsctl", "--timeout=20",
            "--", "add-port", "brn", device, "tag=3", "--", "set", "interface", device, "type=internal", $"external_ids:iface-id={port}");
        await ovs.RunAsync("ip", "-n", ovs.Namespace, "link", "set", device, "netns", router.Name.ToString());

        var moved = await WiringAsync(NamespaceName.Parse(ovs.Namespace), port);
        router.Ip($"link set {device} up");
        var up = await WiringAsync(NamespaceName.Parse(ovs.Namespace), port);
        await ovs.RunAsync("ovs-vsctl", "--timeout=20", "del-port", device);

        moved.Devices.Select(d => (d.Device, d.Namespace, d.Kind, d.Bridge, d.Problem)).ShouldBe([(device, router.Name.ToString(), PortDeviceKind.Router, "brn", "down")]);
        moved.Devices[0].Problems.ShouldBe([WiringProblem.Down]);
        up.Plug.ShouldBe(PortPlug.Internal);
        up.LocalVlan.ShouldBe(3);
        up.Devices[0].Problem.ShouldBeNull();
    }

    private async Task PlugAsync()
    {
        await ovs.RunAsync("ip", "-n", ovs.Namespace, "link", "add", "nic0", "type", "veth", "peer", "name", "wire0");
        foreach (var device in new[] { Tap, "nic0", "wire0" })
        {
            await ovs.RunAsync("ip", "-n", ovs.Namespace, "link", "set", device, "addrgenmode", "none");
            await ovs.RunAsync("ip", "-n", ovs.Namespace, "link", "set", device, "up");
        }
        await ovs.RunAsync("ovs-vsctl", "--timeout=20",
            "--", "add-br", "int0", "--", "set", "bridge", "int0", "datapath_type=netdev", "protocols=OpenFlow10,OpenFlow13,OpenFlow14",
            "--", "add-br", "prov0", "--", "set", "bridge", "prov0", "datapath_type=netdev", "protocols=OpenFlow10,OpenFlow13,OpenFlow14",
            "--", "add-port", "int0", Tap, "tag=2",
            "--", "set", "port", Tap, "other_config:network_type=vlan", "other_config:physical_network=physnet1", "other_config:segmentation_id=101", "other_config:tag=2",
            "--", "set", "interface", Tap, $"external_ids:iface-id={_port}", "external_ids:attached-mac=\"fa:16:3e:a6:53:7d\"",
            "--", "add-port", "int0", "int-prov0", "--", "set", "interface", "int-prov0", "type=patch", "options:peer=phy-prov0",
            "--", "add-port", "prov0", "phy-prov0", "--", "set", "interface", "phy-prov0", "type=patch", "options:peer=int-prov0",
            "--", "add-port", "prov0", "nic0");
        await ovs.RunAsync("ovs-ofctl", "-O", "OpenFlow13", "add-flow", "prov0", "priority=4,in_port=phy-prov0,dl_vlan=2,actions=set_field:4197->vlan_vid,NORMAL");
        await ovs.RunAsync("ovs-ofctl", "-O", "OpenFlow13", "add-flow", "int0", "priority=4,in_port=int-prov0,dl_vlan=101,actions=set_field:4098->vlan_vid,NORMAL");
    }

    private async Task<PortWiringResult> WiringAsync(NamespaceName inside, Guid port)
    {
        var database = new OvsDatabase(ovs.Runner);
        var list = new InterfaceListHandler(new IpTool(ovs.Runner), database);
        var handler = new PortWiringHandler(
            new OvsShowHandler(database).HandleAsync,
            (wanted, shown, ct) => list.ListAsync(wanted with { Namespace = wanted.Namespace ?? inside }, shown, ct),
            new OvsFlowsHandler(ovs.Runner, database).HandleAsync);
        return await handler.HandleAsync(new PortWiringParams { PortId = port }, _call, Token);
    }

    private static async Task<DhcpTraceResult> TraceAsync(PortWiringResult wiring, IToolRunner tools, NamespaceName inside)
    {
        // The agent's own namespace is where the devices are; here that is the fixture's.
        var here = wiring with { Devices = [.. wiring.Devices.Select(d => d with { Namespace = inside.ToString() })] };
        using var server = new Server(inside);
        await using var leases = new LeaseBook(TimeProvider.System, new ToolRunner(), null, (covers, e) => throw new InvalidOperationException(covers, e));
        return await new DhcpTraceHandler((_, _, _) => Task.FromResult(here), tools, leases, TimeProvider.System)
            .HandleAsync(new DhcpTraceParams { PortId = _port, TimeoutSeconds = 5 }, _call, Token);
    }

    private static List<string> Lines(DhcpTraceResult trace) =>
        [.. trace.Devices.Select(d => $"{d.Device} out={string.Join(',', d.Outbound)} in={string.Join(',', d.Inbound)}")];

    /// <summary>Offers on the wire, in VLAN 101, to whoever asks there.</summary>
    private sealed class Server : IDisposable
    {
        private readonly LiveCapture _capture;
        private readonly FrameSocket _wire;
        private readonly Task _running;

        public Server(NamespaceName inside)
        {
            var wire = DeviceName.Parse("wire0");
            _wire = FrameSocket.Open(wire, inside);
            _capture = new LiveCapture([PcapDevice.Open(new CapturePoint { Device = wire, Namespace = inside }, new CaptureSettings { SnapLength = 1024 })]);
            _running = RunAsync();
        }

        public void Dispose()
        {
            _capture.Stop();
            _running.Wait(TimeSpan.FromSeconds(5));
            _capture.Dispose();
            _wire.Dispose();
        }

        private async Task RunAsync()
        {
            await foreach (var frame in _capture.ReadAsync(CancellationToken.None))
            {
                var decoded = FrameDecoder.Decode(frame.Data.Span);
                if (frame.Direction != FrameDirection.In || decoded.Vlan?.Value != 101 || decoded.Dhcp is not { } discover)
                    continue;
                _wire.Send(FrameBuilder.Dhcp(
                    MacAddress.Parse("fa:16:3e:65:ab:17"), discover.ClientMac, System.Net.IPAddress.Parse("192.168.101.2"), System.Net.IPAddress.Parse("192.168.101.88"),
                    discover with { IsReply = true, Options = [new DhcpOption(DhcpOptionCode.MessageType, new[] { (byte)DhcpMessageType.Offer })] },
                    new VlanId(101)));
            }
        }
    }
}
