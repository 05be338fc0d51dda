using System.Net;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Controller.Checks;
using Steth.Controller.Inventory;
using Steth.Controller.Tests.Agents;
using Steth.Packets.Addresses;

namespace Steth.Controller.Tests.Checks;

public class NodeNicTests
{
    private static readonly IPAddress _address = IPAddress.Parse("10.88.0.21");

    private readonly Node _node = FakeAgents.Node("comp1", new NodeNetwork("net", _address, null), new NodeNetwork("storage", _address, "eth3"));

    [Fact]
    public void Find_NamedForTheNode_WinsOverAll()
    {
        var choice = new NicChoice
        {
            OfNode = new Dictionary<string, DeviceName> { ["comp1"] = DeviceName.Parse("eth2") },
            OfAll = DeviceName.Parse("eth1"),
            Network = "net",
        };

        Find(choice, Device("eth1"), Device("eth2")).ShouldBe("eth2");
        Find(choice with { OfNode = new Dictionary<string, DeviceName>() }, Device("eth1"), Device("eth2")).ShouldBe("eth1");
    }

    [Fact]
    public void Find_Named_IsTakenAsItIs() =>
        Find(new NicChoice { OfAll = DeviceName.Parse("eth1") }, Device("eth1", master: "bond0"), Device("bond0", "bond")).ShouldBe("eth1");

    [Theory]
    [InlineData("nic", "eth1")]
    [InlineData("vlan", "eth1")]
    [InlineData("vlan on a bond", "bond0")]
    [InlineData("member of a bond", "bond0")]
    [InlineData("bridge", "eth1")]
    [InlineData("bridge on a vlan on a bond", "bond0")]
    [InlineData("ovs, userspace", "eth1")]
    [InlineData("ovs, kernel", "eth1")]
    [InlineData("ovs vlan port", "eth1")]
    public void Find_ByAddress_IsThePhysicalParent(string what, string nic) => Find(new NicChoice { Network = "net" }, what switch
    {
        "nic" => [Device("lo"), Device("eth1", holds: true)],
        "vlan" => [Device("eth1"), Device("eth1.7", "vlan", link: "eth1", holds: true)],
        "vlan on a bond" => [Device("eth1", master: "bond0"), Device("bond0", "bond"), Device("bond0.7", "vlan", link: "bond0", holds: true)],
        "member of a bond" => [Device("eth1", master: "bond0", holds: true), Device("bond0", "bond")],
        "bridge" => [Device("tap1", "tun", master: "br0"), Device("eth1", master: "br0"), Device("br0", "bridge", holds: true)],
        "bridge on a vlan on a bond" =>
            [Device("br0", "bridge", holds: true), Device("bond0.7", "vlan", link: "bond0", master: "br0"), Device("bond0", "bond")],
        "ovs, userspace" =>
            [Device("tap1", "tun", ovs: "br-phy"), Device("br-phy", "tun", ovs: "br-phy", holds: true), Device("eth1", "veth", ovs: "br-phy")],
        "ovs, kernel" => [Device("br-phy", "openvswitch", ovs: "br-phy", holds: true), Device("qvo1", "veth", ovs: "br-phy"), Device("eth1", ovs: "br-phy")],
        _ => [Device("br-ex", "openvswitch", ovs: "br-ex"), Device("mgmt0", "openvswitch", ovs: "br-ex", holds: true), Device("eth1", ovs: "br-ex")],
    }).ShouldBe(nic);

    [Fact]
    public void Find_ConfiguredForTheNetwork_IsTaken() => Find(new NicChoice { Network = "storage" }, Device("eth1", holds: true), Device("eth3")).ShouldBe("eth3");

    [Theory]
    [InlineData(null, "No NIC is named for comp1; name one with --nic.")]
    [InlineData("mgmt", "comp1 is on no network 'mgmt'; name its NIC with --nic comp1:NIC.")]
    [InlineData("net", "No interface of comp1 has the address 10.88.0.21; name its NIC with --nic comp1:NIC.")]
    [InlineData("storage", "There is no NIC 'eth3' on comp1; there are eth1, eth2.")]
    public void Find_None_SaysWhyAndWhatToDo(string? network, string problem) =>
        Find(new NicChoice { Network = network }, Device("lo"), Device("eth1"), Device("eth2")).ShouldBe(problem);

    [Fact]
    public void Find_BridgeThatLeadsNowhere_SaysSo() => Find(new NicChoice { Network = "net" }, Device("br0", "bridge", holds: true)).ShouldBe(
        "The address 10.88.0.21 is on br0 of comp1, and which NIC is below it is not known; name it with --nic comp1:NIC.");

    [Fact]
    public void Find_DevicesThatStandOnEachOther_Ends() => Find(
        new NicChoice { Network = "net" }, Device("a", "vlan", link: "b", holds: true), Device("b", "vlan", link: "a")).ShouldStartWith("The address");

    private string Find(NicChoice choice, params InterfaceFacts[] devices)
    {
        var (nic, problem) = NodeNic.Find(_node, choice, devices);
        return nic?.Name ?? problem!;
    }

    private static InterfaceFacts Device(
        string name, string? kind = null, string? link = null, string? master = null, string? ovs = null, bool holds = false) => new()
        {
            Name = name,
            Index = 1,
            Kind = kind,
            Link = link,
            Master = master,
            OvsBridge = ovs,
            Mtu = 1500,
            AdminUp = true,
            Carrier = true,
            OperState = "UP",
            Addresses = holds ? [new InterfaceAddressFacts { Address = InterfaceAddress.Parse($"{_address}/24"), Scope = "global" }] : [],
        };
}
