namespace Steth.Diagnosis.Verdicts;

/// <summary>Makes one verdict of several.</summary>
public static class VerdictSet
{
    /// <summary>All must pass: one failure fails the whole, then one that is undecided leaves it undecided.</summary>
    public static Verdict All(IReadOnlyList<Verdict> verdicts) => Worst(verdicts, [CheckState.Fail, CheckState.Unknown, CheckState.Pass]);

    /// <summary>One must pass; if none does, one failure fails the whole.</summary>
    public static Verdict Any(IReadOnlyList<Verdict> verdicts) => Worst(verdicts, [CheckState.Pass, CheckState.Fail, CheckState.Unknown]);

    private static Verdict Worst(IReadOnlyList<Verdict> verdicts, CheckState[] order)
    {
        ArgumentNullException.ThrowIfNull(verdicts);
        foreach (var state in order)
        {
            Verdict[] those = [.. verdicts.Where(v => v.State == state)];
            if (those.Length == 0)
                continue;
            string[] reasons = [.. those.Select(v => v.Reason).OfType<string>().Distinct()];
            return new Verdict(state, reasons.Length == 0 ? null : string.Join("; ", reasons));
        }
        return Verdict.Unknown("nothing was measured");
    }
}
