using Steth.Agent.Leases;
using Steth.Agent.Operations;
using Steth.Agent.Rpc;
using Steth.Agent.Tests.Recorded;
using Steth.Agent.Tests.Tools;
using Steth.Agent.Tests.Tools.Ip;
using Steth.Agent.Tools.Ip;
using Steth.Agent.Tools.Ovs;
using Steth.Agent.Tools;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;

namespace Steth.Agent.Tests.Operations;

/// <summary>What is decided before the kernel is asked, and how its refusal reads. Real devices: <see cref="VlanDeviceTests"/>.</summary>
public class VlanAddHandlerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Task<VlanAddResult> AddAsync(VlanAddHandler handler, string device, int vlan = 105, int? lease = null) => handler.HandleAsync(
        new VlanAddParams { Interface = DeviceName.Parse(device), VlanId = new VlanId(vlan), LeaseSeconds = lease }, new CallContext { CorrelationId = "test" }, Token);

    private static VlanAddHandler Handler(PrivateNetwork network) => new(network.Ip, network.Ovs, network.Leases);

    /// <summary>Shows the recorded interfaces and refuses every change with the words given.</summary>
    private static async Task<OperationException> RefusedAsync(string words, string device, int vlan = 105)
    {
        using var tools = new StandInTools();
        await File.WriteAllTextAsync(tools.PathOf("list.json"), Recording.Read("ip/guest.address.json"), Token);
        tools.Add("ip", $"case $* in *show) exec /bin/cat {tools.PathOf("list.json")};; esac; echo '{words}' >&2; exit 2");
        var handler = new VlanAddHandler(new IpTool(tools.Runner), new OvsDatabase(tools.Runner), new LeaseBook(TimeProvider.System, new ToolRunner(), null, (_, _) => { }));
        return await Should.ThrowAsync<OperationException>(() => AddAsync(handler, device, vlan));
    }

    [Theory]
    [InlineData("Error: Unknown device type.")]
    [InlineData("RTNETLINK answers: Operation not supported")]
    public async Task Add_KernelWithoutVlans_SaysSo(string words)
    {
        var e = await RefusedAsync(words, "bond0", 106);
        e.Code.ShouldBe(OperationErrorCode.ToolFailed);
        e.Message.ShouldBe("This host's kernel cannot make VLAN devices (module 8021q is not there), so 'bond0.106' was not made; test VLAN 106 with tagged frames instead.");
    }

    [Theory]
    [InlineData("d2", "Interface 'd2' is a port of bridge 'br0', and a VLAN device on it would take that VLAN's frames away from 'br0'; test with tagged frames instead.")]
    [InlineData("d1", "Interface 'd1' is a member of bond 'bond0', and a VLAN device on it would take that VLAN's frames away from 'bond0'; use 'bond0' as the parent.")]
    public async Task Add_EnslavedParent_IsRefusedWithItsMaster(string device, string sentence)
    {
        var e = await RefusedAsync("not asked", device);
        e.Code.ShouldBe(OperationErrorCode.PermissionDenied);
        e.Message.ShouldBe(sentence);
    }

    [Fact]
    public async Task Add_PortOfUserspaceOvs_IsRefused()
    {
        await using var network = (await PrivateNetwork.CreateAsync()).WithOvs();
        var e = await Should.ThrowAsync<OperationException>(() => AddAsync(Handler(network), "eth1"));
        e.Code.ShouldBe(OperationErrorCode.PermissionDenied);
        e.Message.ShouldBe("Interface 'eth1' is a port of OVS bridge 'br-ex', and a VLAN device on it would take that VLAN's frames away from 'br-ex'; test with tagged frames instead.");
    }

    [Fact]
    public async Task Add_ToStayWhereItIsOnALease_IsRefused()
    {
        using var tools = new StandInTools();
        const string link = """{"ifindex":%s,"ifname":"%s","link":"eth1","flags":["UP"],"mtu":1500,"operstate":"UP","link_type":"ether","linkinfo":{"info_kind":"vlan","info_data":{"id":105}},"addr_info":[]}""";
        tools.Add("ip", $$"""
            case "$*" in
            "link add"*) echo "$8" > {{tools.PathOf("index")}} ;;
            *show) printf '[{"ifindex":2,"ifname":"eth1","flags":["UP"],"mtu":1500,"operstate":"UP","link_type":"ether","addr_info":[]}'
              if [ -f {{tools.PathOf("index")}} ]; then read index < {{tools.PathOf("index")}}; printf ',{{link}}' "$index" eth1.105; fi
              echo ']' ;;
            esac
            """);
        await using var leases = new LeaseBook(TimeProvider.System, new ToolRunner(), null, (_, _) => { });
        var handler = new VlanAddHandler(new IpTool(tools.Runner), new OvsDatabase(tools.Runner), leases);
        var leased = await AddAsync(handler, "eth1", lease: 600);
        leased.ShouldBe(new VlanAddResult { Interface = "eth1.105", Created = true, LeaseId = leases.List().Single().LeaseId });

        var e = await Should.ThrowAsync<OperationException>(() => AddAsync(handler, "eth1"));

        e.Code.ShouldBe(OperationErrorCode.Busy);
        e.Message.ShouldStartWith("VLAN device 'eth1.105' is on a lease (VLAN device eth1.105) that is undone at ");
        (await AddAsync(handler, "eth1", lease: 600)).ShouldBe(new VlanAddResult { Interface = "eth1.105", Created = false });
        leases.Forget(leased.LeaseId!);
        (await AddAsync(handler, "eth1")).ShouldBe(new VlanAddResult { Interface = "eth1.105", Created = false });
    }

    [Fact]
    public async Task Add_NameTooLong_IsRefused()
    {
        await using var network = await PrivateNetwork.CreateAsync();
        await network.Ip.RunAsync(["link", "set", "eth1", "name", "enp129s0f0np0"], Token);
        var e = await Should.ThrowAsync<OperationException>(() => AddAsync(Handler(network), "enp129s0f0np0", 1234));
        e.Code.ShouldBe(OperationErrorCode.InvalidParams);
        e.Message.ShouldBe("A VLAN device on 'enp129s0f0np0' would be called 'enp129s0f0np0.1234', which is longer than the 15 characters the kernel allows; "
            + "make one by hand under a shorter name and it will be found.");
    }

    [Fact]
    public async Task Add_NameTakenByAnother_IsBusy()
    {
        await using var network = await PrivateNetwork.CreateAsync();
        await network.Ip.RunAsync(["link", "add", "eth1.105", "type", "ifb"], Token);
        (await Should.ThrowAsync<OperationException>(() => AddAsync(Handler(network), "eth1"))).Code.ShouldBe(OperationErrorCode.Busy);
    }

    [Fact]
    public async Task Add_UnknownParent_SaysSo()
    {
        await using var network = await PrivateNetwork.CreateAsync();
        (await Should.ThrowAsync<OperationException>(() => AddAsync(Handler(network), "eth9"))).Code.ShouldBe(OperationErrorCode.NoSuchDevice);
    }

    [Fact]
    public async Task Add_LeaseOutOfRange_IsRefused()
    {
        await using var network = await PrivateNetwork.CreateAsync();
        (await Should.ThrowAsync<OperationException>(() => AddAsync(Handler(network), "eth1", lease: 0))).Code.ShouldBe(OperationErrorCode.InvalidParams);
    }
}
