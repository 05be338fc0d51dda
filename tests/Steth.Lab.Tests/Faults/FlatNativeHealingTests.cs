using Steth.Lab.Tests.Labs;

namespace Steth.Lab.Tests.Faults;

/// <summary>The faults of vm8.</summary>
public class FlatNativeHealingTests(StandInLab lab) : HealingTests(lab), IClassFixture<StandInLab>
{
    /// <summary>Their names.</summary>
    public static TheoryData<string> Faults => FaultsOf("vm8");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Faults))]
    public Task Break_ThenHeal_CausesItsSymptomsAndNoOthers(string fault) => BreaksAndHealsAsync("vm8", fault);
}
