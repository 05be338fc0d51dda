using System.Text.Json;
using Steth.Diagnosis.Readiness;
using Steth.Diagnosis.Readiness.Addresses;
using Steth.Diagnosis.Verdicts;
using Steth.Packets.Addresses;
using static Steth.Diagnosis.Tests.Readiness.Addresses.AddressesCase;

namespace Steth.Diagnosis.Tests.Readiness.Addresses;

public class AddressesJudgeTests
{
    [Fact]
    public void Judge_Healthy_Pass()
    {
        var report = Healthy.Judge();
        report.Status.ShouldBe(CheckState.Pass);
        report.Told().ShouldBeEmpty();
        report.Rows().ShouldBe(["10.0.0.1 of a Pass", "10.0.0.2 of b Pass", "10.0.0.3 of c Pass", "DHCP servers untagged Pass"]);
        report.Cases[0].ShouldBe(new CheckCase("mgmt", "10.0.0.1 of a", CheckState.Pass, null));
    }

    [Fact]
    public void Judge_StrangerHasTheAddressToo_NamesBoth()
    {
        var report = (Healthy with
        {
            NeighbourScans = [Scan("a", ("10.0.0.1", []), ("10.0.0.2", [MacOf("b")]), ("10.0.0.3", [Stranger, MacOf("c")]))],
        }).Judge();
        report.Told().ShouldBe(["Fail address-duplicate: 52:54:00:66:66:66 (no node's) answers for 10.0.0.3 of c as well"]);
        report.Status.ShouldBe(CheckState.Fail);
        report.Findings[0].Nodes.ShouldBe(["c"]);
        report.Findings[0].Network.ShouldBe("mgmt");
        report.Findings[0].Evidence.ShouldBe(
            ["a (eth0) asked who has 10.0.0.3 (mgmt): answered by 52:54:00:66:66:66 (no node's) and 02:00:00:00:00:03 (c eth0)"]);
        report.Rows()[2].ShouldBe("10.0.0.3 of c Fail");
    }

    [Fact]
    public void Judge_ThiefOfTheAskersOwnAddress_IsHeard() =>
        (Healthy with { NeighbourScans = [Scan("a", ("10.0.0.1", [MacOf("b")]), ("10.0.0.2", [MacOf("b")]), ("10.0.0.3", [MacOf("c")]))] })
            .Judge().Told().ShouldBe(["Fail address-duplicate: 02:00:00:00:00:02 (b eth0) answers for 10.0.0.1 of a"]);

    [Fact]
    public void Judge_OneThiefOfMany_IsOneFinding() =>
        (Healthy with
        {
            NeighbourScans = [Scan("a", ("10.0.0.1", []), ("10.0.0.2", [MacOf("b"), Stranger]), ("10.0.0.3", [Stranger, MacOf("c")]))],
        }).Judge().Told().ShouldBe(["Fail address-duplicate: 52:54:00:66:66:66 (no node's) answers for 10.0.0.2 of b and 10.0.0.3 of c as well"]);

    [Fact]
    public void Judge_AnotherNicOfTheSameNode_IsNoDuplicate() =>
        // Linux answers for any of its addresses by any NIC on the segment (arp_ignore=0).
        (Healthy with { NeighbourScans = [Scan("a", ("10.0.0.1", []), ("10.0.0.2", [MacOf("b"), MacOf("b", 1)]), ("10.0.0.3", [MacOf("c")]))] })
            .Judge().Status.ShouldBe(CheckState.Pass);

    [Fact]
    public void Judge_GuestOnTheSameNode_IsADuplicate()
    {
        var guest = MacAddress.Parse("fa:16:3e:00:00:01");
        (Healthy with
        {
            Macs = [.. Healthy.Macs, new MacOwner(guest, "c", "tap75e9329b-9c", MacOwnerKind.Port)],
            NeighbourScans = [Scan("a", ("10.0.0.1", []), ("10.0.0.2", [MacOf("b")]), ("10.0.0.3", [guest, MacOf("c")]))],
        }).Judge().Told().ShouldBe(["Fail address-duplicate: fa:16:3e:00:00:01 (c tap75e9329b-9c) answers for 10.0.0.3 of c as well"]);
    }

