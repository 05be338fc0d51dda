using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Tests.Verdicts;

public class VerdictSetTests
{
    private static readonly Verdict Pass = Verdict.Pass();
    private static readonly Verdict Fail = Verdict.Fail("broken");
    private static readonly Verdict Unknown = Verdict.Unknown("not measured");

    [Fact]
    public void All_OneFails_Fails() => VerdictSet.All([Pass, Unknown, Fail]).ShouldBe(Fail);

    [Fact]
    public void All_OneUndecided_IsUndecided() => VerdictSet.All([Pass, Unknown]).ShouldBe(Unknown);

    [Fact]
    public void Any_OnePasses_Passes() => VerdictSet.Any([Fail, Unknown, Pass]).ShouldBe(Pass);

    [Fact]
    public void Any_NonePasses_FailureBeatsUndecided() => VerdictSet.Any([Unknown, Fail]).ShouldBe(Fail);

    [Fact]
    public void Any_SeveralReasons_AreJoinedOnce() =>
        VerdictSet.Any([Fail, Verdict.Fail("cut"), Fail]).ShouldBe(Verdict.Fail("broken; cut"));

    [Fact]
    public void All_Nothing_IsUndecided() => VerdictSet.All([]).State.ShouldBe(CheckState.Unknown);
}
