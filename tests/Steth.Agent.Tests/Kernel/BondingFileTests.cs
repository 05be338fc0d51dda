using Steth.Agent.Kernel;
using Steth.Agent.Tests.Recorded;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tests.Kernel;

/// <summary>What Linux 6.1 wrote of real bonds.</summary>
public class BondingFileTests
{
    private static BondFacts Bond(string name) => BondingFile.Parse(Recording.Read($"bonding/{name}.txt")).ShouldNotBeNull();

    private static string[] Members(BondFacts bond) => [.. bond.Members.Select(m =>
        FormattableString.Invariant($"{m.Name} {m.MiiUp} {m.LinkFailures} {m.Aggregator} {m.Partner} {m.PartnerKey} {m.ActorState} {m.PartnerState}"))];

    [Fact]
    public void Parse_LacpWithItsPartner_TellsBothEnds()
    {
        var bond = Bond("good");
        (bond.Mode, bond.MiiUp, bond.LacpRate, bond.XmitHash, bond.ActiveMember, bond.Aggregator, bond.Partner.ToString()).ShouldBe(
            ("802.3ad", true, "fast", "layer3+4", null, 1, "0e:cc:97:71:e1:cc"));
        Members(bond).ShouldBe(["a0 True 1 1 0e:cc:97:71:e1:cc 15 63 63", "a1 True 1 1 0e:cc:97:71:e1:cc 15 63 63"]);
    }

    [Fact]
    public void Parse_NobodyAnswers_HasZeroesForPartners()
    {
        var bond = Bond("no-partner");
        bond.Partner.ToString().ShouldBe("00:00:00:00:00:00");
        Members(bond).ShouldBe(["a2 True 0 1 00:00:00:00:00:00 1 79 0", "a3 True 0 2 00:00:00:00:00:00 1 71 0"]);
    }

    [Fact]
    public void Parse_OneMemberUnanswered_IsAnotherAggregator() =>
        Members(Bond("half")).ShouldBe(["a6 True 1 1 ae:8a:56:46:d7:42 15 63 63", "a7 True 0 2 00:00:00:00:00:00 1 79 0"]);

    [Fact]
    public void Parse_MembersOnTwoSwitches_HaveTwoPartners() =>
        Members(Bond("split")).ShouldBe(["c0 True 1 1 12:94:15:cc:bd:89 15 63 63", "c1 True 1 2 b6:95:31:c7:e5:65 15 7 15"]);

    [Fact]
    public void Parse_ActiveBackup_HasNoLacp()
    {
        var bond = Bond("active-backup");
        (bond.Mode, bond.LacpRate, bond.XmitHash, bond.ActiveMember, bond.Aggregator, bond.Partner).ShouldBe(
            ("active-backup", null, null, "a4", null, null));
        Members(bond).ShouldBe(["a4 True 0     ", "a5 True 0     "]);
    }

    [Fact]
    public void Parse_WithoutThePrivilege_KnowsNoPartner()
    {
        var told = Recording.Read("bonding/good.txt").Split('\n')
            .Where(l => !l.Contains("Partner Mac", StringComparison.Ordinal) && !l.StartsWith("details", StringComparison.Ordinal) && !l.StartsWith("    ", StringComparison.Ordinal));
        var bond = BondingFile.Parse(string.Join('\n', told))!;
        bond.Partner.ShouldBeNull();
        bond.Members.Select(m => (m.Name, m.Aggregator, m.Partner)).ShouldBe([("a0", 1, null), ("a1", 1, null)]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n:\n::\nSlave Interface: a0\n")]
    [InlineData("Aggregator ID: 1")]
    public void Parse_NoSuchFile_IsNull(string text) => BondingFile.Parse(text).ShouldBeNull();

    [Fact]
    public void Parse_UnknownModeAndNonsense_KeepsTheWordsAndNoNumbers()
    {
        var bond = BondingFile.Parse("Bonding Mode: to come\u001b[31m\nSlave Interface: a0\nAggregator ID: -1\nLink Failure Count: many\n")!;
        (bond.Mode, bond.MiiUp).ShouldBe(("to come[31m", null));
        Members(bond).ShouldBe(["a0       "]);
    }

    [Fact]
    public void Parse_CutAnywhere_NeverThrows()
    {
        var text = Recording.Read("bonding/split.txt");
        for (var length = 0; length <= text.Length; length += 7)
            _ = BondingFile.Parse(text[..length]);
    }
}