    [Theory]
    [InlineData("deaf", "a (eth0) saw 0 of 6 requests leave")]
    [InlineData("slow", "a (eth0) may have missed 3 frames")]
    [InlineData("failed", "the scan by a (eth0) failed: the device is down")]
    [InlineData("alone", "nobody else answered a (eth0) either")]
    public void Judge_WithoutControl_IsUnknown(string how, string reason)
    {
        var scan = Scan("a", ("10.0.0.1", []), ("10.0.0.2", []), ("10.0.0.3", []));
        scan = how switch
        {
            "deaf" => scan with { Left = 0 },
            "slow" => Healthy.NeighbourScans[0] with { Dropped = 3 },
            "failed" => scan with { Problem = "the device is down" },
            _ => scan,
        };
        var report = (Healthy with { NeighbourScans = [scan] }).Judge();
        report.Status.ShouldBe(CheckState.Unknown);
        report.Told().ShouldBe(
            ["Unknown address-unproven: whether anybody else has 10.0.0.1 of a, 10.0.0.2 of b and 10.0.0.3 of c could not be proven"]);
        report.Results[0].Reason.ShouldBe(reason);
    }

    [Fact]
    public void Judge_SecondScannerProvesIt_Pass() =>
        (Healthy with
        {
            NeighbourScans =
            [
                Scan("a", ("10.0.0.1", []), ("10.0.0.2", []), ("10.0.0.3", [])),
                Scan("b", ("10.0.0.1", [MacOf("a")]), ("10.0.0.2", []), ("10.0.0.3", [MacOf("c")])),
            ],
        }).Judge().Rows().ShouldBe(["10.0.0.1 of a Pass", "10.0.0.2 of b Pass", "10.0.0.3 of c Pass", "DHCP servers untagged Pass"]);

    [Fact]
    public void Judge_NodeDoesNotAnswerForItsAddress_IsUnknown() =>
        (Healthy with { NeighbourScans = [Scan("a", ("10.0.0.1", []), ("10.0.0.2", [MacOf("b")]), ("10.0.0.3", []))] }).Judge().Told()
            .ShouldBe(["Unknown address-unproven: nobody answers for 10.0.0.3 of c"]);

    [Fact]
    public void Judge_NodeLacksItsAddress_IsUnknownAndWhoHasItIsNamed()
    {
        var lacking = Healthy with { Addresses = [.. Healthy.Addresses.Select(a => a.Node == "c" ? a with { Present = false } : a)] };
        (lacking with { NeighbourScans = [Scan("a", ("10.0.0.1", []), ("10.0.0.2", [MacOf("b")]), ("10.0.0.3", []))] }).Judge().Told()
            .ShouldBe(["Unknown address-unproven: 10.0.0.3 of c is on no device there"]);
        (lacking with { NeighbourScans = [Scan("a", ("10.0.0.1", []), ("10.0.0.2", [MacOf("b")]), ("10.0.0.3", [Stranger]))] }).Judge().Told()
            .ShouldBe(["Fail address-duplicate: 52:54:00:66:66:66 (no node's) answers for 10.0.0.3 of c"]);
    }

    [Fact]
    public void Judge_SilentNode_CostsItsOwnRow()
    {
        var report = Healthy.Silent("c").Judge();
        report.Rows().ShouldBe(["10.0.0.1 of a Pass", "10.0.0.2 of b Pass", "10.0.0.3 of c Unknown", "DHCP servers untagged Pass"]);
        report.Told().ShouldBeEmpty();
        report.Status.ShouldBe(CheckState.Unknown);
    }

