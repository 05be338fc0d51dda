using Steth.Diagnosis.Readiness.Addresses;
using Steth.Diagnosis.Verdicts;
using Steth.Packets.Addresses;
using static Steth.Diagnosis.Tests.Readiness.Addresses.AddressesCase;

namespace Steth.Diagnosis.Tests.Readiness.Addresses;

public class DhcpServerJudgeTests
{
    private static AddressesEvidence With(params DhcpScanEvidence[] scans) => Healthy with { DhcpScans = scans };

    [Fact]
    public void Judge_RogueInSeveralVlans_IsOneFinding()
    {
        var rogue = Offer("192.168.101.250", Stranger);
        var report = With(
            Dhcp("a", 1, Vlan(null, 2), Vlan(101, 2, rogue), Vlan(102, 2, rogue), Vlan(103, 2)),
            Dhcp("b", 2, Vlan(null, 1), Vlan(101, 1, rogue), Vlan(102, 1), Vlan(103, 1))).Judge();
        report.Told().ShouldBe(
            ["Fail dhcp-rogue: a DHCP server that is neither Neutron's nor was named answers on mgmt in VLANs 101-102: 192.168.101.250 at 52:54:00:66:66:66 (no node's)"]);
        report.Findings[0].Evidence.ShouldBe(
            ["VLAN 101: it offered 10.0.0.77 to a (eth0) and b (eth0)", "VLAN 102: it offered 10.0.0.77 to a (eth0)"]);
        report.Rows()[3..].ShouldBe(
            ["DHCP servers untagged Pass", "DHCP servers in VLAN 101 Fail", "DHCP servers in VLAN 102 Fail", "DHCP servers in VLAN 103 Pass"]);
    }

    [Fact]
    public void Judge_NamedAndNeutronsServers_AreExpected()
    {
        var neutron = MacAddress.Parse("fa:16:3e:65:ab:17");
        var scans = With(Dhcp("a", 1, Vlan(null, 2, Offer("10.0.0.9", Stranger)), Vlan(101, 2, Offer("192.168.101.2", neutron))));
        (scans with
        {
            DhcpServers = [Ip("10.0.0.9")],
            Macs = [.. Healthy.Macs, new MacOwner(neutron, "c", "tapcabd2b36-c0", MacOwnerKind.DhcpServer)],
        }).Judge().Status.ShouldBe(CheckState.Pass);
    }

    [Fact]
    public void Judge_GuestThatServes_IsNamedWithItsNode()
    {
        var guest = MacAddress.Parse("fa:16:3e:00:00:01");
        (With(Dhcp("a", 1, Vlan(101, null, Offer("192.168.101.11", guest)))) with
        {
            Macs = [.. Healthy.Macs, new MacOwner(guest, "c", "tap75e9329b-9c", MacOwnerKind.Port)],
        }).Judge().Findings[0].Nodes.ShouldBe(["c"]);
    }

    [Fact]
    public void Judge_NobodyHeardAnybody_IsUnknownAndFolded()
    {
        var report = With(
            Dhcp("a", 1, Vlan(null, 2), Vlan(104), Vlan(105)), Dhcp("b", 2, Vlan(null, 1), Vlan(104), Vlan(105))).Judge();
        report.Told().ShouldBe(["Unknown dhcp-unproven: whether a DHCP server answers on mgmt in VLANs 104-105 could not be proven"]);
        report.Findings[0].Evidence.ShouldBe(["nothing of what other nodes broadcast there arrived at a (eth0)"]);
        report.Status.ShouldBe(CheckState.Unknown);
    }

    [Theory]
    [InlineData("left", "a (eth0) did not see its own request leave")]
    [InlineData("dropped", "a (eth0) may have missed 7 frames")]
    [InlineData("failed", "the scan by a (eth0) failed: the device is down")]
    public void Judge_ScanWithoutProof_IsUnknown(string how, string reason)
    {
        var scan = Dhcp("a", 1, Vlan(null, 2));
        scan = how switch
        {
            "left" => scan with { Vlans = [Vlan(null, 2) with { Left = 0 }] },
            "dropped" => scan with { Dropped = 7 },
            _ => scan with { Problem = "the device is down" },
        };
        var report = With(scan).Judge();
        report.Results[^1].State.ShouldBe(CheckState.Unknown);
        report.Results[^1].Reason.ShouldBe(reason);
    }

    [Fact]
    public void Judge_OfferHeardInSpiteOfDoubt_IsStillAFault() =>
        With(Dhcp("a", 1, Vlan(null, null, Offer("10.0.0.9", Stranger))) with { Dropped = 7 }).Judge().Status.ShouldBe(CheckState.Fail);

    [Fact]
    public void Judge_ServerBehindARelay_NamesBothAndMayBeNamedByEither()
    {
        var offer = new DhcpOffer(Ip("10.9.9.9"), Stranger, Ip("10.0.0.77"), Ip("10.0.0.254"));
        var scans = With(Dhcp("a", 1, Vlan(null, 2, offer)));
        scans.Judge().Findings[0].Summary.ShouldEndWith("10.9.9.9 at 52:54:00:66:66:66 (no node's) by relay 10.0.0.254");
        (scans with { DhcpServers = [Ip("10.0.0.254")] }).Judge().Status.ShouldBe(CheckState.Pass);
    }
}
