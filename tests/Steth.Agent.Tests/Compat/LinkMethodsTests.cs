using System.Net;
using Steth.Agent.Rpc;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;

namespace Steth.Agent.Tests.Compat;

public class LinkMethodsTests
{
    private VlanAddParams? _vlan;
    private InterfaceSetupParams? _setup;
    private string? _deleted;

    private static InterfaceFacts Facts(string name, bool up, params InterfaceAddressFacts[] addresses) => new()
    {
        Name = name,
        Index = 2,
        Mac = up ? MacAddress.Parse("52:54:00:12:34:56") : null,
        Mtu = 1500,
        AdminUp = up,
        Carrier = up,
        OperState = up ? "UP" : "DOWN",
        Addresses = addresses,
    };

    private static InterfaceAddressFacts Address(string cidr, string? broadcast) => new()
    {
        Address = InterfaceAddress.Parse(cidr),
        Broadcast = broadcast is null ? null : IPAddress.Parse(broadcast),
        Scope = "global",
    };

    private void Map(Dispatcher dispatcher)
    {
        InterfaceFacts[] all =
        [
            Facts("eth0", true, Address("2001:db8::7/64", null), Address("192.0.2.7/20", "192.0.15.255")),
            Facts("bare", false),
        ];
        dispatcher.Map(AgentOperations.InterfaceList, (p, _, _) => Task.FromResult(new InterfaceListResult
        {
            Interfaces = p.Interface is not { } name ? all : all.FirstOrDefault(i => i.Name == name.ToString()) is { } one
                ? [one]
                : throw new OperationException(OperationErrorCode.NoSuchDevice, $"There is no interface '{name}' here."),
        }));
        dispatcher.Map(AgentOperations.VlanAdd, (p, _, _) =>
        {
            _vlan = p;
            return Task.FromResult(new VlanAddResult { Interface = $"{p.Interface}.{p.VlanId}", Created = true });
        });
        dispatcher.Map(AgentOperations.InterfaceSetup, (p, _, _) =>
        {
            _setup = p;
            return Task.FromResult(new InterfaceSetupResult { Interface = "x", Address = p.Cidr, Added = true });
        });
        dispatcher.Map(AgentOperations.InterfaceTeardown, (p, _, _) =>
        {
            _deleted = p.Interface.ToString();
            throw new OperationException(OperationErrorCode.PermissionDenied, "Interface 'eth0' is hardware.");
        });
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("[null]")]
    [InlineData("""["eth0"]""")]
    [InlineData("""{"interface":"eth0"}""")]
    public async Task GetInterface_Eth0IsTheDefault_InIfconfigsTerms(string parameters)
    {
        await using var server = await CompatServer.StartAsync(Map);
        (await server.CallAsync("get_interface", parameters)).ShouldBe(
            """{"code":0,"message":"","data":{"name":"eth0","state":"UP","inet":"192.0.2.7","netmask":"255.255.240.0","broadcast":"192.0.15.255","ether":"52:54:00:12:34:56"}}""");
    }

    [Fact]
    public async Task GetInterface_WithoutAddress_HasEmptyMembers()
    {
        await using var server = await CompatServer.StartAsync(Map);
        (await server.CallAsync("get_interface", """["bare"]""")).ShouldBe(
            """{"code":0,"message":"","data":{"name":"bare","state":"DOWN","inet":"","netmask":"","broadcast":"","ether":""}}""");
    }

    [Fact]
    public async Task GetInterface_Unknown_IsCode1()
    {
        await using var server = await CompatServer.StartAsync(Map);
        (await server.CallAsync("get_interface", """["eth9"]""")).ShouldBe("""{"code":1,"message":"There is no interface 'eth9' here.","data":{}}""");
    }

