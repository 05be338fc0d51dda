using System.Diagnostics;
using System.Net;
using Steth.Agent.Kernel;
using Steth.Agent.Kernel.Pcap;
using Steth.Agent.Operations;
using Steth.Agent.Rpc;
using Steth.Agent.Tests.Kernel;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;
using Steth.Packets.Building;
using Steth.Packets.Decoding;
using Steth.Packets.Dhcp;

namespace Steth.Agent.Tests.Operations;

public sealed class DhcpScanHandlerTests
{
    private const uint Run = 0xab000000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Task<DhcpScanResult> ScanAsync(DhcpScanParams wanted) =>
        new DhcpScanHandler(TimeProvider.System).HandleAsync(wanted, new CallContext { CorrelationId = "test" }, Token);

    private static DhcpScanParams From(ScratchNamespace host, uint scanner, params int[] vlans) => new()
    {
        Device = SwitchRig.Nic,
        Namespace = host.Name,
        FirstXid = Run + scanner * 0x1000,
        Vlans = [.. vlans.Select(v => new VlanId(v))],
        WaitMs = 1000,
    };

    private static string[] Told(DhcpScanResult result) =>
    [
        .. result.Vlans.Select(v => $"{v.VlanId?.ToString() ?? "untagged"} left {v.Left} heard {string.Join(' ', v.Heard.Select(h => $"{h:x8}"))} "
            + $"offers {string.Join(' ', v.Offers.Select(o => $"{o.Server}/{o.Mac}/{o.Offered}"))}"),
    ];

    [Fact]
    public async Task HandleAsync_RealServerUntagged_IsHeard()
    {
        Privilege.NeedsRoot();
        using var rig = new SwitchRig("a", "b");
        rig["b"].Ip("addr add 10.9.0.2/24 dev eth0");
        await using var server = await Dnsmasq.StartAsync(rig["b"], "10.9.0.100,10.9.0.100,255.255.255.0,1h");

        var result = await ScanAsync(From(rig["a"], 1, 101));

        Told(result).ShouldBe([$"untagged left 2 heard  offers 10.9.0.2/{SwitchRig.MacOf("b")}/10.9.0.100", "101 left 2 heard  offers "]);
        result.Vlans[0].Offers[0].Relay.ShouldBeNull();
        result.Dropped.ShouldBe(0);
    }

    [Fact]
    public async Task HandleAsync_TwoServersInAVlan_AreBothHeard()
    {
        Privilege.NeedsRoot();
        using var rig = new SwitchRig("a", "b", "c");
        using var one = new TaggedServer(rig["b"], "b", 101);
        using var other = new TaggedServer(rig["c"], "c", 101);

        var result = await ScanAsync(From(rig["a"], 1, 100, 101) with { Untagged = false, Count = 1 });

        result.Vlans.Select(v => $"{v.VlanId}: {string.Join(' ', v.Offers.Select(o => $"{o.Mac}").Order())}").ShouldBe(
            ["100: ", $"101: {SwitchRig.MacOf("b")} {SwitchRig.MacOf("c")}"]);
    }

    [Fact]
    public async Task HandleAsync_ScannersOfOneRun_HearEachOther()
    {
        Privilege.NeedsRoot();
        using var rig = new SwitchRig("a", "b", "c");
        var stranger = From(rig["c"], 3, 100) with { FirstXid = 0x12000000 };

        var results = await Task.WhenAll(ScanAsync(From(rig["a"], 1, 100, 101)), ScanAsync(From(rig["b"], 2, 101)), ScanAsync(stranger));

        Told(results[0]).ShouldBe(["untagged left 2 heard ab002000 offers ", "100 left 2 heard  offers ", "101 left 2 heard ab002000 offers "]);
        Told(results[1]).ShouldBe(["untagged left 2 heard ab001000 offers ", "101 left 2 heard ab001000 offers "]);
    }

    [Fact]
    public async Task HandleAsync_DeviceDown_SaysSo()
    {
        Privilege.NeedsRoot();
        using var rig = new SwitchRig("a");
        rig["a"].Ip("link set eth0 down");
        (await Should.ThrowAsync<OperationException>(() => ScanAsync(From(rig["a"], 1)))).Message.ShouldContain("the device is down");
    }

