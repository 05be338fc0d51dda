using Steth.Lab.Tests.Labs;

namespace Steth.Lab.Tests.Faults;

/// <summary>The faults of vm6.</summary>
public class VxlanNativeHealingTests(StandInLab lab) : HealingTests(lab), IClassFixture<StandInLab>
{
    /// <summary>Their names.</summary>
    public static TheoryData<string> Faults => FaultsOf("vm6");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Faults))]
    public Task Break_ThenHeal_CausesItsSymptomsAndNoOthers(string fault) => BreaksAndHealsAsync("vm6", fault);
}
