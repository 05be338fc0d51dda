using Steth.Contracts.Operations;
using Steth.Diagnosis.Readiness.Nics;
using Steth.Diagnosis.Verdicts;
using Steth.Packets.Addresses;
using static Steth.Diagnosis.Tests.Readiness.Nics.Rack;

namespace Steth.Diagnosis.Tests.Readiness.Nics;

public class BondJudgeTests
{
    private static readonly MacAddress _other = MacAddress.Parse("00:11:22:33:44:66");

    private static string[] States(NicsReport report, string node) =>
        [.. report.Results.Where(r => r.Node == node).Select(r => $"{r.Nic} {r.State}")];

    [Fact]
    public void Judge_BondsInOrder_Pass()
    {
        var report = Judge(Bonded("a"), Bonded("b"), Bonded("c"));
        report.Status.ShouldBe(CheckState.Pass);
        report.Findings.ShouldBeEmpty();
        report.Notes.ShouldBeEmpty();
        report.Results.Select(r => $"{r.Node} {r.Nic} {r.Bond}").Take(3).ShouldBe(["a bond0 ", "a a0 bond0", "a a1 bond0"]);
    }

    [Fact]
    public void Judge_AnotherMode_IsNamed()
    {
        var report = Judge(
            Bonded("a"), Bonded("b"),
            Bonded("c", bond => bond with
            {
                Bond = bond.Bond! with
                {
                    Mode = "active-backup",
                    LacpRate = null,
                    XmitHash = null,
                    Aggregator = null,
                    Partner = null,
                    Members = [new BondMember { Name = "a0", MiiUp = true }, new BondMember { Name = "a1", MiiUp = true }],
                },
            }));
        Told(report).ShouldBe(["Fail bond-mode-differs: the mode of the bonds is active-backup on bond0 of c, on most of net 802.3ad"]);
        Told(Judge(Bonded("a"), Bonded("b", bond => bond with { Bond = bond.Bond! with { Mode = "balance-xor" } }))).ShouldBe(
            ["Fail bond-mode-differs: the bonds of net have different modes: 802.3ad on bond0 of a and balance-xor on bond0 of b"]);
    }

    [Theory]
    [InlineData("down", "it is down")]
    [InlineData("no carrier", "it has no carrier; its link failed 3 times since it is a member")]
    [InlineData("mii", "its bond takes its link for down")]
    [InlineData("lacp", "its partner does not let it send by LACP")]
    public void Judge_MemberThatCarriesNothing_IsNamedWithItsBond(string how, string evidence)
    {
        var report = Judge(
            Bonded(
                "a",
                bond => how switch
                {
                    "no carrier" => WithMember(bond, m => m with { MiiUp = false, LinkFailures = 3, Aggregator = 2, Partner = Nobody }),
                    "down" => WithMember(bond, m => m with { MiiUp = false, Aggregator = 2, Partner = Nobody }),
                    "mii" => WithMember(bond, m => m with { MiiUp = false }),
                    _ => WithMember(bond, m => m with { ActorState = 15 }),
                },
                nic => how switch
                {
                    "down" => nic with { AdminUp = false, Carrier = false },
                    "no carrier" => nic with { Carrier = false },
                    _ => nic,
                }),
            Bonded("b"));
        Told(report).ShouldBe(["Fail bond-member-down: a1 of bond0 on a carries nothing"]);
        report.Findings[0].Evidence.ShouldBe([$"a a1: {evidence}"]);
        States(report, "a").ShouldBe(["bond0 Pass", "a0 Pass", "a1 Fail"]);
    }

    [Fact]
    public void Judge_NoPartnerAtAll_IsTheBonds()
    {
        var report = Judge(Bonded("a", bond => WithMember(
            WithMember(bond, m => m with { Partner = Nobody, PartnerKey = 1, ActorState = 71, Aggregator = 2 }),
            m => m with { Partner = Nobody, PartnerKey = 1, ActorState = 79 }, "a0") is var alone
                ? alone with { Bond = alone.Bond! with { Partner = Nobody } } : bond));
        Told(report).ShouldBe(["Fail bond-no-lacp-partner: nobody answers LACP on bond0 of a"]);
        report.Findings[0].Evidence.ShouldBe(["a a0: aggregator 1 (active), no partner", "a a1: aggregator 2, no partner"]);
        States(report, "a").ShouldBe(["bond0 Fail", "a0 Fail", "a1 Fail"]);
    }

    [Fact]
    public void Judge_NoPartnerOnOneMember_IsThatMembers()
    {
        var report = Judge(Bonded("a", bond => WithMember(bond, m => m with { Partner = Nobody, PartnerKey = 1, ActorState = 79, Aggregator = 2 })));
        Told(report).ShouldBe(["Fail bond-no-lacp-partner: nobody answers LACP on a1 of bond0 of a"]);
        States(report, "a").ShouldBe(["bond0 Pass", "a0 Pass", "a1 Fail"]);
    }

