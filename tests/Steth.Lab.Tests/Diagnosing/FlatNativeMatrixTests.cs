using Steth.Lab.Tests.Labs;

namespace Steth.Lab.Tests.Diagnosing;

/// <summary>The faults of vm8.</summary>
public class FlatNativeMatrixTests(LabFixture lab, MatrixRecord record) : MatrixTests(lab, record), IClassFixture<LabFixture>
{
    /// <summary>Their names.</summary>
    public static TheoryData<string> Faults => FaultMatrix.FaultsOf("vm8");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Faults))]
    public Task Diagnose_Broken_NamesTheFault(string fault) => IsNamedAsync("vm8", fault);

    [Fact]
    public Task Diagnose_WithAllHealed_FindsNothing() => IsHealthyAsync("vm8");
}
