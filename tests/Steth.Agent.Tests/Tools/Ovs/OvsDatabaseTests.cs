using Steth.Agent.Tests.Recorded;
using Steth.Agent.Tools.Ovs;
using Steth.Contracts;

namespace Steth.Agent.Tests.Tools.Ovs;

public class OvsDatabaseTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Parse_NeutronComputeNode_HasEveryBridgePortAndInterface()
    {
        var shown = OvsDatabase.Parse(Recording.Read("ovs/comp1.show.json"));
        shown.Running.ShouldBeTrue();
        shown.Reason.ShouldBeNull();
        shown.Version.ShouldBeNull("ovs-ctl did not start it");
        shown.ExternalIds.ShouldBe(new Dictionary<string, string> { ["hostname"] = "comp1", ["system-id"] = "comp1" });
        shown.Bridges.Select(b => b.Name).ShouldBe(["br-ex", "br-int", "br-phy", "br-tun"]);

        var integration = shown.Bridges[1];
        (integration.DatapathType, integration.FailMode).ShouldBe(("netdev", "secure"));
        integration.Ports.Select(p => p.Name).ShouldBe(["br-int", "int-br-ex", "patch-tun", "qvo75e9329b-9c", "qvodda3b6a2-da"]);
        var port = integration.Ports[3];
        port.Tag.ShouldBe(2);
        port.Trunks.ShouldBeEmpty();
        port.OtherConfig["network_type"].ShouldBe("vlan");
        port.OtherConfig["physical_network"].ShouldBe("physnet1");
        var only = port.Interfaces.ShouldHaveSingleItem();
        only.Type.ShouldBe("");
        only.ExternalIds["iface-status"].ShouldBe("active");
        only.ExternalIds["iface-id"].ShouldStartWith("75e9329b-9c");
        only.Error.ShouldBeNull();
        only.Statistics["rx_packets"].ShouldBeGreaterThan(0);
        shown.Bridges[3].Ports.Single(p => p.Name == "vxlan-0a580016").Interfaces[0].Options["remote_ip"].ShouldBe("10.88.0.22");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("ovs-vsctl: what")]
    [InlineData("""{"data":[["a"]],"headings":["name","type"]}""")]
    public void Parse_SomethingElse_IsRefused(string text) => Should.Throw<FormatException>(() => OvsDatabase.Parse(text));

    [Theory]
    [InlineData("""[["set",["a","b"]]]""")]
    [InlineData("""[["map",[]]]""")]
    [InlineData("[3]")]
    public void Text_OfAnotherKind_IsRefused(string cells) =>
        Should.Throw<FormatException>(() => OvsdbJson.ParseTable($$"""{"headings":["name"],"data":[{{cells}}]}""")[0].Text("name"));

    [Fact]
    public async Task Read_NotInstalled_SaysSo()
    {
        using var tools = new StandInTools();
        var shown = await new OvsDatabase(tools.Runner).ReadAsync(Token);
        shown.Running.ShouldBeFalse();
        shown.Reason.ShouldBe("Open vSwitch is not installed on this host (ovs-vsctl of package openvswitch-switch).");
        shown.Bridges.ShouldBeEmpty();
    }

    [Fact]
    public async Task Read_NoDatabase_SaysSo()
    {
        using var tools = new StandInTools();
        tools.Add("ovs-vsctl", "echo 'ovs-vsctl: unix:/var/run/openvswitch/db.sock: database connection failed (No such file or directory)' >&2; exit 1");
        var shown = await new OvsDatabase(tools.Runner).ReadAsync(Token);
        shown.Running.ShouldBeFalse();
        shown.Reason.ShouldBe("Open vSwitch's database does not answer; is openvswitch-switch started? "
            + "ovs-vsctl: unix:/var/run/openvswitch/db.sock: database connection failed (No such file or directory)");
    }

    [Fact]
    public async Task Read_DatabaseHangs_SaysSo()
    {
        using var tools = new StandInTools();
        tools.Add("ovs-vsctl", "kill -ALRM $$");
        var shown = await new OvsDatabase(tools.Runner).ReadAsync(Token);
        shown.Running.ShouldBeFalse();
        shown.Reason.ShouldBe("Open vSwitch's database did not answer within 5 s; look at the service ovsdb-server.");
    }

    [Fact]
    public async Task Read_UnreadableAnswer_Fails()
    {
        using var tools = new StandInTools();
        tools.Add("ovs-vsctl", "echo '[]'");
        (await Should.ThrowAsync<OperationException>(() => new OvsDatabase(tools.Runner).ReadAsync(Token))).Code.ShouldBe(OperationErrorCode.ToolFailed);
    }
}
