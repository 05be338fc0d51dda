using System.Net;
using Steth.Agent.Operations;
using Steth.Agent.Rpc;
using Steth.Agent.Tests.Kernel;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;

namespace Steth.Agent.Tests.Operations;

public sealed class ArpTraceHandlerTests
{
    private static readonly Guid _dhcpPort = Guid.Parse("cabd2b36-c04d-453b-a794-5b729ce3e50c");
    private static readonly MacAddress _serviceMac = MacAddress.Parse("fa:16:3e:65:ab:17");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task HandleAsync_OwnerAnswers_RequestInboundReplyOutbound()
    {
        Privilege.NeedsRoot();
        using var rig = new Rig();
        rig.Guests.Ip("addr add 192.0.2.88/24 dev wire0");

        var trace = await rig.TraceAsync("192.0.2.88", seconds: 5);

        trace.SourceIp.ShouldBe(IPAddress.Parse("192.0.2.2"));
        trace.Answers.ShouldBe([MacAddress.Parse("fa:16:3e:8d:3c:2b")]);
        trace.Devices.Single().Outbound.ShouldBe(["REPLY"]);
        trace.Devices.Single().Inbound.ShouldBe(["REQUEST"]);
        trace.Devices.Single().Listened.ShouldBeTrue();
    }

    [Fact]
    public async Task HandleAsync_NobodyAnswers_OnlyTheRequest()
    {
        Privilege.NeedsRoot();
        using var rig = new Rig();

        var trace = await rig.TraceAsync("192.0.2.88", seconds: 1);

        trace.Answers.ShouldBeEmpty();
        trace.Devices.Single().Outbound.ShouldBeEmpty();
        trace.Devices.Single().Inbound.ShouldBe(["REQUEST"]);
    }

    [Fact]
    public async Task HandleAsync_TargetInNoSubnet_SaysSo()
    {
        Privilege.NeedsRoot();
        using var rig = new Rig();

        var error = await Should.ThrowAsync<OperationException>(() => rig.TraceAsync("198.51.100.1", seconds: 1));

        error.Code.ShouldBe(OperationErrorCode.NoSuchDevice);
        error.Message.ShouldBe($"No device in the network namespace '{rig.Service.Name}' of this host has an address in the subnet of 198.51.100.1; nothing there can ask for it.");
    }

    [Fact]
    public async Task HandleAsync_NoDhcpNamespaceHere_SaysSo()
    {
        Privilege.NeedsRoot();
        using var rig = new Rig();
        rig.Network = Guid.NewGuid();

        var error = await Should.ThrowAsync<OperationException>(() => rig.TraceAsync("192.0.2.88", seconds: 1));

        error.Code.ShouldBe(OperationErrorCode.NoSuchDevice);
        error.Message.ShouldBe($"There is no DHCP namespace of network {rig.Network} on this host; ask the host whose DHCP agent serves the network.");
    }

    [Fact]
    public async Task HandleAsync_IPv6Target_IsInvalid()
    {
        Privilege.NeedsRoot();
        using var rig = new Rig();

        (await Should.ThrowAsync<OperationException>(() => rig.TraceAsync("2001:db8::1", seconds: 1))).Message
            .ShouldBe("target_ip 2001:db8::1 is not an IPv4 address; ARP asks for no other.");
    }

    /// <summary>A DHCP namespace whose device meets a guest's in another namespace; what the host tells is said by hand.</summary>
    private sealed class Rig : IDisposable
    {
        private const string Device = "tapcabd2b36-c0";

        public Rig()
        {
            Service = new ScratchNamespace($"qdhcp-{Network}");
            Guests = new ScratchNamespace();
            Service.Ip($"link add {Device} address {_serviceMac} type veth peer name wire0 address fa:16:3e:8d:3c:2b netns {Guests.Name}");
            Service.Ip($"link set {Device} addrgenmode none");
            Service.Ip($"link set {Device} up");
            Guests.Ip("link set wire0 addrgenmode none");
            Guests.Ip("link set wire0 up");
            Service.Ip($"addr add 192.0.2.2/24 dev {Device}");
        }

        public Guid Network { get; set; } = Guid.NewGuid();

        public ScratchNamespace Service { get; }

        public ScratchNamespace Guests { get; }

        public Task<ArpTraceResult> TraceAsync(string target, int seconds) =>
            new ArpTraceHandler((_, _, _) => Task.FromResult(Ovs()), (_, _, _) => Task.FromResult(Interfaces()), WiringOf, TimeProvider.System).HandleAsync(
                new ArpTraceParams { NetworkId = Network, TargetIp = IPAddress.Parse(target), TimeoutSeconds = seconds }, new CallContext { CorrelationId = "t" }, Token);

        public void Dispose()
        {
            Service.Dispose();
            Guests.Dispose();
        }

        private static InterfaceListResult Interfaces() => new()
        {
            Interfaces =
            [
                Facts("lo", null, "127.0.0.1/8"),
                Facts(Device, _serviceMac, "169.254.169.254/32", "192.0.2.2/24"),
            ],
        };

        private static InterfaceFacts Facts(string name, MacAddress? mac, params string[] addresses) => new()
        {
            Name = name,
            Index = 1,
            Mac = mac,
            Mtu = 1500,
            AdminUp = true,
            Carrier = true,
            OperState = "UP",
            Addresses = [.. addresses.Select(a => new InterfaceAddressFacts { Address = InterfaceAddress.Parse(a), Scope = "global" })],
        };

        private static OvsShowResult Ovs() => new()
        {
            Running = true,
            ExternalIds = new Dictionary<string, string>(),
            Bridges =
            [
                new OvsBridge
                {
                    Name = "br-int",
                    DatapathType = "netdev",
                    Ports =
                    [
                        new OvsPort
                        {
                            Name = Device,
                            Trunks = [],
                            OtherConfig = new Dictionary<string, string>(),
                            Interfaces =
                            [
                                new OvsInterface
                                {
                                    Name = Device,
                                    Type = "internal",
                                    ExternalIds = new Dictionary<string, string> { ["iface-id"] = _dhcpPort.ToString() },
                                    Options = new Dictionary<string, string>(),
                                    Statistics = new Dictionary<string, long>(),
                                },
                            ],
                        },
                    ],
                },
            ],
        };

        private Task<PortWiringResult> WiringOf(PortWiringParams wanted, CallContext call, CancellationToken cancellationToken)
        {
            wanted.PortId.ShouldBe(_dhcpPort);
            return Task.FromResult(new PortWiringResult
            {
                PortId = wanted.PortId,
                Plug = PortPlug.Internal,
                Devices = [new PortDevice { Device = Device, Namespace = Service.Name.ToString(), Kind = PortDeviceKind.Tap, Bridge = "br-int" }],
            });
        }
    }
}
