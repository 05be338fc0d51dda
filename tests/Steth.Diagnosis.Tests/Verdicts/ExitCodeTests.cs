using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Tests.Verdicts;

public class ExitCodeTests
{
    [Theory]
    [InlineData(new CheckState[0], 0)]
    [InlineData(new[] { CheckState.Pass }, 0)]
    [InlineData(new[] { CheckState.Pass, CheckState.Unknown }, 2)]
    [InlineData(new[] { CheckState.Unknown, CheckState.Fail }, 1)]
    [InlineData(new[] { CheckState.Fail, CheckState.Pass }, 1)]
    public void For_States_OneBeatsTwoBeatsZero(CheckState[] states, int code) => ExitCode.For(states).ShouldBe(code);

    [Theory]
    [InlineData(CheckState.Pass, "PASS")]
    [InlineData(CheckState.Fail, "FAIL")]
    [InlineData(CheckState.Unknown, "UNKNOWN")]
    public void ToText_State_IsItsWord(CheckState state, string text) => state.ToText().ShouldBe(text);
}
