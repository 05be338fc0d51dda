using Steth.Lab.Tests.Labs;

namespace Steth.Lab.Tests.Faults;

/// <summary>The faults of vm1.</summary>
public class VlanHybridHealingTests(StandInLab lab) : HealingTests(lab), IClassFixture<StandInLab>
{
    /// <summary>Their names.</summary>
    public static TheoryData<string> Faults => FaultsOf("vm1");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Faults))]
    public Task Break_ThenHeal_CausesItsSymptomsAndNoOthers(string fault) => BreaksAndHealsAsync("vm1", fault);
}
