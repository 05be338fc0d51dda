using Steth.Lab.Tests.Labs;

namespace Steth.Lab.Tests.Diagnosing;

/// <summary>The faults of vm7.</summary>
public class FlatHybridMatrixTests(LabFixture lab, MatrixRecord record) : MatrixTests(lab, record), IClassFixture<LabFixture>
{
    /// <summary>Their names.</summary>
    public static TheoryData<string> Faults => FaultMatrix.FaultsOf("vm7");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Faults))]
    public Task Diagnose_Broken_NamesTheFault(string fault) => IsNamedAsync("vm7", fault);

    [Fact]
    public Task Diagnose_WithAllHealed_FindsNothing() => IsHealthyAsync("vm7");
}
