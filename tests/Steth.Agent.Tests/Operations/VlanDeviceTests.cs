using System.Net;
using Steth.Agent.Kernel.Injection;
using Steth.Agent.Operations;
using Steth.Agent.Rpc;
using Steth.Agent.Tests.Tools.Ip;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;

namespace Steth.Agent.Tests.Operations;

/// <summary>
/// VLAN devices of a real kernel. Not every kernel has them: <see cref="VlanDeviceGuestTests"/> runs this class in a
/// guest whose kernel does.
/// </summary>
public class VlanDeviceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Task<VlanAddResult> AddAsync(PrivateNetwork network, string device, int vlan, int? lease = null) =>
        new VlanAddHandler(network.Ip, network.Ovs, network.Leases).HandleAsync(
            new VlanAddParams { Interface = DeviceName.Parse(device), VlanId = new VlanId(vlan), LeaseSeconds = lease }, new CallContext { CorrelationId = "test" }, Token);

    private static Task<InterfaceTeardownResult> TeardownAsync(PrivateNetwork network, string device, string? local = null) =>
        new InterfaceTeardownHandler(network.Ip, network.Ovs).HandleAsync(
            new InterfaceTeardownParams { Interface = DeviceName.Parse(device) },
            new CallContext { CorrelationId = "test", LocalAddress = local is null ? null : IPAddress.Parse(local) },
            Token);

    private static Task<InterfaceSetupResult> SetupAsync(PrivateNetwork network, string device, string cidr, int? lease = null) =>
        new InterfaceSetupHandler(network.Ip, network.Ovs, network.Leases).HandleAsync(
            new InterfaceSetupParams { Interface = DeviceName.Parse(device), Cidr = InterfaceAddress.Parse(cidr), LeaseSeconds = lease },
            new CallContext { CorrelationId = "test" },
            Token);

    [GuestFact]
    public async Task Add_FreeParent_MakesTheDeviceAndBringsItUp()
    {
        await using var network = await PrivateNetwork.CreateAsync();
        await network.Ip.RunAsync(["link", "set", "eth1", "up"], Token);
        (await AddAsync(network, "eth1", 105)).ShouldBe(new VlanAddResult { Interface = "eth1.105", Created = true });
        var facts = (await network.FactsAsync("eth1.105"))!;
        (facts.Kind, facts.Link, facts.VlanId, facts.AdminUp).ShouldBe(("vlan", "eth1", 105, true));
        (await network.Ip.ListAsync(null, Token)).Single(l => l.Facts.Name == "eth1.105").Alias.ShouldBe(OwnerAlias.Own);
    }

    [GuestFact]
    public async Task Add_ParentThatIsDown_SaysSoAndMakesNothing()
    {
        await using var network = await PrivateNetwork.CreateAsync();
        (await Should.ThrowAsync<OperationException>(() => AddAsync(network, "eth1", 105)))
            .Message.ShouldBe("Interface 'eth1' is down, so a VLAN device on it cannot be brought up; bring 'eth1' up first.");
        (await network.FactsAsync("eth1.105")).ShouldBeNull();
    }

    [GuestFact]
    public async Task Add_ThereUnderAnyName_IsLeftAlone()
    {
        await using var network = await PrivateNetwork.CreateAsync();
        await network.Ip.RunAsync(["link", "add", "link", "eth1", "name", "vlan105", "type", "vlan", "id", "105"], Token);
        (await AddAsync(network, "eth1", 105, lease: 10)).ShouldBe(new VlanAddResult { Interface = "vlan105", Created = false });
        (await network.FactsAsync("vlan105"))!.AdminUp.ShouldBeFalse();
    }

    [GuestFact]
    public async Task Add_LeaseReleased_DeletesTheDeviceAndItsAddress()
    {
        await using var network = await PrivateNetwork.CreateAsync();
        await network.Ip.RunAsync(["link", "set", "eth1", "up"], Token);
        var vlan = await AddAsync(network, "eth1", 105, lease: 30);
        var address = await SetupAsync(network, "eth1.105", "192.168.100.5/24", lease: 30);
        (await network.Ip.ListAsync(null, Token)).Single(l => l.Facts.Name == "eth1.105").Alias.ShouldBe(OwnerAlias.Own);
        await network.Leases.ReleaseAsync(vlan.LeaseId!, Token);
        (await network.FactsAsync("eth1.105")).ShouldBeNull();
        await network.Leases.ReleaseAsync(address.LeaseId!, Token);
    }

    [GuestFact]
    public async Task Add_LeaseEndsAfterTheDeviceWasRemade_LeavesTheNewOne()
    {
        await using var network = await PrivateNetwork.CreateAsync();
        await network.Ip.RunAsync(["link", "set", "eth1", "up"], Token);
        var leased = await AddAsync(network, "eth1", 105, lease: 30);
        await TeardownAsync(network, "eth1.105");
        await AddAsync(network, "eth1", 105);
        await network.Leases.ReleaseAsync(leased.LeaseId!, Token);
        (await network.FactsAsync("eth1.105")).ShouldNotBeNull();
    }

    [GuestFact]
    public async Task Kill_TheNextLifeDeletesTheLeasedDevicesOnly()
    {
        await using var network = await PrivateNetwork.CreateAsync();
        await network.Ip.RunAsync(["link", "set", "eth1", "up"], Token);
        await AddAsync(network, "eth1", 1, lease: 30);
        await AddAsync(network, "eth1", 2);
        await AddAsync(network, "eth1", 3, lease: 30);
        await network.Ip.RunAsync(["link", "del", "eth1.3"], Token);
        await network.Ip.RunAsync(["link", "add", "link", "eth1", "name", "eth1.3", "type", "vlan", "id", "3"], Token);
        (await network.KillAsync()).ShouldBe(["VLAN device eth1.3", "VLAN device eth1.1"]);
        (await network.FactsAsync("eth1.1")).ShouldBeNull();
        (await network.FactsAsync("eth1.2")).ShouldNotBeNull();
        (await network.FactsAsync("eth1.3")).ShouldNotBeNull("somebody else made it since");
    }

    [GuestFact]
    public async Task Add_PortOfABridge_IsRefused()
    {
        await using var network = await PrivateNetwork.CreateAsync();
        await network.Ip.RunAsync(["link", "add", "br9", "type", "bridge"], Token);
        await network.Ip.RunAsync(["link", "set", "eth1", "master", "br9"], Token);
        var e = await Should.ThrowAsync<OperationException>(() => AddAsync(network, "eth1", 105));
        e.Code.ShouldBe(OperationErrorCode.PermissionDenied);
        e.Message.ShouldStartWith("Interface 'eth1' is a port of bridge 'br9'");
        (await network.FactsAsync("eth1.105")).ShouldBeNull();
    }

    [GuestFact]
    public async Task Add_MemberOfABond_IsRefusedAndTheBondWorks()
    {
        await using var network = await PrivateNetwork.CreateAsync();
        await network.Ip.RunAsync(["link", "add", "bond9", "type", "bond", "mode", "active-backup"], Token);
        await network.Ip.RunAsync(["link", "set", "eth1", "master", "bond9"], Token);
        await network.Ip.RunAsync(["link", "set", "bond9", "up"], Token);
        (await Should.ThrowAsync<OperationException>(() => AddAsync(network, "eth1", 105))).Message.ShouldStartWith("Interface 'eth1' is a member of bond 'bond9'");
        (await AddAsync(network, "bond9", 105)).Interface.ShouldBe("bond9.105");
        (await network.FactsAsync("bond9"))!.BondMode.ShouldBe("active-backup");
    }

    [GuestFact]
    public async Task Teardown_ParentOfTheCallersVlanDevice_IsRefused()
    {
        await using var network = await PrivateNetwork.CreateAsync();
        await network.Ip.RunAsync(["link", "set", "eth1", "up"], Token);
        await AddAsync(network, "eth1", 105);
        await SetupAsync(network, "eth1.105", "192.168.100.5/24");
        foreach (var device in new[] { "eth1.105", "eth1" })
        {
            (await Should.ThrowAsync<OperationException>(() => TeardownAsync(network, device, "192.168.100.5")))
                .Code.ShouldBe(OperationErrorCode.PermissionDenied, device);
        }
        (await TeardownAsync(network, "eth1.105", "192.168.100.6")).Interface.ShouldBe("eth1.105");
    }
}
