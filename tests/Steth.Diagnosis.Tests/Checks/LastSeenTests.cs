using Steth.Diagnosis.Checks;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Paths;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Tests.Checks;

public class LastSeenTests
{
    private const string Discover = "DHCPDISCOVER";
    private const string Offer = "DHCPOFFER";

    /// <summary>tap, qvo and NIC of the guest's host, NIC and tap of the server's.</summary>
    private static Hop[] Hops(int discoverSeen, int offerSeen)
    {
        Hop[] hops =
        [
            new() { Host = "comp1", Device = "tap1", Listened = true },
            new() { Host = "comp1", Device = "qvo1", Listened = true },
            new() { Host = "comp1", Device = "eth1", Listened = true, Vlan = 101 },
            new() { Host = "net1", Device = "eth1", Listened = true, Vlan = 101 },
            new() { Host = "net1", Device = "tap9", Namespace = "qdhcp", Listened = true },
        ];
        return [.. hops.Select((h, i) => h with
        {
            Outbound = i < discoverSeen ? [Discover] : [],
            Inbound = i >= hops.Length - offerSeen ? [Offer] : [],
        })];
    }

    private static Verdict Judge(IReadOnlyList<Hop> hops, bool fromGuest = true) => LastSeen.Judge(new RoundTripEvidence
    {
        Path = new HopSequence(hops),
        Request = fromGuest ? Discover : Offer,
        Reply = fromGuest ? Offer : Discover,
        FromGuest = fromGuest,
        Answerer = fromGuest ? "the DHCP server on net1" : "the guest",
        AnswererRemedy = "look there",
    });

    private static Hop[] With(Hop[] hops, int at, Func<Hop, Hop> change)
    {
        hops[at] = change(hops[at]);
        return hops;
    }

    [Fact]
    public void Judge_OfferBackAtTheTap_Passes() => Judge(Hops(5, 5)).ShouldBe(Verdict.Pass());

    [Theory]
    [InlineData(1, "at comp1 tap1; next expected at comp1 qvo1")]
    [InlineData(2, "at comp1 qvo1; next expected at comp1 eth1")]
    [InlineData(3, "leaving comp1 eth1, tagged 101; next expected at net1 eth1; to do: see that the switch ports between comp1 and net1 allow VLAN 101 ('steth check-vlan-interface comp1 net1 eth1 101' tells more)")]
    [InlineData(4, "arriving at net1 eth1, tagged 101; next expected at net1 tap9")]
    public void Judge_DiscoverLost_NamesBothHops(int seen, string where) =>
        Judge(Hops(seen, 0)).ShouldBe(Verdict.Fail($"last seen: DHCPDISCOVER {where}"));

    [Theory]
    [InlineData(1, "at net1 tap9; next expected at net1 eth1")]
    [InlineData(2, "leaving net1 eth1, tagged 101; next expected at comp1 eth1; to do: see that the switch ports between net1 and comp1 allow VLAN 101 ('steth check-vlan-interface net1 comp1 eth1 101' tells more)")]
    [InlineData(3, "arriving at comp1 eth1, tagged 101; next expected at comp1 qvo1")]
    [InlineData(4, "at comp1 qvo1; next expected at comp1 tap1")]
    public void Judge_OfferLost_NamesBothHops(int seen, string where) =>
        Judge(Hops(5, seen)).ShouldBe(Verdict.Fail($"last seen: DHCPOFFER {where}"));

    [Fact]
    public void Judge_ServerSilent_BlamesTheServer() =>
        Judge(Hops(5, 0)).ShouldBe(Verdict.Fail("DHCPDISCOVER reached the DHCP server on net1 (net1 tap9), which sent no DHCPOFFER: look there"));

    [Fact]
    public void Judge_RequestFromTheServersSide_GoesTheOtherWay() =>
        Judge(Hops(0, 2), fromGuest: false)
            .ShouldBe(Verdict.Fail("last seen: DHCPOFFER leaving net1 eth1, tagged 101; next expected at comp1 eth1; to do: see that the switch ports between net1 and comp1 allow VLAN 101 ('steth check-vlan-interface net1 comp1 eth1 101' tells more)"));

    [Fact]
    public void Judge_GuestSilent_BlamesTheGuest() =>
        Judge(Hops(0, 5), fromGuest: false).ShouldBe(Verdict.Fail("DHCPOFFER reached the guest (comp1 tap1), which sent no DHCPDISCOVER: look there"));

    [Fact]
    public void Judge_HopNotListenedOn_IsSkippedNotBlamed() =>
        Judge(With(Hops(2, 0), 2, h => h with { Listened = false, Caveat = "no such device" }))
            .ShouldBe(Verdict.Fail("last seen: DHCPDISCOVER at comp1 qvo1; next expected at net1 eth1; comp1 eth1 was skipped (no such device)"));

    [Fact]
    public void Judge_HopWithCaveat_IsSkippedWhenItSawNothing() =>
        Judge(With(Hops(1, 0), 1, h => h with { Caveat = "broadcasts only" }))
            .ShouldBe(Verdict.Fail("last seen: DHCPDISCOVER at comp1 tap1; next expected at comp1 eth1; comp1 qvo1 was skipped (broadcasts only)"));

    [Fact]
    public void Judge_HopMissedButLaterOneSaw_IsNoLoss() =>
        Judge(With(Hops(5, 5), 2, h => h with { Outbound = [], Inbound = [] })).ShouldBe(Verdict.Pass());

