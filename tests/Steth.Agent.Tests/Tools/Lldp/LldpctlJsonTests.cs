using Steth.Agent.Tests.Recorded;
using Steth.Agent.Tools.Lldp;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tests.Tools.Lldp;

public class LldpctlJsonTests
{
    [Fact]
    public void Parse_RecordedOfLldpd_TellsTheSwitchPort() =>
        LldpctlJson.Parse(Recording.Read("lldp/lldpctl.json0.json"))["la0"].ShouldHaveSingleItem().ShouldBe(new LldpNeighbour
        {
            ChassisId = "00:11:22:33:44:55",
            PortId = "Ethernet1/12",
            SystemName = "leaf-1a",
            PortDescription = "comp1 bond0 first",
            VlanId = 100,
            TtlSeconds = 120,
            Source = "lldpd",
        });

    [Fact]
    public void Parse_HostileWords_LoseTheirControls() => LldpctlJson.Parse("""
        {"lldp":[{"interface":[{"name":"eth0","via":"LLDP","chassis":[{"id":[{"value":"a\u001b[2J"}],"name":[{"value":"x\ny"}]}],
        "port":[{"id":[{"value":"1"}],"ttl":[{"value":"99999999999"}]}],"vlan":[{"vlan-id":"5000","pvid":true}]}]}]}
        """)["eth0"].ShouldHaveSingleItem().ShouldBe(new LldpNeighbour { ChassisId = "a[2J", PortId = "1", SystemName = "x y", Source = "lldpd" });

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"lldp\":[]}")]
    [InlineData("{\"lldp\":{\"interface\":{}}}")]
    [InlineData("{\"lldp\":[{\"interface\":[1,{},{\"name\":\"a\",\"via\":\"LLDP\"}]}]}")]
    [InlineData("{\"lldp\":[{\"interface\":[{\"name\":7,\"via\":\"LLDP\",\"chassis\":[{\"id\":[{\"value\":\"c\"}]}],\"port\":[{\"id\":[{\"value\":\"p\"}]}]}]}]}")]
    [InlineData("{\"lldp\":[{\"interface\":[{\"name\":\"a\",\"via\":\"CDPv2\",\"chassis\":[{\"id\":[{\"value\":\"c\"}]}],\"port\":[{\"id\":[{\"value\":\"p\"}]}]}]}]}")]
    [InlineData("{\"lldp\":[{\"interface\":[{\"name\":\"a\",\"via\":\"LLDP\",\"chassis\":[{\"id\":[{\"value\":3}]}],\"port\":[7]}]}]}")]
    public void Parse_NothingUseful_HasNoNeighbour(string text) => LldpctlJson.Parse(text).ShouldBeEmpty();

    [Fact]
    public void Parse_CutAnywhere_NeverThrows()
    {
        var text = Recording.Read("lldp/lldpctl.json0.json");
        for (var length = 0; length < text.TrimEnd().Length; length += 3)
            LldpctlJson.Parse(text[..length]).ShouldBeEmpty();
    }
}
