using Steth.Diagnosis.Tests.Cases;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Tests.Checks;

/// <summary>Every fault of the lab, through its check and through the whole engine.</summary>
public sealed class FaultTests
{
    public static TheoryData<string> Names => [.. All.Select(f => f.Key)];

    public static TheoryData<string> NamesWithElsewhere =>
        [.. All.Where(f => f.Value.Elsewhere is not null).Select(f => f.Key)];

    private static IEnumerable<KeyValuePair<string, Fault>> All => Faults.All.Concat(RouterFaults.All).Concat(FilterFaults.All);

    [Theory]
    [MemberData(nameof(Names))]
    public void Judge_OneThingBroken_FindsItAtItsPlace(string name)
    {
        var fault = Get(name);
        var findings = fault.Lose(fault.Break(fault.Make())).AllFindings();
        var found = findings.Where(f => f.Cause.Id == fault.Id).ToList();
        found.ShouldNotBeEmpty();
        found.ShouldAllBe(f => f.State == CheckState.Fail);
        found.ShouldContain(f => f.Host == fault.Host && f.Device == fault.Device);
        found.ShouldAllBe(f => f.Evidence.Count > 0 && f.Remedy != null);
        if (fault.Host is { } host)
        {
            found.ShouldAllBe(f => string.Join(' ', f.Evidence).Contains(host));
            found.ShouldAllBe(f => f.Remedy!.Contains(host));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Diagnose_LossWhereTheFaultActs_NamesItFirst(string name)
    {
        var fault = Get(name);
        var verdict = fault.Lose(fault.Break(fault.Make())).Diagnose().Verdict;
        verdict.Causes.ShouldNotBeEmpty(verdict.Missing);
        verdict.Causes[0].Id.ShouldBe(fault.Id);
        verdict.Causes[0].Host.ShouldBe(fault.Host);
        verdict.Causes[0].Device.ShouldBe(fault.Device);
    }

    [Theory]
    [MemberData(nameof(NamesWithElsewhere))]
    public void Diagnose_LossElsewhere_DoesNotNameItFirst(string name)
    {
        var fault = Get(name);
        var verdict = fault.Elsewhere!(fault.Break(fault.Make())).Diagnose().Verdict;
        verdict.Causes.Take(1).ShouldNotContain(c => c.Id == fault.Id);
    }

    private static Fault Get(string name) => All.Single(f => f.Key == name).Value;
}