    [Fact]
    public void Judge_NoReliableHopAfterTheLastSighting_IsUnknown()
    {
        var hops = Hops(3, 0);
        hops = With(hops, 3, h => h with { Listened = false });
        hops = With(hops, 4, h => h with { Caveat = "dropped 3" });
        Judge(hops).ShouldBe(Verdict.Unknown(
            "last seen: DHCPDISCOVER leaving comp1 eth1, tagged 101; where it went from there could not be seen; net1 eth1 was skipped (not listened on); net1 tap9 was skipped (dropped 3)"));
    }

    [Fact]
    public void Judge_TapNotListenedOn_OfferAtTheHopBeforeIsUnknown() =>
        Judge(With(Hops(5, 4), 0, h => h with { Listened = false, Caveat = "gone" })).ShouldBe(Verdict.Unknown(
            "last seen: DHCPOFFER at comp1 qvo1; where it went from there could not be seen; comp1 tap1 was skipped (gone)"));

    [Fact]
    public void Judge_WiringProblem_IsNamedFirst() =>
        Judge(With(Hops(1, 0), 1, h => h with { Problem = "tag 4095 (dead VLAN)" })).ShouldBe(
            Verdict.Fail("comp1 qvo1: tag 4095 (dead VLAN); last seen: DHCPDISCOVER at comp1 tap1; next expected at comp1 qvo1"));

    [Fact]
    public void Judge_ProblemsElsewhere_ComeAfterTheNearOne()
    {
        var hops = With(Hops(3, 0), 3, h => h with { Problem = "down" });
        hops = With(hops, 0, h => h with { Problem = "odd" });
        Judge(hops).Reason.ShouldBe(
            "net1 eth1: down; comp1 tap1: odd; last seen: DHCPDISCOVER leaving comp1 eth1, tagged 101; next expected at net1 eth1");
    }

    [Fact]
    public void Judge_ProblemAtAHopThatCouldNotBeListenedOn_Fails() =>
        Judge([.. With(Hops(1, 0), 1, h => h with { Listened = false, Problem = "missing" }).Take(2)]).ShouldBe(Verdict.Fail(
            "comp1 qvo1: missing; last seen: DHCPDISCOVER at comp1 tap1; where it went from there could not be seen"));

    [Fact]
    public void Judge_SeenNowhere_IsUnknown() =>
        Judge(Hops(0, 0)).ShouldBe(Verdict.Unknown(
            "DHCPDISCOVER was sent and seen nowhere, not even at comp1 tap1: it may not have entered the path at all"));

    [Fact]
    public void Judge_SeenNowhereWithAProblem_Fails() =>
        Judge(With(Hops(0, 0), 0, h => h with { Problem = "down" })).ShouldBe(
            Verdict.Fail("comp1 tap1: down; DHCPDISCOVER was sent and seen nowhere"));

    [Fact]
    public void Judge_NothingListened_IsUnknown() =>
        Judge([new Hop { Host = "comp1", Device = "tap1", Listened = false, Caveat = "no libpcap" }]).ShouldBe(
            Verdict.Unknown("no hop of the path could be listened on; comp1 tap1 was skipped (no libpcap)"));

    [Fact]
    public void Judge_OfferThoughTheServerNeverGotIt_PassesWithAWarning() =>
        Judge(With(Hops(3, 5), 4, h => h with { Inbound = [] })).ShouldBe(Verdict.Pass(
            "DHCPOFFER came back although DHCPDISCOVER was not seen at net1 tap9: somebody before the DHCP server on net1 answered"));

    [Fact]
    public void Judge_MessageInTheWrongDirection_IsNotASighting() =>
        Judge(With(Hops(3, 0), 3, h => h with { Inbound = [Discover] }))
            .ShouldBe(Verdict.Fail("last seen: DHCPDISCOVER leaving comp1 eth1, tagged 101; next expected at net1 eth1; to do: see that the switch ports between comp1 and net1 allow VLAN 101 ('steth check-vlan-interface comp1 net1 eth1 101' tells more)"));

    [Fact]
    public void Judge_WiredWronglyWithARemedy_SaysWhatToDo() =>
        Judge(With(Hops(2, 0), 1, h => h with { Problem = "tag 9 instead of 2", Remedy = "on comp1 restart it" })).Reason
            .ShouldBe("comp1 qvo1: tag 9 instead of 2; last seen: DHCPDISCOVER at comp1 qvo1; next expected at comp1 eth1; to do: on comp1 restart it");

    [Fact]
    public void Judge_HopDownAndDeaf_IsNamedOnce() =>
        Judge(With(Hops(2, 0), 2, h => h with { Listened = false, Caveat = "the device is down", Problem = "down", Remedy = "on comp1 bring it up" })).Reason
            .ShouldBe("comp1 eth1: down; last seen: DHCPDISCOVER at comp1 qvo1; next expected at net1 eth1; to do: on comp1 bring it up");

    [Fact]
    public void Judge_UntaggedLossBetweenHosts_SaysWhereToLook()
    {
        Hop[] hops = [.. Hops(3, 0).Select(h => h with { Vlan = null })];
        Judge(hops).Reason.ShouldBe(
            "last seen: DHCPDISCOVER leaving comp1 eth1; next expected at net1 eth1; to do: look at the switch ports and filters between comp1 and net1");
    }

    [Fact]
    public void Judge_LossBetweenHostsAndAWrongHopBeyond_SaysBoth() =>
        Judge(With(Hops(3, 0), 4, h => h with { Problem = "down", Remedy = "on net1 bring it up" })).Reason.ShouldBe(
            "net1 tap9: down; last seen: DHCPDISCOVER leaving comp1 eth1, tagged 101; next expected at net1 eth1; to do: on net1 bring it up"
            + "; see that the switch ports between comp1 and net1 allow VLAN 101 ('steth check-vlan-interface comp1 net1 eth1 101' tells more)");
}
