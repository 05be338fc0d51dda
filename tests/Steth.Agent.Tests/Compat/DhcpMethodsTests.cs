using System.Net;
using Steth.Agent.Rpc;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;

namespace Steth.Agent.Tests.Compat;

public class DhcpMethodsTests
{
    private const string Port = "3e1b29f4-8f7c-4a0a-9d6e-0d2d1f3f5a11";

    private DhcpTraceParams? _dhcp;
    private ArpTraceParams? _arp;

    private static PortWiringResult Wiring(PortPlug plug, params (string Device, PortDeviceKind Kind)[] devices) => new()
    {
        PortId = Guid.Parse(Port),
        Plug = plug,
        NetworkType = "vlan",
        Devices = [.. devices.Select(d => new PortDevice { Device = d.Device, Kind = d.Kind })],
    };

    private static TracedDevice Saw(string device, string[] outbound, string[] inbound, string? note = null) =>
        new() { Device = device, Listened = true, Outbound = outbound, Inbound = inbound, Note = note };

    private Action<Dispatcher> Map(PortWiringResult wiring, params TracedDevice[] devices) => dispatcher =>
    {
        dispatcher.Map(AgentOperations.InterfaceList, (p, _, _) => p.Interface?.ToString() == "eth9"
            ? throw new OperationException(OperationErrorCode.NoSuchDevice, "There is no interface 'eth9' here.")
            : Task.FromResult(new InterfaceListResult { Interfaces = [] }));
        dispatcher.Map(AgentOperations.DhcpTrace, (p, _, _) =>
        {
            _dhcp = p;
            return Task.FromResult(new DhcpTraceResult { Wiring = wiring, Xid = 7, Injection = InjectionMethod.Tap, Devices = devices });
        });
        dispatcher.Map(AgentOperations.ArpTrace, (p, _, _) =>
        {
            _arp = p;
            return Task.FromResult(new ArpTraceResult { Wiring = wiring, SourceIp = IPAddress.Parse("192.0.2.2"), Answers = [], Devices = devices });
        });
    };

    [Theory]
    [InlineData("check_dhcp_on_comp", "fa:16:3e:00:00:01")]
    [InlineData("check_dhcp_on_net", "192.0.2.1")]
    public async Task Check_NicThatIsNotThere_IsRefusedBeforeAnythingIsSent(string method, string second)
    {
        await using var server = await CompatServer.StartAsync(Map(Wiring(PortPlug.Native)));
        (await server.CallAsync(method, $"""["{Port}","{second}","eth9"]""")).ShouldBe(
            """{"code":1,"message":"There is no interface 'eth9' here.","data":{}}""");
        _dhcp.ShouldBeNull();
        _arp.ShouldBeNull();
    }

    [Fact]
    public async Task CheckDhcpOnComp_Hybrid_HasTheKindsAndTheNicsName()
    {
        await using var server = await CompatServer.StartAsync(Map(
            Wiring(
                PortPlug.Hybrid,
                ("tap3e1b29f4-8f", PortDeviceKind.Tap),
                ("qbr3e1b29f4-8f", PortDeviceKind.Qbr),
                ("qvb3e1b29f4-8f", PortDeviceKind.Qvb),
                ("qvo3e1b29f4-8f", PortDeviceKind.Qvo),
                ("eth1", PortDeviceKind.Nic)),
            Saw("tap3e1b29f4-8f", ["DHCPDISCOVER"], ["DHCPOFFER"]),
            Saw("qbr3e1b29f4-8f", ["DHCPDISCOVER"], ["DHCPOFFER"]),
            Saw("qvb3e1b29f4-8f", ["DHCPDISCOVER"], ["DHCPOFFER", "DHCPOFFER"]),
            Saw("qvo3e1b29f4-8f", ["DHCPDISCOVER"], []),
            Saw("eth1", [], [])));
        (await server.CallAsync("check_dhcp_on_comp", $"""["{Port}","fa:16:3e:00:00:01","eth1"]""")).ShouldBe(
            """{"code":0,"message":"","data":{"tap":["DHCPDISCOVER","DHCPOFFER"],"qbr":["DHCPDISCOVER","DHCPOFFER"],"qvb":["DHCPDISCOVER","DHCPOFFER"],"qvo":["DHCPDISCOVER"],"eth1":[]}}""");
        _dhcp!.PortId.ShouldBe(Guid.Parse(Port));
        _dhcp.Mac.ShouldBe(MacAddress.Parse("fa:16:3e:00:00:01"));
        _dhcp.PhysicalInterface.ToString().ShouldBe("eth1");
    }