    [Fact]
    public void Judge_TwoAnswerForASilentNodesAddress_Fail() =>
        (Healthy.Silent("c") with
        {
            NeighbourScans = [Scan("a", ("10.0.0.1", []), ("10.0.0.2", [MacOf("b")]), ("10.0.0.3", [Stranger, MacOf("c")]))],
        }).Judge().Told().ShouldBe(
            ["Fail address-duplicate: 10.0.0.3 of c is answered for by 2: 52:54:00:66:66:66 (no node's) and 02:00:00:00:00:03 (no node's)"]);

    [Fact]
    public void Judge_Gateways_AnswerOnceOrAreTold()
    {
        var gateways = Healthy with { Gateways = [new ExpectedGateway("a", "eth0", Ip("10.0.0.254")), new ExpectedGateway("b", "eth0", Ip("10.0.0.254"))] };
        AddressesReport With(MacAddress[] forA, MacAddress[] forB) => (gateways with
        {
            NeighbourScans =
            [
                Scan("a", ("10.0.0.1", []), ("10.0.0.2", [MacOf("b")]), ("10.0.0.3", [MacOf("c")]), ("10.0.0.254", forA)),
                Scan("b", ("10.0.0.254", forB), ("10.0.0.1", [MacOf("a")])),
            ],
        }).Judge();
        With([Stranger], [Stranger]).Status.ShouldBe(CheckState.Pass);
        With([], []).Told().ShouldBe(["Fail gateway-silent: the gateway 10.0.0.254 does not answer a and b"]);
        With([Stranger], []).Told().ShouldBe(["Fail gateway-silent: the gateway 10.0.0.254 does not answer b"]);
        With([Stranger], [Stranger, MacOf("c")]).Told().ShouldBe(
            ["Fail gateway-duplicate: the gateway 10.0.0.254 is answered for by 2: 52:54:00:66:66:66 (no node's) and 02:00:00:00:00:03 (c eth0)"]);
    }

    [Fact]
    public void Judge_GatewayWithoutControl_IsUnknown()
    {
        (Healthy with
        {
            Gateways = [new ExpectedGateway("b", "eth0", Ip("10.0.0.254"))],
            NeighbourScans = [.. Healthy.NeighbourScans, Scan("b", ("10.0.0.254", []), ("10.0.0.1", []))],
        }).Judge().Told().ShouldBe(["Unknown gateway-unproven: whether the gateway 10.0.0.254 answers b could not be proven"]);
        (Healthy with { Gateways = [new ExpectedGateway(null, null, Ip("10.9.0.254"))] }).Judge().Told()
            .ShouldBe(["Unknown gateway-unproven: whether the gateway 10.9.0.254 answers could not be proven"]);
    }

    [Fact]
    public void Json_Report_HasTheCommonShapeAndNulls()
    {
        var json = JsonSerializer.SerializeToElement(
            (Healthy with { DhcpScans = [Dhcp("a", 1, Vlan(101, 2, Offer("10.0.0.9", Stranger)))] }).Judge(), AddressesJson.Default.AddressesReport);
        json.EnumerateObject().Select(p => p.Name).ShouldBe(["schema", "check", "status", "results", "findings", "unreachable", "notes", "took_ms"]);
        json.GetProperty("results")[0].EnumerateObject().Select(p => $"{p.Name}={p.Value}").ShouldBe(
            ["kind=address", "network=mgmt", "node=a", "address=10.0.0.1", "vlan=", "macs=[]", "servers=[]", "state=PASS", "reason="]);
        var vlan = json.GetProperty("results")[3];
        (vlan.GetProperty("kind").GetString(), vlan.GetProperty("vlan").GetInt32()).ShouldBe(("dhcp", 101));
        vlan.GetProperty("servers")[0].EnumerateObject().Select(p => $"{p.Name}={p.Value}").ShouldBe(
            ["server=10.0.0.9", "mac=52:54:00:66:66:66", "offered=10.0.0.77", "relay=", "expected=False"]);
    }
}