    [Theory]
    [InlineData("bits", "first_xid 1 has low bits set; its last 12 bits are for the VLAN.")]
    [InlineData("nothing", "Neither vlans nor untagged is asked for; there is nothing to do.")]
    [InlineData("count", "count 0 is out of range; expected 1-10.")]
    [InlineData("pps", "pps 10001 is out of range; expected 1-10000.")]
    [InlineData("wait", "wait_ms 99 is out of range; expected 100-60000.")]
    public async Task HandleAsync_DoesNotFit_IsInvalidParams(string what, string message)
    {
        var fine = new DhcpScanParams { Device = DeviceName.Parse("lo"), FirstXid = Run };
        var wanted = what switch
        {
            "bits" => fine with { FirstXid = 1 },
            "nothing" => fine with { Untagged = false },
            "count" => fine with { Count = 0 },
            "pps" => fine with { Pps = 10001 },
            _ => fine with { WaitMs = 99 },
        };
        var error = await Should.ThrowAsync<OperationException>(() => ScanAsync(wanted));
        (error.Code, error.Message).ShouldBe((OperationErrorCode.InvalidParams, message));
    }

    /// <summary>A dnsmasq in a namespace.</summary>
    private sealed class Dnsmasq(Process process) : IAsyncDisposable
    {
        public static async Task<Dnsmasq> StartAsync(ScratchNamespace host, string range)
        {
            var process = Process.Start(new ProcessStartInfo(
                "nsenter",
                [
                    $"--net=/run/netns/{host.Name}", "--", "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--port=0", "--no-ping",
                    "--bind-interfaces", "--interface=eth0", $"--dhcp-range={range}", "--leasefile-ro", "--pid-file=", "--log-facility=-", "--user=root",
                ])
            { RedirectStandardError = true })!;
            var server = new Dnsmasq(process);
            while (await process.StandardError.ReadLineAsync(Token) is { } line)
            {
                if (line.Contains("DHCP, sockets bound", StringComparison.Ordinal))
                    return server;
            }
            throw new InvalidOperationException("dnsmasq did not start");
        }

        public async ValueTask DisposeAsync()
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
        }
    }

    /// <summary>Answers every DISCOVER of a VLAN; this machine's kernel may have no VLAN devices for a real server.</summary>
    private sealed class TaggedServer : IDisposable
    {
        private readonly LiveCapture _capture;
        private readonly FrameSocket _socket;
        private readonly Task _running;

        public TaggedServer(ScratchNamespace host, string name, int vlan)
        {
            _socket = FrameSocket.Open(SwitchRig.Nic, host.Name);
            _capture = new LiveCapture(
                [PcapDevice.Open(new CapturePoint { Device = SwitchRig.Nic, Namespace = host.Name }, new CaptureSettings { SnapLength = 1024 })]);
            _running = AnswerAsync(MacAddress.Parse(SwitchRig.MacOf(name)), new VlanId(vlan));
        }

        public void Dispose()
        {
            _capture.Stop();
            _running.Wait(TimeSpan.FromSeconds(5));
            _capture.Dispose();
            _socket.Dispose();
        }

        private async Task AnswerAsync(MacAddress mac, VlanId vlan)
        {
            await foreach (var frame in _capture.ReadAsync(CancellationToken.None))
            {
                var decoded = FrameDecoder.Decode(frame.Data.Span);
                if (frame.Direction != FrameDirection.In || decoded.Vlan != vlan || decoded.Dhcp is not { IsReply: false } discover)
                    continue;
                var (server, offered) = (IPAddress.Parse("192.168.101.2"), IPAddress.Parse("192.168.101.88"));
                _socket.Send(FrameBuilder.Dhcp(
                    mac, discover.ClientMac, server, offered,
                    discover with
                    {
                        IsReply = true,
                        YourIp = offered,
                        Options =
                        [
                            new DhcpOption(DhcpOptionCode.MessageType, new[] { (byte)DhcpMessageType.Offer }),
                            new DhcpOption(DhcpOptionCode.ServerIdentifier, server.GetAddressBytes()),
                        ],
                    },
                    vlan));
            }
        }
    }
}
