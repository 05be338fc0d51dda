namespace Steth.Diagnosis.Verdicts;

/// <summary>A state with its reason.</summary>
/// <param name="State">What the check came to.</param>
/// <param name="Reason">Why, for an operator; null when it passed and there is nothing to add.</param>
public sealed record Verdict(CheckState State, string? Reason)
{
    /// <summary>Passed.</summary>
    public static Verdict Pass(string? reason = null) => new(CheckState.Pass, reason);

    /// <summary>Failed.</summary>
    public static Verdict Fail(string reason) => new(CheckState.Fail, reason);

    /// <summary>Could not be decided.</summary>
    public static Verdict Unknown(string reason) => new(CheckState.Unknown, reason);
}
