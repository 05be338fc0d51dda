using System.Net;
using Steth.Agent.Tests.Recorded;
using Steth.Agent.Tools.Ip;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;

namespace Steth.Agent.Tests.Tools.Ip;

public class LinkJsonTests
{
    private static readonly IReadOnlyList<Link> Guest = LinkJson.Parse(Recording.Read("ip/guest.address.json"));

    private static InterfaceFacts Facts(string name) => Guest.Single(l => l.Facts.Name == name).Facts;

    [Fact]
    public void Parse_Order_IsTheKernels() =>
        Guest.Select(l => l.Facts.Name).ShouldBe(["lo", "d0", "d1", "d2", "bond0", "bond0.105", "br0", "d0.7"]);

    [Fact]
    public void Parse_VlanDevice_HasParentIdAddressesAndAlias()
    {
        var vlan = Facts("bond0.105");
        (vlan.Kind, vlan.Link, vlan.VlanId, vlan.Mtu, vlan.AdminUp, vlan.Carrier, vlan.BondMode).ShouldBe(("vlan", "bond0", 105, 1500, true, true, null));
        vlan.Addresses.Select(a => a.Address.ToString()).Take(2).ShouldBe(["192.168.100.5/24", "fd00:105::5/64"]);
        vlan.Addresses[0].Broadcast.ShouldBe(IPAddress.Parse("192.168.100.255"));
        vlan.Addresses[1].Broadcast.ShouldBeNull();
        vlan.Addresses.Select(a => a.Scope).ShouldBe(["global", "global", "link"]);
        Guest.Single(l => l.Facts.Name == "bond0.105").Alias.ShouldBe("steth lease");
    }

    [Fact]
    public void Parse_BondAndBridge_HaveModeAndMembers()
    {
        Facts("bond0").BondMode.ShouldBe("active-backup");
        Facts("d1").Master.ShouldBe("bond0");
        Facts("br0").Kind.ShouldBe("bridge");
        Facts("d2").Master.ShouldBe("br0");
        (Facts("d0").AdminUp, Facts("d0").Carrier, Facts("d0").OperState).ShouldBe((false, false, "DOWN"));
    }

    [Fact]
    public void Parse_Counters_AreRead()
    {
        var counters = Facts("d1").Counters.ShouldNotBeNull();
        (counters.TxBytes, counters.TxPackets, counters.RxBytes).ShouldBe((342, 3, 0));
    }

    [Fact]
    public void Parse_Loopback_HasNoMacAndNoKind() => (Facts("lo").Mac, Facts("lo").Kind).ShouldBe((null, null));

    [Fact]
    public void Parse_WithoutDetailsAndCounters_LeavesThemUnmeasured()
    {
        var eth0 = LinkJson.Parse(Recording.Read("ip/comp1.address.json")).Single(l => l.Facts.Name == "eth0").Facts;
        (eth0.Kind, eth0.VlanId, eth0.Counters).ShouldBe((null, null, null));
        eth0.Mac.ShouldBe(MacAddress.Parse("36:dc:09:bf:1d:b2"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""[{"ifname":"a"}]""")]
    [InlineData("""[{"ifname":"a","ifindex":"1","flags":[],"mtu":1}]""")]
    [InlineData("Device \"x\" does not exist.")]
    public void Parse_SomethingElse_IsRefused(string text) => Should.Throw<FormatException>(() => LinkJson.Parse(text));

    [Fact]
    public void Find_Unknown_NamesThoseThere()
    {
        var e = Should.Throw<OperationException>(() => IpTool.Find(Guest, "eth9"));
        e.Code.ShouldBe(OperationErrorCode.NoSuchDevice);
        e.Message.ShouldBe("There is no interface 'eth9' here; there are: lo, d0, d1, d2, bond0, bond0.105, br0, d0.7.");
    }
}