    [Fact]
    public async Task ValidateIp_HeldOrNot_IsTheCode()
    {
        await using var server = await CompatServer.StartAsync(Map);
        (await server.CallAsync("validate_ip", """["192.0.2.7"]""")).ShouldBe("""{"code":0,"message":"","data":{}}""");
        (await server.CallAsync("validate_ip", """{"ip":"2001:DB8:0::7"}""")).ShouldBe("""{"code":0,"message":"","data":{}}""");
        (await server.CallAsync("validate_ip", """["192.0.2.8"]""")).ShouldBe("""{"code":1,"message":"No interface of this host holds 192.0.2.8.","data":{}}""");
    }

    [Theory]
    [InlineData("""["eth1",105]""")]
    [InlineData("""["eth1","105"]""")]
    [InlineData("""{"vlan_id":105,"interface":"eth1"}""")]
    public async Task AddVlanToInterface_NumberOrItsText_IsTaken(string parameters)
    {
        await using var server = await CompatServer.StartAsync(Map);
        (await server.CallAsync("add_vlan_to_interface", parameters)).ShouldBe("""{"code":0,"message":"","data":{}}""");
        _vlan!.Interface.ToString().ShouldBe("eth1");
        _vlan.VlanId.ShouldBe(new VlanId(105));
        _vlan.LeaseSeconds.ShouldBeNull();
    }

    [Theory]
    [InlineData("get_interface", """["eth0","x"]""", "get_interface: 2 parameters are too many; known: interface.")]
    [InlineData("get_interface", """{"iface":"eth0"}""", "get_interface: unknown parameter 'iface'; known: interface.")]
    [InlineData("get_interface", "[5]", "get_interface: interface: expected a string, not 5.")]
    [InlineData("get_interface", """["../etc"]""", "get_interface: interface: '../etc' is not a network device name; expected 1-15 characters without spaces or '/', not starting with '-'.")]
    [InlineData("validate_ip", "[]", "validate_ip: ip is missing.")]
    [InlineData("validate_ip", """["1.2.3"]""", "validate_ip: ip: '1.2.3' is not an IP address.")]
    [InlineData("add_vlan_to_interface", """["eth1",4095]""", "add_vlan_to_interface: vlan_id: expected a VLAN id, 1-4094, not 4095.")]
    [InlineData("add_vlan_to_interface", """["eth1","x"]""", "add_vlan_to_interface: vlan_id: expected a whole number, not \"x\".")]
    [InlineData("add_vlan_to_interface", """["eth1",1.5]""", "add_vlan_to_interface: vlan_id: expected a whole number, not 1.5.")]
    [InlineData("setup_link", """["eth1","192.0.2.1"]""", "setup_link: cidr: '192.0.2.1' is not an address with a prefix length; expected one as in 192.0.2.1/24.")]
    [InlineData("say_hello", "[1]", "say_hello: 1 parameters are too many; known: none.")]
    [InlineData("teardown_link", "{}", "teardown_link: interface is missing.")]
    public async Task Params_NotWhatTheMethodTakes_AreRefused(string method, string parameters, string message)
    {
        await using var server = await CompatServer.StartAsync(Map);
        (await server.RefusalAsync(method, parameters)).ShouldBe(message);
    }

    [Fact]
    public async Task SetupLink_NeverFlushes()
    {
        await using var server = await CompatServer.StartAsync(Map);
        (await server.CallAsync("setup_link", """["eth1.105","192.168.100.105/24"]""")).ShouldBe("""{"code":0,"message":"","data":{}}""");
        _setup!.Flush.ShouldBeFalse();
        _setup.LeaseSeconds.ShouldBeNull();
        _setup.Cidr.ToString().ShouldBe("192.168.100.105/24");
    }

    [Fact]
    public async Task TeardownLink_Refused_SaysWhy()
    {
        await using var server = await CompatServer.StartAsync(Map);
        (await server.CallAsync("teardown_link", """{"interface":"eth0"}""")).ShouldBe("""{"code":1,"message":"Interface 'eth0' is hardware.","data":{}}""");
        _deleted.ShouldBe("eth0");
    }

    [Fact]
    public async Task SayHello_IsCode0()
    {
        await using var server = await CompatServer.StartAsync(Map);
        (await server.CallAsync("say_hello", "[]")).ShouldBe("""{"code":0,"message":"","data":{}}""");
    }
}
