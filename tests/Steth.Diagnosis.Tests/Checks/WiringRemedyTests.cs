using Steth.Contracts.Operations;
using Steth.Diagnosis.Checks;

namespace Steth.Diagnosis.Tests.Checks;

public sealed class WiringRemedyTests
{
    [Theory]
    [InlineData(PortDeviceKind.Tap, "tap1", "qbr1", "down", "on comp1 run 'ip link set tap1 up'")]
    [InlineData(PortDeviceKind.Nic, "eth1", "br-ex", "down", "on comp1 run 'ip link set eth1 up'")]
    [InlineData(PortDeviceKind.Nic, "eth1", "br-ex", "no carrier", "on comp1 look at the cable and the switch port of eth1")]
    [InlineData(PortDeviceKind.Tap, "tap1", "br-int", "no carrier", "on comp1 see whether the guest runs: nothing holds its tap")]
    [InlineData(PortDeviceKind.Tap, "tap1", "br-int", "missing", "on comp1 see whether the guest runs, and reboot it hard, so that Nova plugs it again")]
    [InlineData(PortDeviceKind.Tap, "tap1", "qbr1", "not on its bridge qbr1", "on comp1 run 'ip link set tap1 master qbr1'")]
    [InlineData(PortDeviceKind.Qvb, "qvb1", "qbr1", "on br0 instead of qbr1", "on comp1 run 'ip link set qvb1 master qbr1'")]
    [InlineData(PortDeviceKind.Qvo, "qvo1", "br-int", "not on its bridge br-int", "on comp1 reboot the guest hard, so that Nova plugs it again")]
    [InlineData(PortDeviceKind.Qvo, "qvo1", "br-int", "tag 9 instead of 2", "on comp1 restart neutron-openvswitch-agent")]
    [InlineData(PortDeviceKind.Qvo, "qvo1", "br-int", "no tag instead of 2", "on comp1 restart neutron-openvswitch-agent")]
    [InlineData(PortDeviceKind.Tap, "tap1", "br-int", "tag 4095 (dead VLAN)",
        "on comp1 look in the log of neutron-openvswitch-agent why it did not wire the port, then restart neutron-openvswitch-agent")]
    [InlineData(PortDeviceKind.Tap, "tap1", "qbr1", "down; not on its bridge qbr1", "on comp1 run 'ip link set tap1 up'")]
    public void For_KnownProblem_SaysWhatToDo(PortDeviceKind kind, string device, string bridge, string problem, string remedy) =>
        WiringRemedy.For("comp1", new PortDevice { Device = device, Kind = kind, Bridge = bridge, Problem = problem }).ShouldBe(remedy);

    [Fact]
    public void For_MissingTapOfADhcpServer_NamesItsAgent() =>
        WiringRemedy.For("net1", new PortDevice { Device = "tap9", Namespace = "qdhcp-1", Kind = PortDeviceKind.Tap, Problem = "missing" })
            .ShouldBe("on net1 restart neutron-dhcp-agent");

    [Theory]
    [InlineData(null)]
    [InlineData("something an agent of tomorrow may say")]
    public void For_NothingKnown_AdvisesNothing(string? problem) =>
        WiringRemedy.For("comp1", new PortDevice { Device = "qvo1", Kind = PortDeviceKind.Qvo, Bridge = "br-int", Problem = problem }).ShouldBeNull();
}
