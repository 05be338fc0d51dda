using Steth.Agent.Kernel;
using Steth.Agent.Operations;
using Steth.Agent.Rpc;
using Steth.Agent.Tests.Kernel;
using Steth.Agent.Tools;
using Steth.Agent.Tools.Ip;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tests.Operations;

/// <summary>
/// Bonds of a real kernel, the switches at their other ends bonds as well. <see cref="VlanDeviceGuestTests"/> runs this class in a guest.
/// </summary>
public class BondInspectTests
{
    // LACP's fast rate is a frame a second; a guest takes its time.
    private const int MostTries = 40;

    private static readonly string _nobody = "00:00:00:00:00:00";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task<NicInspectResult> InspectAsync(ScratchNamespace scratch, params string[] nics) =>
        await new NicInspectHandler(new IpTool(new ToolRunner()), new ToolRunner(), TimeProvider.System).HandleAsync(
            new NicInspectParams { Nics = [.. nics.Select(n => DeviceName.Parse(n))], Seconds = 0, Namespace = scratch.Name },
            new CallContext { CorrelationId = "test" }, Token);

    // The kernel's file alone is read while LACP settles: a guest is slow to start programs.
    private static async Task<BondFacts> WaitAsync(ScratchNamespace scratch, string bond, Func<BondFacts, bool> until)
    {
        for (var i = 0; i < MostTries; i++)
        {
            var text = NetworkNamespace.Run(scratch.Name, () => File.ReadAllText($"/proc/thread-self/net/bonding/{bond}"));
            if (BondingFile.Parse(text) is { } told && until(told))
                break;
            await Task.Delay(1000, Token);
        }
        return (await InspectAsync(scratch, bond)).Nics[0].Bond.ShouldNotBeNull();
    }

    private static void Bond(ScratchNamespace scratch, string name, string mode, params string[] members)
    {
        scratch.Ip($"link add {name} type bond mode {mode} miimon 100{(mode == "802.3ad" ? " lacp_rate fast xmit_hash_policy layer3+4" : "")}");
        foreach (var member in members)
        {
            scratch.Ip($"link set {member} down");
            scratch.Ip($"link set {member} master {name}");
            scratch.Ip($"link set {member} up");
        }
        scratch.Ip($"link set {name} up");
    }

    private static ScratchNamespace TwoCables()
    {
        var scratch = new ScratchNamespace();
        foreach (var i in new[] { 0, 1 })
        {
            // Not by AddVeth: the guest's kernel has no IPv6 to switch off.
            scratch.Ip($"link add a{i} type veth peer name b{i}");
            scratch.Ip($"link set a{i} up");
            scratch.Ip($"link set b{i} up");
        }
        return scratch;
    }

    [GuestFact]
    public async Task Inspect_LacpOnOneSwitch_HasOnePartner()
    {
        using var scratch = TwoCables();
        Bond(scratch, "bond9", "802.3ad", "a0", "a1");
        Bond(scratch, "switch9", "802.3ad", "b0", "b1");
        var bond = await WaitAsync(scratch, "bond9", b => b.Members.All(m => (m.ActorState & 32) != 0 && m.Partner.ToString() != _nobody));
        (bond.Mode, bond.LacpRate, bond.XmitHash).ShouldBe(("802.3ad", "fast", "layer3+4"));
        bond.Members.Select(m => (m.Name, m.MiiUp)).ShouldBe([("a0", true), ("a1", true)]);
        bond.Members.Select(m => m.Partner).Distinct().ShouldHaveSingleItem().ShouldBe(bond.Partner);
        bond.Members.ShouldAllBe(m => m.Aggregator == bond.Aggregator && (m.ActorState & 32) != 0);
        var nics = (await InspectAsync(scratch, "bond9", "a0")).Nics;
        (nics[0].Kind, nics[0].SpeedMbps, nics[0].Driver, nics[1].Master).ShouldBe(("bond", 20_000, "bonding", "bond9"));
        nics.ShouldAllBe(n => n.Unmeasured.Count == 0);
    }

    [GuestFact]
    public async Task Inspect_OneMemberOnAWrongPartner_TellsBothPartners()
    {
        using var scratch = TwoCables();
        Bond(scratch, "bond9", "802.3ad", "a0", "a1");
        Bond(scratch, "switch8", "802.3ad", "b0");
        Bond(scratch, "switch9", "802.3ad", "b1");
        var bond = await WaitAsync(scratch, "bond9", b => b.Members.All(m => m.Partner.ToString() != _nobody));
        bond.Members.Select(m => m.Partner).Distinct().Count().ShouldBe(2);
        bond.Members.Select(m => m.Aggregator).Distinct().Count().ShouldBe(2);
        bond.Members.ShouldAllBe(m => m.Partner.ToString() != _nobody);
    }

    [GuestFact]
    public async Task Inspect_MemberWithoutCarrierAndNobodyAtTheOther_AreTold()
    {
        using var scratch = TwoCables();
        Bond(scratch, "bond9", "802.3ad", "a0", "a1");
        scratch.Ip("link set b1 down");
        var bond = await WaitAsync(scratch, "bond9", b => b.Members[0].MiiUp == true && b.Members[1].MiiUp == false);
        bond.Members.Select(m => (m.Name, m.MiiUp)).ShouldBe([("a0", true), ("a1", false)]);
        bond.Members[0].Partner.ToString().ShouldBe(_nobody);
        bond.Partner.ToString().ShouldBe(_nobody);
    }

    [GuestFact]
    public async Task Inspect_ActiveBackup_NamesTheActiveMember()
    {
        using var scratch = TwoCables();
        Bond(scratch, "bond9", "active-backup", "a0", "a1");
        var bond = await WaitAsync(scratch, "bond9", b => b.ActiveMember is not null);
        (bond.Mode, bond.LacpRate, bond.Partner, bond.Members.Count).ShouldBe(("active-backup", null, null, 2));
        bond.ActiveMember.ShouldBe("a0");
    }
}