    [Theory]
    [InlineData("system", "are on different LACP partners")]
    [InlineData("key", "are in different LAGs of their switch")]
    [InlineData("aggregator", "are in different aggregators")]
    public void Judge_MembersOnDifferentPartners_AreOneFinding(string what, string words)
    {
        var report = Judge(Bonded("a", bond => WithMember(bond, m => what switch
        {
            "system" => m with { Partner = _other, Aggregator = 2, ActorState = 7 },
            "key" => m with { PartnerKey = 16, Aggregator = 2, ActorState = 7 },
            _ => m with { Aggregator = 2, ActorState = 7 },
        })));
        Told(report).ShouldBe([$"Fail bond-partner-differs: the members of bond0 of a {words}"]);
        States(report, "a").ShouldBe(["bond0 Fail", "a0 Pass", "a1 Fail"]);
    }

    [Fact]
    public void Judge_PartnerNotTold_IsUnknown()
    {
        var report = Judge(Bonded("a", bond => WithMember(WithMember(bond, m => m with { Partner = null }), m => m with { Partner = null }, "a0") is var blind
            ? blind with { Bond = blind.Bond! with { Partner = null } } : bond));
        Told(report).ShouldBe(["Unknown nic-unmeasured: not everything could be measured of the NICs of a"]);
        report.Findings[0].Evidence.ShouldBe(["a bond0: its LACP partner is told with CAP_NET_ADMIN only"]);
    }

    [Fact]
    public void Judge_SlowerMember_IsNamedOnce()
    {
        Told(Judge(Bonded("a", second: n => n with { SpeedMbps = 1000 }))).ShouldBe(
            ["Fail nic-speed-low: the links of net run at different speeds: a1 of a at 1 Gbit/s and a0 of a at 10 Gbit/s"]);
        Told(Judge(Bonded("a", second: n => n with { SpeedMbps = 1000 }), Bonded("b"))).ShouldBe(
            ["Fail nic-speed-low: a1 of a runs at 1 Gbit/s only; most of net run at 10 Gbit/s"]);
    }

    [Fact]
    public void Judge_LacpRateAndMembers_AreSettings() =>
        Told(Judge(
            Bonded("a"), Bonded("b"),
            Bonded("c", bond => bond with { Bond = bond.Bond! with { LacpRate = "slow", Members = [Member("a0")] } }))).ShouldBe(
            ["Fail nic-settings-differ: bond0 of c differs from most of net in LACP rate and members"]);

    [Fact]
    public void Judge_TwoKindsOfCardsInEachNode_AreMeantSo()
    {
        static NicFacts Second(NicFacts nic) => nic with { Firmware = "2.0" };
        Judge(Bonded("a", second: Second), Bonded("b", second: Second), Bonded("c", second: Second)).Findings.ShouldBeEmpty();
        Told(Judge(Bonded("a", second: Second), Bonded("b", second: Second), Bonded("c", second: n => n with { Firmware = "1.9" }))).ShouldBe(
            ["Fail nic-settings-differ: a1 of c differs from most of net: firmware is 1.9, on most 2.0"]);
    }

    [Fact]
    public void Judge_OneSwitch_IsAFaultWhereMostAreOnTwo()
    {
        var report = Judge(Bonded("a"), Bonded("b", second: n => n with { Lldp = [Port("leaf-1a", "Ethernet1/13")] }), Bonded("c"));
        Told(report).ShouldBe(
            ["Fail nics-on-one-switch: the NICs of net are on one switch on b (leaf-1a); on most nodes they are on several"]);
        report.Findings[0].Evidence.ShouldBe(["b a0: leaf-1a port Ethernet1/12", "b a1: leaf-1a port Ethernet1/13"]);
    }

    [Fact]
    public void Judge_OneSwitchEverywhere_IsANote()
    {
        var report = Judge(
            Bonded("a", second: n => n with { Lldp = [Port("leaf-1a", "2/0/1")] }), Bonded("b", second: n => n with { Lldp = [Port("leaf-1a", "2/0/2")] }));
        report.Status.ShouldBe(CheckState.Pass);
        report.Notes.ShouldBe(["All NICs of net are on one switch on a and b (leaf-1a): a stack, or no redundancy."]);
    }

    [Fact]
    public void Judge_SwitchOfOneMemberUnknown_SaysNothingOfRedundancy() =>
        Judge(Bonded("a", second: n => n with { Lldp = [], LldpAsked = false })).Notes.ShouldBe(
            ["The switch ports of a are not known: no lldpd runs there; --lldp 35 listens for LLDP."]);
}
