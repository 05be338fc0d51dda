namespace Steth.Diagnosis.Verdicts;

/// <summary>The words for a state, the same in every format.</summary>
public static class CheckStateText
{
    /// <summary>PASS, FAIL or UNKNOWN.</summary>
    public static string ToText(this CheckState state) => state switch
    {
        CheckState.Pass => "PASS",
        CheckState.Fail => "FAIL",
        _ => "UNKNOWN",
    };
}