    [Fact]
    public async Task CheckDhcpOnComp_Native_HasNoHybridDevicesAndSaysWhatToDistrust()
    {
        await using var server = await CompatServer.StartAsync(Map(
            Wiring(PortPlug.Native, ("tap3e1b29f4-8f", PortDeviceKind.Tap), ("eth1", PortDeviceKind.Nic)),
            Saw("tap3e1b29f4-8f", ["DHCPDISCOVER"], []),
            Saw("eth1", ["DHCPDISCOVER"], [], "was down")));
        (await server.CallAsync(
            "check_dhcp_on_comp",
            $$"""{"port_id":"{{Port}}","port_mac":"fa:16:3e:00:00:01","phy_iface":"eth1","net_type":"vxlan"}""")).ShouldBe(
            """{"code":0,"message":"the network is of type vlan, not vxlan; eth1: was down","data":{"tap":["DHCPDISCOVER"],"eth1":["DHCPDISCOVER"]}}""");
    }

    [Fact]
    public async Task CheckDhcpOnNet_IsToldByDevice()
    {
        await using var server = await CompatServer.StartAsync(Map(
            Wiring(PortPlug.Internal, ("tapaaaa", PortDeviceKind.Tap), ("eth1", PortDeviceKind.Nic)),
            Saw("tapaaaa", ["REPLY"], ["REQUEST"]),
            Saw("eth1", ["REPLY"], ["REQUEST"])));
        (await server.CallAsync("check_dhcp_on_net", $"""["{Port}","192.0.2.9","eth1","vlan"]""")).ShouldBe(
            """{"code":0,"message":"","data":{"tapaaaa":["REQUEST","REPLY"],"eth1":["REQUEST","REPLY"]}}""");
        _arp!.TargetIp.ShouldBe(IPAddress.Parse("192.0.2.9"));
    }

    [Theory]
    [InlineData("check_dhcp_on_comp", """["7","fa:16:3e:00:00:01","eth1"]""", "check_dhcp_on_comp: port_id: ")]
    [InlineData("check_dhcp_on_comp", """["3e1b29f4-8f7c-4a0a-9d6e-0d2d1f3f5a11","fa:16","eth1"]""", "check_dhcp_on_comp: port_mac: ")]
    [InlineData("check_dhcp_on_comp", """["3e1b29f4-8f7c-4a0a-9d6e-0d2d1f3f5a11","fa:16:3e:00:00:01"]""", "check_dhcp_on_comp: phy_iface is missing.")]
    [InlineData("check_dhcp_on_comp", """["3e1b29f4-8f7c-4a0a-9d6e-0d2d1f3f5a11","fa:16:3e:00:00:01","eth1","token ring"]""", "check_dhcp_on_comp: net_type: expected one of ")]
    [InlineData("check_dhcp_on_net", """["3e1b29f4-8f7c-4a0a-9d6e-0d2d1f3f5a11","x","eth1"]""", "check_dhcp_on_net: port_ip: 'x' is not an IP address.")]
    public async Task Params_Malformed_AreRefused(string method, string parameters, string message)
    {
        await using var server = await CompatServer.StartAsync(Map(Wiring(PortPlug.Native)));
        (await server.RefusalAsync(method, parameters)).ShouldStartWith(message);
    }
}
